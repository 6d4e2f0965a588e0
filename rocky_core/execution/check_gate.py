"""Whether failed checks fail the run, and which ones do."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.run import CheckEvaluated, CheckStatus


class CheckGate(Struct, frozen=True):
    """Everything that has a say; None leaves the decision to what comes after it."""

    flag: bool | None = None  # --fail-on-check-error
    configured: bool | None = None  # [execution] fail_on_check_error
    pipeline_type: str = "transformation"
    fail_on_error: bool = True  # [pipeline.X.checks] fail_on_error, which only a quality pipeline obeys


def checks_gate(gate: CheckGate) -> bool:
    """The flag decides, then `[execution]`, then the type of the pipeline: only quality pipelines exist to fail."""
    if gate.flag is not None:
        return gate.flag
    if gate.configured is not None:
        return gate.configured
    return gate.pipeline_type == "quality" and gate.fail_on_error


def gating_failures(checks: Iterable[CheckEvaluated]) -> tuple[CheckEvaluated, ...]:
    """The checks of severity error that did not pass; one that was not evaluated did not."""
    return tuple(
        check for check in checks if check.severity is CheckSeverity.ERROR and check.status is not CheckStatus.PASSED
    )
