"""Judges what a check's query gave: pure, one rule per judgement."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final, assert_never

from msgspec import Struct

from rocky_core.ir.planned_checks import (
    AtMost,
    CountWithin,
    FewOverlaps,
    NothingFails,
    NotOlderThan,
    NullShare,
    PlannedCheck,
    SameColumns,
    SameCounts,
)
from rocky_core.ir.run import CheckStatus
from rocky_core.ports.warehouse import QueryResult

Details = tuple[tuple[str, object], ...]

# Rows of a sample; with fewer, chance alone decides between shares that differ by some per cent.
_LEAST_EVIDENCE: Final = 1000


class Verdict(Struct, frozen=True):
    """Whether a check held, how much fails, and what was measured under the published keys."""

    status: CheckStatus
    failures: int
    message: str | None
    details: Details


class Unjudgeable(Exception):
    """The query gave something that says neither that the check holds nor that it does not."""


def judge(check: PlannedCheck, answer: QueryResult) -> Verdict:
    """The verdict on an answer.

    Raises:
        Unjudgeable: the answer is not of the shape that the judgement needs.

    """
    judgement = check.judgement
    match judgement:
        case NothingFails():
            failing = _count(answer)
            return _verdict(failing == 0, failing, _nothing_fails(check, failing), _assertion(check, failing))
        case CountWithin():
            return _count_within(check, judgement, _count(answer))
        case AtMost():
            return _at_most(judgement, _count(answer))
        case SameCounts():
            return _same_counts(*_counts(answer))
        case NotOlderThan(threshold):
            return _not_older_than(check, threshold, _cells(answer, 1)[0])
        case NullShare(threshold=threshold):
            return _null_share(check, threshold, *_counts(answer))
        case SameColumns():
            return _same_columns(judgement, answer)
        case FewOverlaps():
            return _few_overlaps(judgement, _count(answer))
        case _:
            assert_never(judgement)


def caught_too_few(answer: QueryResult) -> bool:
    """Whether the second of two counts, the rows that a sample caught, is too small to speak for all rows."""
    return _counts(answer)[1] < _LEAST_EVIDENCE


def _verdict(holds: bool, failures: int, message: str, details: Details) -> Verdict:
    if holds:
        return Verdict(CheckStatus.PASSED, 0, None, details)
    return Verdict(CheckStatus.FAILED, failures, message, details)


def _assertion(check: PlannedCheck, failing: int) -> Details:
    column = () if check.column is None else (("column", check.column),)
    return (("kind", check.kind), *column, ("failing_rows", failing))


def _nothing_fails(check: PlannedCheck, failing: int) -> str:
    where = "" if check.column is None else f" in '{check.column}'"
    match check.kind:
        case "not_null":
            return f"{_are(failing, 'row')} NULL{where}"
        case "unique" | "composite" | "unique_expr":
            return f"{_many(failing, 'key')} {'occurs' if failing == 1 else 'occur'} more than once{where}"
        case "accepted_values":
            return f"{_are(failing, 'value', where)} not among the accepted ones"
        case "relationships":
            return f"{_many(failing, 'row')}{where} {'refers' if failing == 1 else 'refer'} to nothing"
        case "aggregate":
            return f"the aggregate{where} is not as required"
        case _:
            return f"{_many(failing, 'row')} {'fails' if failing == 1 else 'fail'}{where}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _are(number: int, noun: str, where: str = "") -> str:
    return f"{_many(number, noun)}{where} {'is' if number == 1 else 'are'}"


def _count_within(check: PlannedCheck, bounds: CountWithin, count: int) -> Verdict:
    above = bounds.minimum is None or count >= bounds.minimum
    below = bounds.maximum is None or count <= bounds.maximum
    wanted = " and ".join(
        f"{word} {bound}"
        for word, bound in (("at least", bounds.minimum), ("at most", bounds.maximum))
        if bound is not None
    )
    # A table that has no source is compared with itself: clients know both counts of a `row_count`.
    counted: Details = (("source_count", count), ("target_count", count))
    details = counted if check.kind == "row_count" else _assertion(check, count)
    return _verdict(above and below, count, f"the table has {_many(count, 'row')}, expected {wanted}", details)


def _at_most(bound: AtMost, value: int) -> Verdict:
    details: Details = (("query", bound.query), ("result_value", value), ("threshold", bound.threshold))
    message = f"the query gives {value}, at most {bound.threshold} allowed"
    return _verdict(value <= bound.threshold, value, message, details)


def _same_counts(source: int, target: int) -> Verdict:
    details: Details = (("source_count", source), ("target_count", target))
    message = f"the source has {_many(source, 'row')} and the target {target}"
    return _verdict(source == target, abs(source - target), message, details)


def _not_older_than(check: PlannedCheck, threshold: int, cell: object) -> Verdict:
    if cell is None:
        return _verdict(False, 1, f"no row has a value in '{check.column}'", _assertion(check, 0))
    lag = _number(cell)
    seconds = math.floor(abs(lag))
    details: Details = (("lag_seconds", seconds), ("threshold_seconds", threshold))
    newest = f"the newest row lies {seconds} seconds {'ahead' if lag < 0 else 'back'}"
    return _verdict(seconds <= threshold, 1, f"{newest}, at most {threshold} allowed", details)


def _null_share(check: PlannedCheck, threshold: float, nulls: int, looked_at: int) -> Verdict:
    share = nulls / looked_at if looked_at else 0.0
    details: Details = (("column", check.column), ("null_rate", share), ("threshold", threshold))
    found = f"of {_many(looked_at, 'row')} looked at, {_are(nulls, 'value')} NULL in '{check.column}'"
    return _verdict(share <= threshold, nulls, f"{found}, at most {threshold:.2%} allowed", details)


def _same_columns(wanted: SameColumns, answer: QueryResult) -> Verdict:
    expected = {name.lower() for name in wanted.expected}
    found = {name.lower() for name in answer.columns}
    missing = tuple(sorted(expected - found))
    extra = tuple(sorted(found - expected - {name.lower() for name in wanted.besides}))
    parts = [f"missing: {', '.join(missing)}"] if missing else []
    parts += [f"not expected: {', '.join(extra)}"] if extra else []
    details: Details = (("missing", missing), ("extra", extra))
    return _verdict(not parts, len(missing) + len(extra), "; ".join(parts), details)


def _few_overlaps(bound: FewOverlaps, keys: int) -> Verdict:
    details: Details = (("overlap_count", keys), ("contributing_tables", bound.tables))
    message = f"{_many(keys, 'key')} in more than one of {', '.join(bound.tables)}, at most {bound.most} allowed"
    return _verdict(keys <= bound.most, keys, message, details)


def _count(answer: QueryResult) -> int:
    return _as_count(_cells(answer, 1)[0])


def _counts(answer: QueryResult) -> tuple[int, int]:
    first, second = _cells(answer, 2)
    return _as_count(first), _as_count(second)


def _cells(answer: QueryResult, wanted: int) -> tuple[object, ...]:
    """The first cells of the only row that is looked at."""
    if not answer.rows or len(answer.rows[0]) < wanted:
        raise Unjudgeable("the check's query gave no row")
    return answer.rows[0][:wanted]


def _as_count(cell: object) -> int:
    number = _number(cell)
    if number < 0 or number != math.floor(number):
        raise Unjudgeable(f"the check's query gave {number}, which is no count")
    return math.floor(number)


def _number(cell: object) -> Decimal:
    """The cell as a number; text that spells one is one, as some warehouses send all numbers so."""
    if isinstance(cell, int | float | Decimal | str):
        try:
            number = Decimal(int(cell)) if isinstance(cell, int) else Decimal(str(cell).strip())
        except ArithmeticError:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise Unjudgeable("the check's query gave NULL" if cell is None else "the check's query gave no number")
