"""What a translator is told of a model: facts, in Rocky's terms, nothing of Dagster's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rocky_core.ir.lineage import ColumnRef
from rocky_core.ir.strategy import Granularity


@dataclass(frozen=True, slots=True)
class ColumnProps:
    """One output column; `data_type` is the warehouse's own spelling, None if it is not known."""

    name: str
    data_type: str | None
    nullable: bool
    description: str | None
    parents: tuple[ColumnRef, ...]


@dataclass(frozen=True, slots=True)
class RockyCheckProps:
    """One check that a run makes of a model; `decides` tells whether a failure fails the run."""

    name: str
    kind: str
    decides: bool
    column: str | None
    sql: str


@dataclass(frozen=True, slots=True)
class RockyPromiseProps:
    """One kind of promise that a model's contract makes; the compiler's findings of these codes are about it."""

    name: str
    description: str
    codes: tuple[str, ...]
    file: str
    broken: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()  # What could not be compared.


@dataclass(frozen=True, slots=True)
class PartitionProps:
    """The windows of a model that is built partition by partition."""

    granularity: Granularity
    first: str | None


@dataclass(frozen=True, slots=True)
class RockyModelProps:
    """One compiled model. `targets` maps each model it depends on to where that one is stored.

    Ephemeral models, which are stored nowhere, are looked through: their readers depend on what they read.
    """

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
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: bool = False  # Not even given to the engine: its sidecar says something to Dagster that means nothing.
    pipeline: str | None = None  # The one that builds it, where there is one.
    checks: tuple[RockyCheckProps, ...] = ()
    promises: tuple[RockyPromiseProps, ...] = ()  # None where the model cannot even be parsed.
    anomaly_threshold: float | None = None  # Per cent; None where rows are not counted.
    partitions: PartitionProps | None = None
    max_lag_seconds: int | None = None
    meta: Mapping[str, Any] | None = None  # `[meta]` of the sidecar.
    sources: Mapping[str, tuple[str, ...]] | None = None  # Keys that other teams gave to tables it reads.

    @property
    def is_stored(self) -> bool:
        """Whether there is a table or view; readers of an ephemeral model read what it reads."""
        return self.strategy != "ephemeral"
