"""Only after a run that left writes open is anything asked, and what cannot be made sure is told in its own kind."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from rocky_core.errors import ConnectionFailed, QuotaExceeded
from rocky_core.execution.end_left_running import end_left_running
from rocky_core.ir.run import RunWarning
from rocky_core.ir.state import WriteIntent


class Asked:
    """A warehouse in which so many statements are running, or that cannot tell."""

    def __init__(self, answer: int | Exception, *, is_a_service: bool = True) -> None:
        self.answer = answer
        self.capabilities = SimpleNamespace(asks_after_statements=is_a_service)
        self.run_ids: list[list[str]] = []

    def end_statements(self, run_ids: list[str]) -> int:
        self.run_ids.append(run_ids)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def intents(*run_ids: str) -> list[WriteIntent]:
    return [WriteIntent("shop", run_id, "t", "merge", datetime(2026, 1, 1, tzinfo=UTC)) for run_id in run_ids]


@pytest.mark.parametrize(
    ("run_ids", "count", "asked", "told"),
    [
        pytest.param((), 9, [], [], id="nothing is open"),
        pytest.param(("run-1", "run-1"), 0, [["run-1"]], ["run run-1"], id="nothing runs"),
        pytest.param(("run-1",), 1, [["run-1"]], ["run run-1", "run run-1 1 statement was"], id="one"),
        pytest.param(
            ("run-2", "run-1"),
            2,
            [["run-1", "run-2"]],
            ["runs run-1, run-2", "runs run-1, run-2 2 statements were"],
            id="more",
        ),
    ],
)
def test_what_runs_that_left_writes_open_have_left_running_is_ended_and_told(run_ids, count, asked, told):
    warehouse = Asked(count)

    events = list(end_left_running(warehouse, intents(*run_ids)))

    said = [
        *(f"looking in the warehouse for what the unfinished {one} may have left running" for one in told[:1]),
        *(f"of the unfinished {one} still running in the warehouse, and had to be stopped first" for one in told[1:]),
    ]
    assert (warehouse.run_ids, events) == (asked, list(map(RunWarning, said)))


def test_nothing_is_said_where_a_process_takes_its_statements_along():
    assert list(end_left_running(Asked(0, is_a_service=False), intents("run-1"))) == []


@pytest.mark.parametrize("error", [ConnectionFailed("gone", statement="SELECT 1"), QuotaExceeded("later")])
def test_what_cannot_be_made_sure_is_told_with_its_kind_and_leaves_nothing_of_this_run_in_doubt(error):
    with pytest.raises(type(error)) as raised:
        list(end_left_running(Asked(error), intents("run-1")))

    assert raised.value.message == (
        "It could not be made sure that nothing of the unfinished run run-1 is still running in the warehouse, so this"
        f" run has not begun: {error.message}"
    )
    assert (raised.value.statement, raised.value.in_doubt) == (error.statement, False)
