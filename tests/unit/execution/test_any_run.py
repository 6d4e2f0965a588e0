"""Any graph, any failures, any limits, interrupted anywhere: every table ends as a simple model of a run says."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from fake_outside import FakeWarehouse, plan_of, planned, running
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    TransientFailure,
    WarehouseError,
)
from rocky_core.execution.apply_plan import ApplyRules, apply_plan
from rocky_core.execution.retry import RetryRules
from rocky_core.execution.verdict import verdict
from rocky_core.ir.plan import Step
from rocky_core.ir.run import ModelBlocked, ModelFailed, ModelRetried, ModelSucceeded, RunStarted, RunStatus
from rocky_core.ir.state import TableStatus

ERRORS: tuple[WarehouseError, ...] = (
    TransientFailure("busy"),
    ConnectionFailed("gone"),
    QuotaExceeded("later", cooldown_seconds=60),
    QueryRejected("no"),
    ObjectNotFound("no"),
    AuthFailed("no"),
)
NONE, NOTHING = st.just(frozenset()), st.just(())
PASSING = {FailureKind.TRANSIENT, FailureKind.CONNECTION_FAILED, FailureKind.QUOTA_EXCEEDED}


@dataclass(frozen=True)
class Table:
    """A table by number: what it reads, the errors of its first attempts, and how it is written."""

    number: int
    reads: frozenset[int]
    errors: tuple[WarehouseError, ...]
    replaces: bool  # Else it adds rows, and a connection that breaks meanwhile leaves it unknown whether it has.
    is_atomic: bool

    @property
    def name(self) -> str:
        return f"t{self.number}"

    @property
    def commits_late(self) -> bool:
        """Whether an interrupt in its statement is heard before its commit."""
        return self.is_atomic or not self.replaces

    @property
    def statement(self) -> str:
        return f"{'CREATE OR REPLACE' if self.replaces else 'INSERT INTO'} {self.name}"


@dataclass(frozen=True)
class Case:
    tables: tuple[Table, ...]
    rules: ApplyRules
    retry: RetryRules
    interrupted_in: int | None  # The attempt, counted over the whole run, in which somebody presses Ctrl-C.

    @property
    def has_limits(self) -> bool:
        """Whether the end of one table depends on when others end."""
        limits = (
            self.rules.fail_fast,
            self.rules.error_rate_abort_pct,
            self.retry.breaker_threshold,
            self.interrupted_in is not None,
        )
        return any(limits) or self.retry.max_retries_per_run is not None


@dataclass
class Expected:
    """What the model says: how each table ends, by name, and after how many attempts."""

    ends: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)  # Whether they were written is for the next run to find out.


def expected_of(case: Case) -> Expected:
    """A run of one table after the other, in the plainest words."""
    found = Expected()
    retries_left = case.retry.max_retries_per_run
    unwell_in_a_row = attempts_in_all = failed = ended = 0
    interrupted = False
    for table in case.tables:
        blocked = [up for up in table.reads if found.ends[f"t{up}"] != "built"]
        breaker = case.retry.breaker_recovery_seconds is None and 0 < case.retry.breaker_threshold <= unwell_in_a_row
        limit = case.rules.error_rate_abort_pct
        if interrupted or breaker or (case.rules.fail_fast and failed):
            found.ends[table.name] = "blocked"
            continue
        if limit and ended >= 4 and 100 * failed >= limit * ended:
            found.ends[table.name] = "blocked"
            continue
        if blocked:
            found.ends[table.name] = "blocked"
            continue
        attempt = 0
        while True:
            attempt += 1
            attempts_in_all += 1
            interrupted = interrupted or attempts_in_all == case.interrupted_in
            error = table.errors[attempt - 1] if attempt <= len(table.errors) else None
            if error is None:
                end = "unknown" if interrupted and table.commits_late else "built"
                break
            end = error.failure_kind.value
            tried_again = error.failure_kind in PASSING and attempt <= case.retry.max_retries
            if isinstance(error, ConnectionFailed) and not table.replaces:
                tried_again = False
            if isinstance(error, QuotaExceeded) and not case.retry.waits_for_quota:
                tried_again = False
            if not tried_again or retries_left == 0:
                break
            retries_left = None if retries_left is None else retries_left - 1
            if interrupted:
                break
        found.ends[table.name], found.attempts[table.name] = end, attempt
        ended += 1
        failed += end != "built"
        unwell_in_a_row = unwell_in_a_row + 1 if end in {kind.value for kind in PASSING} else 0
        if end == "connection-failed" or (end == "unknown" and interrupted and not table.commits_late):
            found.announced.add(table.name)
    return found


@dataclass
class Outcome:
    """What the run did."""

    ends: dict[str, str]
    attempts: dict[str, int]
    announced: set[str]
    retries: int
    written: list[str]
    stored: dict[str, TableStatus]
    status: RunStatus


def outcome_of(case: Case, folder) -> Outcome:
    errors = {table.statement: list(table.errors) for table in case.tables}
    warehouse = FakeWarehouse()
    with running(warehouse, folder, case.retry) as context:
        attempts_in_all = 0

        def behave(statement: str) -> None:
            nonlocal attempts_in_all
            attempts_in_all += 1
            if attempts_in_all == case.interrupted_in:
                context.interrupted.set()
            if errors[statement]:
                raise errors[statement].pop(0)

        warehouse.behaviour = behave
        tables = [
            planned(
                table.name,
                *(f"t{up}" for up in sorted(table.reads)),
                steps=(Step("full_refresh", (table.statement,), is_atomic=table.is_atomic),),
            )
            for table in case.tables
        ]
        events = list(apply_plan(plan_of(*tables), context, case.rules))
        announced = {intent.table for intent in context.store.open_intents("nightly")}
        stored = {one.table: one.status for one in context.store.table_progress("run-1")}
    started = RunStarted("run-1", "nightly", "transformation", None, tuple(table.name for table in case.tables))
    ends: dict[str, str] = {}
    attempts = {}
    for event in events:
        match event:
            case ModelSucceeded() | ModelFailed():
                assert event.name not in ends, "a table ends once"
                ends[event.name] = "built" if isinstance(event, ModelSucceeded) else event.kind.value
                attempts[event.name] = event.attempts
            case ModelBlocked():
                assert event.name not in ends, "a table ends once"
                ends[event.name] = "blocked"
            case _:
                pass
    retries = sum(isinstance(event, ModelRetried) for event in events)
    status = verdict((started, *events), checks_gate=False)
    return Outcome(ends, attempts, announced, retries, warehouse.statements, stored, status)


@st.composite
def cases(draw, *, parallel):
    """Mostly one kind of limit at a time, so that each is reached."""
    limits = draw(st.sets(st.sampled_from(["fast", "rate", "breaker", "budget", "interrupt"]), max_size=2))

    def limit(name, values):
        return draw(st.sampled_from(values)) if name in limits else None

    some_error = st.sampled_from(ERRORS)
    tables = tuple(
        Table(
            number,
            draw(
                st.frozensets(st.integers(0, number - 1), max_size=draw(st.sampled_from([0, 0, 2]))) if number else NONE
            ),
            draw(st.one_of(NOTHING, NOTHING, st.tuples(some_error), st.tuples(*[some_error] * 4))),
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 9)))
    )
    rules = ApplyRules(
        parallel=draw(parallel), fail_fast="fast" in limits, error_rate_abort_pct=limit("rate", [1, 25, 50, 60, 100])
    )
    retry = RetryRules(
        max_retries=draw(st.integers(0, 3)),
        jitter=False,
        breaker_threshold=limit("breaker", [1, 2, 3]) or 0,
        max_retries_per_run=limit("budget", [0, 1, 3]),
        waits_for_quota=draw(st.booleans()),
        breaker_recovery_seconds=draw(st.sampled_from([None, None, 30.0])),
    )
    return Case(tables, rules, retry, limit("interrupt", [1, 2, 3, 5, 8]))


def verdict_of(ends: dict[str, str]) -> RunStatus:
    built = [name for name, end in ends.items() if end == "built"]
    if len(built) == len(ends):
        return RunStatus.SUCCESS
    return RunStatus.PARTIAL_FAILURE if built else RunStatus.FAILURE


def agree_exactly(case: Case, folder) -> None:
    expected, found = expected_of(case), outcome_of(case, folder)

    assert found.ends == expected.ends
    assert found.attempts == expected.attempts
    assert found.announced == expected.announced
    assert found.written == [table.statement for table in case.tables if expected.ends[table.name] == "built"]
    assert found.status is verdict_of(expected.ends)
    assert {name for name, status in found.stored.items() if status is TableStatus.SUCCESS} == {
        name for name, end in expected.ends.items() if end == "built"
    }


def keep_the_rules(case: Case, folder) -> None:
    """What holds however tables that run side by side overtake each other."""
    found = outcome_of(case, folder)
    by_name = {table.name: table for table in case.tables}

    assert sorted(found.ends) == sorted(by_name)
    assert sorted(found.written) == sorted(
        by_name[name].statement for name, end in found.ends.items() if end == "built"
    )
    for name, end in found.ends.items():
        reads_unbuilt = any(found.ends[f"t{up}"] != "built" for up in by_name[name].reads)
        assert not (reads_unbuilt and end != "blocked"), f"{name} was tried though it reads what could not be built"
        if end == "blocked":
            assert reads_unbuilt or case.has_limits, f"{name} was not tried and nothing kept it from being tried"
    assert found.retries <= (case.retry.max_retries_per_run or 1_000) or case.retry.max_retries_per_run is None
    if case.retry.max_retries_per_run == 0:
        assert found.retries == 0
    assert all(attempts <= 1 + case.retry.max_retries for attempts in found.attempts.values())
    assert found.status is verdict_of(found.ends)
    if not case.has_limits:
        expected = expected_of(case)
        assert (found.ends, found.attempts, found.announced) == (expected.ends, expected.attempts, expected.announced)


BUSY = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])


@BUSY
@given(case=cases(parallel=st.just(1)))
def test_one_after_the_other_everything_ends_as_the_model_says(case, tmp_path_factory):
    agree_exactly(case, tmp_path_factory.mktemp("run"))


@BUSY
@given(case=cases(parallel=st.integers(2, 4)))
def test_side_by_side_the_rules_hold(case, tmp_path_factory):
    keep_the_rules(case, tmp_path_factory.mktemp("run"))


@pytest.mark.soak
@MANY
@given(case=cases(parallel=st.just(1)))
def test_the_same_of_many_more(case, tmp_path_factory):
    agree_exactly(case, tmp_path_factory.mktemp("run"))


@pytest.mark.soak
@MANY
@given(case=cases(parallel=st.integers(2, 4)))
def test_the_same_of_many_more_side_by_side(case, tmp_path_factory):
    keep_the_rules(case, tmp_path_factory.mktemp("run"))
