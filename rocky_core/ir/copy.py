"""What a replication pipeline does: tables copied from a source as they are, with a few columns of its own."""

from __future__ import annotations

from dataclasses import dataclass

from rocky_core.ir.names import TargetName
from rocky_core.ir.strategy import FullRefresh, Incremental, MaterializedView, Merge, View

CopyStrategy = FullRefresh | Incremental | Merge | View | MaterializedView


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """A column that the copy has and the source has not; `value` is SQL that the project's configuration states."""

    name: str
    type_text: str
    value: str


@dataclass(frozen=True, slots=True)
class TableCopy:
    """One table of a source and its copy."""

    asset_key: tuple[str, ...]
    source: TargetName
    target: TargetName
    strategy: CopyStrategy
    added: tuple[AddedColumn, ...] = ()
