"""What the numbers of a check mean: whether it holds, how much fails, and what is published of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from rocky_core.ir.planned_checks import (
    AtMost,
    CountWithin,
    FewOverlaps,
    Judgement,
    NothingFails,
    NotOlderThan,
    NullShare,
    SameColumns,
    SameCounts,
)
from rocky_core.ports.warehouse import QueryResult

Details = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A check's outcome; `failures` counts what fails."""

    holds: bool
    failures: int
    details: Details


class NoVerdict(ValueError):
    """The query did not give what the check needs, so nothing was evaluated."""


def judge(judgement: Judgement, found: QueryResult) -> Judged:
    """Weigh what the check's query gave.

    Raises:
        NoVerdict: it gave nothing that can be weighed.

    """
    match judgement:
        case NothingFails():
            (failing,) = _numbers(found, 1)
            return Judged(failing == 0, failing, (("failing_rows", failing),))
        case CountWithin(minimum, maximum):
            (count,) = _numbers(found, 1)
            holds = (minimum is None or count >= minimum) and (maximum is None or count <= maximum)
            return Judged(holds, 0 if holds else 1, (("failing_rows", count),))
        case AtMost(threshold, query):
            (value,) = _numbers(found, 1)
            return Judged(
                value <= threshold, value, (("query", query), ("result_value", value), ("threshold", threshold))
            )
        case SameCounts():
            source, target = _numbers(found, 2)
            return Judged(source == target, abs(source - target), (("source_count", source), ("target_count", target)))
        case NotOlderThan(threshold_seconds):
            (lag,) = _numbers(found, 1)
            is_late = lag > threshold_seconds
            return Judged(
                not is_late, int(is_late), (("lag_seconds", abs(lag)), ("threshold_seconds", threshold_seconds))
            )
        case NullShare(threshold):
            nulls, rows = _numbers(found, 2)
            share = nulls / rows if rows else 0.0
            return Judged(share <= threshold, nulls, (("null_rate", share), ("threshold", threshold)))
        case SameColumns(expected, besides):
            return _compare_columns(expected, besides, found.columns)
        case FewOverlaps(most, tables):
            (count,) = _numbers(found, 1)
            return Judged(count <= most, count, (("overlap_count", count), ("contributing_tables", tables)))
        case _:
            assert_never(judgement)


def _numbers(found: QueryResult, count: int) -> Sequence[int]:
    row = found.rows[0] if found.rows else ()
    if len(row) < count or any(cell is None for cell in row[:count]):
        raise NoVerdict("the check's query gave no number")
    try:
        return [int(float(str(cell))) if not isinstance(cell, int) else int(cell) for cell in row[:count]]
    except (ValueError, OverflowError) as error:
        raise NoVerdict(f"the check's query gave '{row[0]}', which is no number") from error


def _compare_columns(expected: Sequence[str], besides: Sequence[str], actual: Sequence[str]) -> Judged:
    wanted = {name.lower() for name in expected}
    have = {name.lower() for name in actual}
    missing = tuple(sorted(wanted - have))
    extra = tuple(sorted(have - wanted - {name.lower() for name in besides}))
    return Judged(not missing and not extra, len(missing) + len(extra), (("missing", missing), ("extra", extra)))
