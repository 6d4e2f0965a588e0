"""When a five-field cron expression last came due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: Final = 5
# The 29th of February comes every eight years at the least often.
_FARTHEST: Final = timedelta(days=366 * 8)


class CronUnreadable(ValueError):
    """The text is no cron expression, or the time zone is none."""


def latest_tick(cron: str, timezone: str, now: datetime) -> datetime | None:
    """The last instant, not after now, at which the expression was due, in UTC; None if it is never due.

    As in cron itself, a day that either of the two day fields names is meant when both name days.

    Raises:
        CronUnreadable: the expression or the time zone cannot be understood.

    """
    try:
        zone = ZoneInfo(timezone)
    except (ValueError, OSError, KeyError) as error:
        raise CronUnreadable(f"unknown time zone '{timezone}'") from error
    fields = cron.lower().split()
    if len(fields) != _FIELDS:
        raise CronUnreadable(f"cron '{cron}' has {len(fields)} fields instead of {_FIELDS}")
    minutes, hours = _values(fields[0], 0, 59, ()), _values(fields[1], 0, 23, ())
    days, months = _values(fields[2], 1, 31, ()), _values(fields[3], 1, 12, _MONTHS)
    weekdays = {number % 7 for number in _values(fields[4], 0, 7, _DAYS)}
    both_named = not fields[2].startswith("*") and not fields[4].startswith("*")
    local = now.astimezone(zone)
    day = local.date()
    while local.date() - day <= _FARTHEST:
        in_month, in_week = day.day in days, day.isoweekday() % 7 in weekdays
        is_due = (in_month or in_week) if both_named else (in_month and in_week)
        if day.month in months and is_due:
            for hour in sorted(hours, reverse=True):
                for minute in sorted(minutes, reverse=True):
                    tick = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
                    if tick <= now:
                        return tick
        day -= timedelta(days=1)
    return None


def _values(field: str, lowest: int, highest: int, names: Collection[str]) -> set[int]:
    base = 1 if lowest == 1 else 0
    numbers = {name: index + base for index, name in enumerate(names)}
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (str(lowest), "-", str(highest)) if span == "*" else span.partition("-")
        try:
            begin = numbers[first] if first in numbers else int(first)
            end = (numbers[last] if last in numbers else int(last)) if last else (highest if step else begin)
            every = int(step) if step else 1
        except ValueError as error:
            raise CronUnreadable(f"cron field '{field}' cannot be read") from error
        if every < 1 or not lowest <= begin <= end <= highest:
            raise CronUnreadable(f"cron field '{field}' cannot be read")
        found.update(range(begin, end + 1, every))
    return found
