"""Checks written out: the query that measures, what it must give, and the query that shows what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.ir.checks import CheckSeverity, MaskStrategy

MOST_SAMPLED_ROWS: Final = 20
COMPUTED_KEY: Final = "_rocky_key"  # In a sample: a key that an expression gives.
COUNTED_ROWS: Final = "_rocky_rows"  # In a sample: how many rows share a key.


class NothingFails(Struct, frozen=True):
    """The number counts what fails."""


class CountWithin(Struct, frozen=True):
    """The number is a count of rows and lies between both bounds; None is no bound."""

    minimum: int | None = None
    maximum: int | None = None


class AtMost(Struct, frozen=True):
    """The number is what somebody's own query gives, and does not exceed the threshold."""

    threshold: int
    query: str


class SameCounts(Struct, frozen=True):
    """Two numbers, the source's rows and the target's, are equal."""


class NotOlderThan(Struct, frozen=True):
    """The number is how many seconds ago the newest instant was (below zero: it lies ahead), and not above this."""

    threshold_seconds: int


class NullShare(Struct, frozen=True):
    """Two numbers, the NULLs and the rows looked at, are in a proportion not above the threshold.

    A sample may catch too few rows to speak for all; then `of_all_rows` is asked instead.
    """

    threshold: float
    of_all_rows: str | None = None


class SameColumns(Struct, frozen=True):
    """The query's columns are these, in any order and case, and perhaps the ones `besides`."""

    expected: tuple[str, ...]
    besides: tuple[str, ...] = ()


class FewOverlaps(Struct, frozen=True):
    """The number counts keys that more than one of these tables hold, and does not exceed the most allowed."""

    most: int
    tables: tuple[str, ...]


Judgement = NothingFails | CountWithin | AtMost | SameCounts | NotOlderThan | NullShare | SameColumns | FewOverlaps


class PlannedCheck(Struct, frozen=True):
    """One check of a written table.

    `statement` gives one row of one or two numbers (for SameColumns, a query that has the table's columns). A check
    with a `problem` cannot be written as SQL: it has no statement and is reported as skipped, which is not passed.
    """

    name: str
    kind: str
    severity: CheckSeverity
    statement: str
    judgement: Judgement
    sample_statement: str | None = None  # Up to 20 failing rows (or keys).
    column: str | None = None
    problem: str | None = None
    # What to show of each classified column, by its lower-cased name. Computed values of such a table are not shown.
    masks: Mapping[str, MaskStrategy] = field(default_factory=lambda: MappingProxyType({}))


class SharedCheck(Struct, frozen=True):
    """A check across several tables; it is made when all of them are written, and reported with the first."""

    asset_key: tuple[str, ...]
    name: str
    needs: tuple[str, ...]
    check: PlannedCheck
