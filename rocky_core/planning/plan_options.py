"""What a run is asked to do, beyond which models."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.ir.drift import DriftPolicy
from rocky_core.ir.names import TargetName
from rocky_core.planning.partitions import PartitionChoice


class PlanOptions(Struct, frozen=True):
    """The pipeline, its warehouse's dialect, and the choices of whoever runs it."""

    pipeline: str
    dialect_name: str
    pipeline_type: str = "transformation"
    drift: DriftPolicy = field(default_factory=DriftPolicy)
    partitions: PartitionChoice = field(default_factory=PartitionChoice)
    # Other targets by model name (a shadow, a branch); whoever reads such a model reads it there.
    targets: Mapping[str, TargetName] = field(default_factory=lambda: MappingProxyType({}))
    compute: str | None = None  # What Snowflake refreshes dynamic tables with.
