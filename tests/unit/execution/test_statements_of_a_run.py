"""For whom a statement is run, what it has cost, and whether it may be sent again."""

from __future__ import annotations

import contextlib

import pytest
from fake_outside import FakeWarehouse, plan_of, planned, running

from rocky_core.config.settings import CostAssumptions
from rocky_core.errors import ConnectionFailed, TransientFailure, WarehouseError
from rocky_core.execution.apply_plan import ApplyRules, apply_plan
from rocky_core.execution.cost import prices_of
from rocky_core.ir.plan import Step
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelFailed, ModelSucceeded
from rocky_core.ports.warehouse import StatementCost, StatementResult, StatementTag, Transactions

INSERT = planned("orders", steps=(Step("incremental", ("INSERT INTO orders SELECT 1",)),))


class Charging(FakeWarehouse):
    """Names its statements and says afterwards, or at once, what they have cost."""

    def __init__(self, *, at_once=False, error=None):
        super().__init__()
        self.capabilities = replace(FakeWarehouse.capabilities, reports_costs=True, transactions=Transactions.NONE)
        self.tags, self.asked, self.at_once, self.error = [], [], at_once, error

    @contextlib.contextmanager
    def session(self, *, timeout_seconds=None, tag=None):
        self.tags.append(tag)
        with super().session(timeout_seconds=timeout_seconds, tag=tag):
            yield self

    def execute(self, statement):
        self.statements.append(statement)
        told = {"bytes_scanned": 70, "bytes_billed": 1000} if self.at_once else {}
        return StatementResult(rows_affected=1, job_id=f"job-{len(self.tags)}", **told)

    def costs(self, job_ids):
        self.asked.append(tuple(job_ids))
        if self.error is not None:
            raise self.error
        return {job_id: StatementCost(bytes_scanned=50, credits=0.25) for job_id in job_ids}


def ends(tmp_path, warehouse, table=INSERT):
    with running(warehouse, tmp_path) as context:
        events = apply_plan(plan_of(table), context, ApplyRules())
        (end,) = [event for event in events if isinstance(event, ModelSucceeded | ModelFailed)]
        return end, context.store.open_intents("nightly")


def test_every_statement_of_a_table_is_run_in_its_name(tmp_path):
    warehouse = Charging()

    ends(tmp_path, warehouse)

    assert warehouse.tags == [StatementTag("run-1", "nightly", "orders")]


@pytest.mark.parametrize(
    ("warehouse", "cost", "asked"),
    [
        pytest.param(Charging(), StatementCost(50, None, 0.25), [("job-1",)], id="afterwards"),
        pytest.param(Charging(at_once=True), StatementCost(70, 1000, None), [], id="at once"),
        pytest.param(Charging(error=WarehouseError("not now")), StatementCost(), [("job-1",)], id="not at all"),
    ],
)
def test_what_statements_cost_is_told_and_a_table_is_as_good_without(tmp_path, warehouse, cost, asked):
    told, _ = ends(tmp_path, warehouse)

    assert isinstance(told, ModelSucceeded)
    assert StatementCost(told.bytes_scanned, told.bytes_billed, told.credits) == cost
    assert told.job_ids == ("job-1",)
    assert warehouse.asked == asked


def test_a_price_per_byte_is_for_what_is_billed():
    prices = prices_of("bigquery", CostAssumptions())
    assert prices.cost_usd(5, 10**12) == pytest.approx(6.25)


@pytest.mark.parametrize(
    ("error", "attempts", "is_open"),
    [
        pytest.param(ConnectionFailed("gone"), 1, True, id="nobody knows what became of it"),
        pytest.param(ConnectionFailed("refused", never_sent=True), 3, False, id="it was never sent"),
        pytest.param(TransientFailure("busy"), 3, False, id="it has changed nothing"),
    ],
)
def test_rows_are_sent_again_only_if_they_are_certainly_not_there(tmp_path, error, attempts, is_open):
    def behave(_statement):
        raise error

    told, intents = ends(tmp_path, FakeWarehouse(behave))

    assert isinstance(told, ModelFailed)
    assert (told.attempts, bool(intents)) == (attempts, is_open)
