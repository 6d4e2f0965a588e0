"""Which word decides whether failed checks fail the run, and which checks those are."""

import pytest

from rocky_core.execution.check_gate import CheckGate, checks_gate, gating_failures
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.run import CheckEvaluated, CheckStatus


@pytest.mark.parametrize(
    ("gate", "fails"),
    [
        (CheckGate(), False),
        (CheckGate(pipeline_type="replication"), False),
        (CheckGate(pipeline_type="quality"), True),
        (CheckGate(pipeline_type="quality", fail_on_error=False), False),
        (CheckGate(pipeline_type="snapshot", fail_on_error=True), False),
        (CheckGate(configured=True), True),
        (CheckGate(configured=False, pipeline_type="quality"), False),
        (CheckGate(configured=True, pipeline_type="quality", fail_on_error=False), True),
        (CheckGate(flag=True, configured=False, pipeline_type="quality", fail_on_error=False), True),
        (CheckGate(flag=False, configured=True, pipeline_type="quality"), False),
    ],
)
def test_the_flag_comes_before_the_setting_and_the_setting_before_the_type(gate: CheckGate, fails: bool) -> None:
    assert checks_gate(gate) is fails


def event(status: CheckStatus, severity: CheckSeverity) -> CheckEvaluated:
    return CheckEvaluated("t", (), f"{severity} {status}", "not_null", severity, status)


def test_whatever_did_not_pass_counts_unless_it_only_warns() -> None:
    events = [event(status, severity) for severity in CheckSeverity for status in CheckStatus]
    assert [check.check for check in gating_failures(events)] == ["error Failed", "error Skipped", "error Errored"]
