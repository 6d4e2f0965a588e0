"""The coarse, warehouse-neutral types that contracts and the lineage JSON name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RockyType:
    """The coarse, warehouse-neutral type that contracts name."""

    name: str  # Int64, Decimal, Array, … or Unknown
    arguments: tuple[RockyType | int | tuple[str, RockyType], ...] = ()
