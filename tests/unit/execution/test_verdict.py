"""What makes a run a success."""

from datetime import UTC, datetime

import pytest

from rocky_core.execution.verdict import verdict
from rocky_core.ir.run import ModelSucceeded, RunStarted, RunStatus, TableMeasured, TableQuarantined

NOW = datetime(2026, 1, 31, tzinfo=UTC)
STARTED = RunStarted("run-1", "p", "quality", NOW, ("t",))
MEASURED = TableMeasured("t", ("t",), 1)
BUILT = ModelSucceeded("t", ("t",), "full_refresh", NOW, 1)
KEPT, LOST = TableQuarantined("t", ("t",), "split"), TableQuarantined("t", ("t",), "split", error="no space")


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ((), RunStatus.FAILURE),
        ((MEASURED,), RunStatus.SUCCESS),
        ((MEASURED, KEPT), RunStatus.SUCCESS),
        ((MEASURED, LOST), RunStatus.FAILURE),
        ((BUILT, LOST), RunStatus.PARTIAL_FAILURE),
    ],
)
def test_everything_that_was_asked_for_must_be_done(events, status):
    assert verdict((STARTED, *events), checks_gate=False) is status
