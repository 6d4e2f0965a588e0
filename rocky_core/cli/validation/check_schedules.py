"""Whether schedules can ever fire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rocky_core.cli.validation.message import error, warn
from rocky_core.config.pipelines import LoadPipeline, Pipeline, Schedule
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.ir.graph import Cycle, topological_order
from rocky_core.results.validation import ValidateMessage

# The five fields of a cron line: the lowest and highest number, and the names some of them know.
_FIELDS: Final = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_PART: Final = re.compile(r"(\*|\w+(?:-\w+)?)(?:/(\d+))?")


def check_schedules(config: RockyConfig) -> Iterator[ValidateMessage]:
    """Everything wrong with the schedules of the pipelines."""
    scheduled = {name: one.schedule for name, one in config.pipelines.items() if one.schedule is not None}
    for name, schedule in scheduled.items():
        yield from _check(name, schedule, config)
    after = {name: schedule.after for name, schedule in scheduled.items()}
    try:
        topological_order({name: after.get(name, ()) for name in config.pipelines})
    except Cycle as circle:
        yield error("V042", f"schedules wait for each other in a circle: {', '.join(circle.members)}", "pipeline")


def cron_problem(text: str) -> str | None:
    """What is wrong with a cron line; None if it is one."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields instead of five"
    for field, (what, low, high, names) in zip(fields, _FIELDS, strict=True):
        for part in field.split(","):
            if not _is_valid(part, low, high, names):
                return f"has '{part}' as {what}"
    return None


def _is_valid(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    found = _PART.fullmatch(part)
    if found is None or (found[2] is not None and int(found[2]) < 1):
        return False
    if found[1] == "*":
        return True
    ends = [_number(word, names, low) for word in found[1].split("-")]
    known = [end for end in ends if end is not None]
    return len(known) == len(ends) and all(low <= end <= high for end in known) and known == sorted(known)


def _number(word: str, names: tuple[str, ...], low: int) -> int | None:
    if word.isdigit():
        return int(word)
    return names.index(word.lower()) + low if word.lower() in names else None


def _check(name: str, schedule: Schedule, config: RockyConfig) -> Iterator[ValidateMessage]:
    place = ("pipeline", name, "schedule")
    if isinstance(config.pipelines[name], LoadPipeline):
        yield error("V044", f"pipeline '{name}': a load pipeline takes no schedule", *place)
    problem = cron_problem(schedule.cron) if schedule.cron is not None else None
    if problem is not None:
        yield error("V036", f"pipeline '{name}': cron '{schedule.cron}' {problem}", *place, "cron")
    zone = schedule.timezone or config.settings.schedule.timezone
    if not _is_zone(zone):
        yield error("V036", f"pipeline '{name}': there is no timezone '{zone}'", *place, "timezone")
    if schedule.catchup not in {"latest", "skip"}:
        message = f"pipeline '{name}': catchup must be 'latest' or 'skip', not '{schedule.catchup}'"
        yield error("V037", message, *place, "catchup")
    if schedule.freshness and config.settings.freshness.expected_lag_seconds is None:
        message = f"pipeline '{name}': freshness = true needs an age to keep: set [freshness] expected_lag_seconds"
        yield error("V038", message, *place, "freshness")
    yield from _after(name, schedule, config.pipelines)
    if schedule.enabled and not (schedule.cron or schedule.after or schedule.freshness):
        message = f"pipeline '{name}': the schedule never fires: give cron, after or freshness"
        yield warn("V040", message, *place)


def _after(name: str, schedule: Schedule, pipelines: Mapping[str, Pipeline]) -> Iterator[ValidateMessage]:
    for other in schedule.after:
        place = ("pipeline", name, "schedule", "after")
        if other not in pipelines:
            hint = did_you_mean(other, pipelines)
            yield error("V039", f"pipeline '{name}' waits for '{other}', which does not exist{hint}", *place)
        elif isinstance(pipelines[other], LoadPipeline):
            yield error("V045", f"pipeline '{name}' waits for the load '{other}', which has no schedule", *place)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
