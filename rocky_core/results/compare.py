"""The JSON of `compare`."""

from __future__ import annotations

from collections.abc import Sequence

from rocky_core.ir.shadow import ShadowComparison, ShadowVerdict
from rocky_core.results.wire import Answer, Record


class TableComparison(Record, frozen=True, gc=False):
    """A real table and its shadow."""

    production_table: str
    shadow_table: str
    row_count_match: bool
    production_count: int
    shadow_count: int
    row_count_diff_pct: float
    schema_match: bool
    schema_diffs: tuple[str, ...]
    verdict: str


class CompareAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky compare`."""

    command: str = "compare"
    filter: str
    tables_compared: int
    tables_passed: int
    tables_warned: int
    tables_failed: int
    results: tuple[TableComparison, ...]
    overall_verdict: str


def compare_answer(comparisons: Sequence[ShadowComparison], overall: ShadowVerdict, filter_text: str) -> CompareAnswer:
    """The comparisons, and what they are together."""
    verdicts = [one.verdict for one in comparisons]
    return CompareAnswer(
        filter=filter_text,
        tables_compared=len(comparisons),
        tables_passed=verdicts.count(ShadowVerdict.PASS),
        tables_warned=verdicts.count(ShadowVerdict.WARN),
        tables_failed=verdicts.count(ShadowVerdict.FAIL),
        results=tuple(map(_result, comparisons)),
        overall_verdict=overall.value,
    )


def _result(one: ShadowComparison) -> TableComparison:
    return TableComparison(
        production_table=str(one.real.target),
        shadow_table=str(one.shadow.target),
        row_count_match=one.real.rows == one.shadow.rows,
        production_count=one.real.rows,
        shadow_count=one.shadow.rows,
        row_count_diff_pct=round(one.row_difference_percent, 4),
        schema_match=not one.schema_differences,
        schema_diffs=one.schema_differences,
        verdict=one.verdict.value,
    )
