"""What `rocky validate` says of schedules, without a clock."""

from __future__ import annotations

import re
import zoneinfo
from typing import Final

from rocky_core.config.pipelines import LoadPipeline, Schedule
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.ir.graph import Cycle, topological_order
from rocky_core.project_files.validation_message import Messages

_CATCHUPS: Final = ("latest", "skip")
_FIELDS: Final = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_PART: Final = re.compile(r"(\*|[0-9a-z]+(?:-[0-9a-z]+)?)(?:/([0-9]+))?")


def validate_schedules(config: RockyConfig, messages: Messages, *, has_model_freshness: bool) -> None:
    """Every pipeline's schedule, then the order among them."""
    for name, pipeline in config.pipelines.items():
        schedule = pipeline.schedule
        if schedule is None:
            continue
        if isinstance(pipeline, LoadPipeline):
            _say(config, messages, "V044", name, (), f"load pipeline '{name}' cannot have a schedule")
            continue
        _own(config, messages, name, schedule, has_model_freshness=has_model_freshness)
        _after(config, messages, name, schedule)
    upstream = {
        name: pipeline.schedule.after if pipeline.schedule is not None else ()
        for name, pipeline in config.pipelines.items()
    }
    try:
        topological_order(upstream)
    except Cycle as cycle:
        message = f"schedules wait for each other in a circle: {', '.join(cycle.members)}"
        _say(config, messages, "V042", cycle.members[0], ("after",), message)
    if "schedule" in config.sections and not _is_timezone(config.settings.schedule.timezone):
        message = f"unknown time zone '{config.settings.schedule.timezone}'"
        messages.add("error", "V036", message, "schedule.timezone", config.place("schedule", "timezone"))


def cron_problem(cron: str) -> str | None:
    """What is wrong with a five-field cron expression, in words."""
    fields = cron.lower().split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields instead of {len(_FIELDS)}"
    for text, (name, lowest, highest, names) in zip(fields, _FIELDS, strict=True):
        for part in text.split(","):
            if not _is_part(part, lowest, highest, names):
                return f"has '{part}' as {name}, which goes from {lowest} to {highest}"
    return None


def _is_part(part: str, lowest: int, highest: int, names: tuple[str, ...]) -> bool:
    found = _PART.fullmatch(part)
    if found is None or found.group(2) == "0":
        return False
    if found.group(1) == "*":
        return True
    base = 1 if lowest == 1 else 0
    bounds = [
        int(bound) if bound.isdigit() else (names.index(bound) + base if bound in names else -1)
        for bound in found.group(1).split("-")
    ]
    return all(lowest <= bound <= highest for bound in bounds) and bounds == sorted(bounds)


def _own(config: RockyConfig, messages: Messages, name: str, schedule: Schedule, *, has_model_freshness: bool) -> None:
    if schedule.cron is not None:
        problem = cron_problem(schedule.cron)
        if problem is not None:
            _say(config, messages, "V036", name, ("cron",), f"pipeline '{name}': cron '{schedule.cron}' {problem}")
    if schedule.timezone is not None and not _is_timezone(schedule.timezone):
        hint = did_you_mean(schedule.timezone, zoneinfo.available_timezones())  # Reads every zone: only when wrong.
        message = f"pipeline '{name}': unknown time zone '{schedule.timezone}'{hint}"
        _say(config, messages, "V036", name, ("timezone",), message)
    if schedule.catchup not in _CATCHUPS:
        why = "would run every missed tick" if schedule.catchup == "all" else "is unknown"
        message = f"pipeline '{name}': catchup '{schedule.catchup}' {why}; use {' or '.join(_CATCHUPS)}"
        _say(config, messages, "V037", name, ("catchup",), message)
    has_budget = config.settings.freshness.expected_lag_seconds is not None or has_model_freshness
    if schedule.freshness and not has_budget and config.pipelines[name].checks.freshness is None:
        message = f"pipeline '{name}' is scheduled by freshness, but nothing says how fresh it must be"
        _say(config, messages, "V038", name, ("freshness",), message)
    if schedule.cron is None and not schedule.after and not schedule.freshness:
        message = f"pipeline '{name}': the schedule never fires; give 'cron', 'after' or 'freshness'"
        messages.add("warn", "V040", message, f"pipeline.{name}.schedule", config.place("pipeline", name, "schedule"))


def _after(config: RockyConfig, messages: Messages, name: str, schedule: Schedule) -> None:
    for other in schedule.after:
        if other not in config.pipelines:
            hint = did_you_mean(other, config.pipelines)
            message = f"pipeline '{name}' waits for '{other}', which does not exist{hint}"
            _say(config, messages, "V039", name, ("after",), message)
        elif isinstance(config.pipelines[other], LoadPipeline):
            message = f"pipeline '{name}' waits for '{other}', a load pipeline, which is never scheduled"
            _say(config, messages, "V045", name, ("after",), message)


def _say(config: RockyConfig, messages: Messages, code: str, pipeline: str, key: tuple[str, ...], message: str) -> None:
    path = ("pipeline", pipeline, "schedule", *key)
    messages.add("error", code, message, ".".join(path), config.place(*path))


def _is_timezone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
