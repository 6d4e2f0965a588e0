"""The verdict on a run, as a fold of its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.run import (
    CheckEvaluated,
    CheckStatus,
    ModelSkipped,
    ModelSucceeded,
    RunEvent,
    RunStarted,
    RunStatus,
    TableMeasured,
    TableQuarantined,
)


def verdict(events: Iterable[RunEvent], *, checks_gate: bool) -> RunStatus:
    """Success if and only if every selected table was written and every gating check was made and passed.

    Rows that should have been set apart and could not be are no success either. A table that is only measured need be
    looked at, which is no progress. One with partitions stands in RunStarted once for each of them. With `checks_gate`,
    checks of severity error decide too.
    """
    wanted: Counter[str] = Counter()
    done: Counter[str] = Counter()
    progressed = False
    checks_hold = True
    all_set_apart = True
    for event in events:
        match event:
            case RunStarted():
                wanted.update(event.tables)
            case ModelSucceeded():
                done[event.name] += 1
                progressed = True
            case ModelSkipped() | TableMeasured():
                done[event.name] += 1
            case CheckEvaluated() if event.severity is CheckSeverity.ERROR and event.status is not CheckStatus.PASSED:
                checks_hold = False
            case TableQuarantined() if event.error is not None:
                all_set_apart = False
            case _:
                pass
    if wanted - done == Counter() and all_set_apart and (checks_hold or not checks_gate):
        return RunStatus.SUCCESS
    return RunStatus.PARTIAL_FAILURE if progressed else RunStatus.FAILURE
