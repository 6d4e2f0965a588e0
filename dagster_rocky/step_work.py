"""What a step is asked for, and how it deals with failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from dagster_rocky.events import StepAsset
from dagster_rocky.failures import Retries
from dagster_rocky.project import RockyProject

OnPartialFailure = Literal["fail", "continue"]


@dataclass(frozen=True, slots=True)
class StepRules:
    """How a step deals with failures."""

    retries: Retries = field(default_factory=Retries)
    on_partial_failure: OnPartialFailure = "fail"
    lease_wait_seconds: float = 300.0  # For another run of the same pipeline to end.
    parallel: int | None = None


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where Dagster runs a step."""

    pool: str | None = None
    op_tags: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class StepWork:
    """What a step was asked for."""

    project: RockyProject
    assets: Mapping[str, StepAsset]  # Models to materialize, dependencies first.
    checked: Mapping[str, StepAsset]  # Models of which only checks are wanted.
    partitions: tuple[str, ...] = ()
