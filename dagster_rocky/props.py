"""What a translator is told of a model: facts, in Rocky's terms, nothing of Dagster's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rocky_core.ir.lineage import ColumnRef


@dataclass(frozen=True, slots=True)
class ColumnProps:
    """One output column; `data_type` is the warehouse's own spelling, None if it is not known."""

    name: str
    data_type: str | None
    nullable: bool
    description: str | None
    parents: tuple[ColumnRef, ...]


@dataclass(frozen=True, slots=True)
class RockyModelProps:
    """One compiled model. `targets` maps each model it depends on to where that one is stored."""

    name: str
    target: tuple[str, ...]
    strategy: str
    warehouse: str
    file: Path
    recipe_hash: str
    description: str | None
    group: str | None
    tags: Mapping[str, str]
    columns: tuple[ColumnProps, ...]
    depends_on: tuple[str, ...]
    reads_tables: tuple[str, ...]
    targets: Mapping[str, tuple[str, ...]]
    errors: tuple[str, ...]
