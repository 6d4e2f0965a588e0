"""Whether a shadow holds what the real table holds, by its columns and by how many rows there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rocky_core.ir.shadow import Measured, ShadowComparison, ShadowVerdict
from rocky_core.ir.world import ObservedTable

WARN_PERCENT: Final = 1.0
FAIL_PERCENT: Final = 5.0


def compare_shadow(real: Measured, shadow: Measured) -> ShadowComparison:
    """The comparison of two tables; the order of columns does not count."""
    differences = tuple(_schema_differences(real.table, shadow.table))
    percent = _percent(real.rows, shadow.rows)
    return ShadowComparison(real, shadow, percent, differences, _verdict(real, shadow, percent, differences))


def worst(comparisons: Sequence[ShadowComparison]) -> ShadowVerdict:
    """What the comparisons are together."""
    order = tuple(ShadowVerdict)
    return max((one.verdict for one in comparisons), key=order.index, default=ShadowVerdict.PASS)


def _verdict(real: Measured, shadow: Measured, percent: float, differences: Sequence[str]) -> ShadowVerdict:
    if shadow.table is None:
        return ShadowVerdict.FAIL
    if real.table is None:
        return ShadowVerdict.WARN  # A new model has nothing to be compared with.
    if differences or percent >= FAIL_PERCENT:
        return ShadowVerdict.FAIL
    return ShadowVerdict.WARN if percent >= WARN_PERCENT else ShadowVerdict.PASS


def _percent(real: int, shadow: int) -> float:
    if real == shadow:
        return 0.0
    return 100.0 if real == 0 else 100.0 * abs(shadow - real) / real


def _schema_differences(real: ObservedTable | None, shadow: ObservedTable | None) -> Iterator[str]:
    if real is None or shadow is None:
        if real is None:
            yield "the real table does not exist"
        if shadow is None:
            yield "the shadow does not exist"
        return
    before = {column.name.lower(): column for column in real.columns}
    after = {column.name.lower(): column for column in shadow.columns}
    for name, column in before.items():
        if name not in after:
            yield f"column '{column.name}' ({column.type_text}) is missing"
        elif after[name].type_text != column.type_text:
            yield f"column '{column.name}' is {after[name].type_text} instead of {column.type_text}"
    yield from (f"column '{one.name}' ({one.type_text}) is new" for name, one in after.items() if name not in before)
