"""What replication and snapshot pipelines do: tables copied as they are, or kept with all their versions."""

from __future__ import annotations

from msgspec import Struct

from rocky_core.ir.names import TargetName
from rocky_core.ir.strategy import FullRefresh, Incremental, MaterializedView, Merge, View

CopyStrategy = FullRefresh | Incremental | Merge | View | MaterializedView


class AddedColumn(Struct, frozen=True):
    """A column that the copy has and the source has not; `value` is SQL that the project's configuration states."""

    name: str
    type_text: str
    value: str


class TableCopy(Struct, frozen=True):
    """One table of a source and its copy."""

    asset_key: tuple[str, ...]
    source: TargetName
    target: TargetName
    strategy: CopyStrategy
    added: tuple[AddedColumn, ...] = ()


class TableHistory(Struct, frozen=True):
    """One table of a source and the table of all its versions; a version ends when `updated_at` changes."""

    source: TargetName
    target: TargetName
    unique_key: tuple[str, ...]
    updated_at: str
    closes_deleted: bool = False
