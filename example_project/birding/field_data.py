"""The outside world, made up the same way every time: a spring of sightings, its weather, and the rivers."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

FIRST_DAY: Final = date(2026, 3, 1)
DAYS: Final = 92
STATIONS: Final = ("ST1", "ST2", "ST3", "ST4", "ST5", "ST6")
GAUGES: Final = (("G1", "ST1"), ("G2", "ST2"), ("G3", "ST3"), ("G5", "ST5"))
SIGHTINGS: Final = 30_000
_FIRST_NAMES: Final = ("Ada", "Ben", "Cleo", "Dara", "Emil", "Fay", "Gus", "Hana", "Ivo", "June", "Kai", "Lena")
_LAST_NAMES: Final = ("Finch", "Wren", "Martin", "Heron", "Swift", "Drake", "Crane", "Starling", "Nightingale", "Rook")
_SPECIES: Final = (
    ("barswa", "Barn Swallow", "Hirundinidae", 19.5),
    ("eurrob1", "European Robin", "Muscicapidae", 18.2),
    ("comkin1", "Common Kingfisher", "Alcedinidae", 34.0),
    ("greher1", "Grey Heron", "Ardeidae", 1500.0),
    ("mallar3", "Mallard", "Anatidae", 1100.0),
    ("mutswa", "Mute Swan", "Anatidae", 10500.0),
    ("comcoo1", "Eurasian Coot", "Rallidae", 800.0),
    ("gretit1", "Great Tit", "Paridae", 18.0),
    ("blutit", "Eurasian Blue Tit", "Paridae", 11.0),
    ("eurbla", "Eurasian Blackbird", "Turdidae", 95.0),
    ("sonthr1", "Song Thrush", "Turdidae", 80.0),
    ("eursta", "European Starling", "Sturnidae", 78.0),
    ("comcha", "Common Chaffinch", "Fringillidae", 22.0),
    ("eurgre1", "European Greenfinch", "Fringillidae", 28.0),
    ("eurgol", "European Goldfinch", "Fringillidae", 16.0),
    ("comswi", "Common Swift", "Apodidae", 38.0),
    ("whiwag", "White Wagtail", "Motacillidae", 21.0),
    ("grywag", "Grey Wagtail", "Motacillidae", 18.0),
    ("comchi1", "Common Chiffchaff", "Phylloscopidae", 8.0),
    ("eurwre4", "Eurasian Wren", "Troglodytidae", 9.0),
    ("eurkes", "Eurasian Kestrel", "Falconidae", 200.0),
    ("combuz1", "Common Buzzard", "Accipitridae", 850.0),
    ("tawowl1", "Tawny Owl", "Strigidae", 450.0),
    ("sancra1", "Common Crane", "Gruidae", 5400.0),
)


@dataclass(frozen=True)
class Sighting:
    """What an observer hands in; a bird that was only heard has no count, and some counts are slips of the pen."""

    observation_id: int
    species_code: str | None
    observer_id: int
    station_id: str
    observed_at: datetime
    how_many: int | None
    comments: str | None


def sightings() -> Iterator[Sighting]:
    """The reports of the season, in the order in which they were made."""
    dice = random.Random(20260301)  # noqa: S311 — the same birds for everybody
    step = DAYS * 24 * 3600 / SIGHTINGS
    start = datetime.combine(FIRST_DAY, datetime.min.time())
    for number in range(1, SIGHTINGS + 1):
        species = _SPECIES[min(int(dice.expovariate(0.16)), len(_SPECIES) - 1)]
        count: int | None = max(1, int(dice.lognormvariate(0.9, 1.1)))
        comments = None
        if dice.random() < 0.06:
            count, comments = None, "heard only"
        elif dice.random() < 0.0015:
            count = -1 if dice.random() < 0.5 else 99_999
        yield Sighting(
            observation_id=number,
            species_code=None if dice.random() < 0.0005 else species[0],
            observer_id=10 + int(dice.triangular(0, 119, 20)),
            station_id=dice.choice(STATIONS),
            observed_at=start + timedelta(seconds=round(number * step - dice.random() * step)),
            how_many=count,
            comments=comments,
        )


def species() -> Iterator[tuple[str, str, str, float, datetime]]:
    """Code, name, family, mass in grams, and when the entry was last revised."""
    for code, name, family, mass in _SPECIES:
        yield code, name, family, mass, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def observers() -> Iterator[tuple[int, str, str | None, datetime]]:
    """Number, name, address and last change; a few addresses are mistyped."""
    for number, (first, last) in enumerate((a, b) for a in _FIRST_NAMES for b in _LAST_NAMES):
        address: str | None = f"{first}.{last}@example.org".lower()
        if number % 17 == 5:
            address = None
        elif number % 40 == 7:
            address = f"{first} at example.org".lower()
        yield 10 + number, f"{first} {last}", address, datetime(2026, 2, 1) + timedelta(hours=number)  # noqa: DTZ001 — a column of local times


def weather() -> Iterator[tuple[str, date, float | None, float | None, float | None]]:
    """Station, day, temperature, wind and rain; a station may be silent for a day."""
    dice = random.Random(20260302)  # noqa: S311 — the same weather for everybody
    for offset in range(DAYS):
        front = dice.random() < 0.3
        for at, station in enumerate(STATIONS):
            day = FIRST_DAY + timedelta(days=offset)
            if dice.random() < 0.01:
                yield station, day, None, None, None
                continue
            warm = 4 + offset * 0.13 - at * 0.4 + dice.gauss(0, 2)
            rain = round(abs(dice.gauss(0, 5)), 1) if front else 0.0
            yield station, day, round(warm, 1), round(abs(dice.gauss(12, 7)), 1), rain


def streamflow() -> Iterator[tuple[str, str, datetime, int]]:
    """Gauge, station, hour and discharge in cubic metres per second."""
    dice = random.Random(20260303)  # noqa: S311 — the same rivers for everybody
    for at, (gauge, station) in enumerate(GAUGES):
        level = 30.0 + 12 * at
        for hour in range(DAYS * 24):
            level += (30 + 12 * at - level) * 0.02 + dice.gauss(0, 0.8) + 4 * max(0.0, math.sin(hour / 300) - 0.97)
            moment = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(hours=hour)
            yield gauge, station, moment, max(1, round(level))
