"""What a pipeline checks, whatever its type."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from rocky_core.ir.checks import PipelineChecks


class CheckRules(Struct, frozen=True):
    """What is shown of columns by the tag that they are classified with, and what the pipeline checks."""

    masks: Mapping[str, str]
    pipeline: PipelineChecks = field(default_factory=PipelineChecks)
    publishes_audited: bool = False
