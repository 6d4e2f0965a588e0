"""Tables that are built beside the real ones: a shadow to compare with, or a branch."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct

from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ir.world import ObservedTable

DEFAULT_SUFFIX: Final = "_rocky_shadow"


class Shadow(Struct, frozen=True):
    """Where the tables of a run go instead: into another schema, or under names with a suffix."""

    suffix: str = DEFAULT_SUFFIX
    schema: str | None = None
    branch: str | None = None  # Its schema is asked of the state.

    def of(self, target: TargetName) -> TargetName:
        """The shadow of a table."""
        if self.schema is not None:
            return replace(target, schema=self.schema)
        return replace(target, table=target.table + self.suffix)

    def key(self, name: str) -> str:
        """The name under which the state remembers what concerns only the shadow."""
        return f"{name} [{self.schema if self.schema is not None else '*' + self.suffix}]"


class ShadowVerdict(StrEnum):
    """Worst last; the spelling is the one on the wire."""

    PASS = "pass"  # noqa: S105 — a verdict, no password
    WARN = "warn"
    FAIL = "fail"


class Measured(Struct, frozen=True):
    """A table with the number of its rows; None as `table` if it is not there."""

    target: TargetName
    table: ObservedTable | None
    rows: int = 0


class ShadowComparison(Struct, frozen=True):
    """One real table and its shadow."""

    real: Measured
    shadow: Measured
    row_difference_percent: float
    schema_differences: tuple[str, ...]
    verdict: ShadowVerdict
