"""Compares the rows a test expects with those the model gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rocky_core.execution.duckdb_literals import literal
from rocky_core.results.testing import RowMismatch

Row = tuple[object, ...]

SHOWN_ROWS = 10


def compare_rows(
    columns: Sequence[str], expected: Sequence[Row], actual: Sequence[Row], *, ordered: bool
) -> tuple[RowMismatch, ...]:
    """The rows that differ: by position when ordered, otherwise as two bags of rows."""
    if ordered:
        return _compare_in_order(columns, expected, actual)
    wanted, given = [_show(columns, row) for row in expected], [_show(columns, row) for row in actual]
    missing = _left_over(wanted, given)
    extra = _left_over(given, wanted)
    return (
        *(RowMismatch(index, wanted[index], None, "missing") for index in missing[:SHOWN_ROWS]),
        *(RowMismatch(index, "", given[index], "extra") for index in extra[:SHOWN_ROWS]),
    )


def _compare_in_order(
    columns: Sequence[str], expected: Sequence[Row], actual: Sequence[Row]
) -> tuple[RowMismatch, ...]:
    mismatches: list[RowMismatch] = []
    for index in range(max(len(expected), len(actual))):
        wanted = _show(columns, expected[index]) if index < len(expected) else ""
        given = _show(columns, actual[index]) if index < len(actual) else None
        if wanted != given:
            kind = "missing" if given is None else "extra" if not wanted else "value_diff"
            mismatches.append(RowMismatch(index, wanted, given, kind))
    return tuple(mismatches[: 2 * SHOWN_ROWS])


def _left_over(rows: Sequence[str], others: Sequence[str]) -> list[int]:
    """The positions of rows that have no partner of their own among the others."""
    partners = Counter(others)
    found = []
    for index, row in enumerate(rows):
        if partners[row]:
            partners[row] -= 1
        else:
            found.append(index)
    return found


def _show(columns: Sequence[str], row: Row) -> str:
    return "{" + ", ".join(f"{name}: {_show_value(value)}" for name, value in zip(columns, row, strict=True)) + "}"


def _show_value(value: object) -> str:
    try:
        return literal(value)
    except TypeError:
        return repr(value)
