"""A warehouse and a clock that do as they are told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from rocky_core.errors import StatementCancelled
from rocky_core.execution.retry import Retries, RetryRules
from rocky_core.execution.run_context import RunContext
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan, PlannedTable, Step
from rocky_core.ir.state import LeaseRequest, RunProgress
from rocky_core.ports.warehouse import QueryResult, StatementResult
from rocky_core.state.open_state import open_state
from rocky_core.state.process import this_process
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse

Behaviour = Callable[[str], object]


class FakeClock:
    """Time passes only when somebody sleeps."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return datetime(2026, 1, 31, tzinfo=UTC) + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds


class FakeWarehouse:
    """Notes every statement; `behaviour` sees each one first and may raise or wait."""

    dialect_name = "duckdb"
    capabilities = DuckDBWarehouse.capabilities

    def __init__(self, behaviour: Behaviour = lambda _: None, *, max_concurrency: int = 4) -> None:
        self.behaviour = behaviour
        self.max_concurrency = max_concurrency
        self.statements: list[str] = []
        self.cancelled = threading.Event()
        self.answers: dict[str, QueryResult] = {}

    @contextlib.contextmanager
    def session(self, *, timeout_seconds=None, tag=None):
        del timeout_seconds, tag
        yield FakeSession(self)

    def describe(self, targets):
        return dict.fromkeys(targets)

    def cancel(self) -> None:
        self.cancelled.set()


class FakeSession:
    def __init__(self, warehouse: FakeWarehouse) -> None:
        self._warehouse = warehouse

    def execute(self, statement: str) -> StatementResult:
        self._warehouse.behaviour(statement)
        self._warehouse.statements.append(statement)
        return StatementResult(rows_affected=1)

    def query(self, statement: str, *, limit=None) -> QueryResult:
        del limit
        self._warehouse.behaviour(statement)
        return self._warehouse.answers[statement]

    @contextlib.contextmanager
    def transaction(self):
        held = len(self._warehouse.statements)
        try:
            yield
        except BaseException:
            del self._warehouse.statements[held:]
            raise


def until_cancelled(warehouse: FakeWarehouse) -> None:
    """What a long statement does."""
    assert warehouse.cancelled.wait(10), "nobody has cancelled"
    raise StatementCancelled("cancelled")


def planned(name: str, *depends_on: str, **differences) -> PlannedTable:
    """A table that is written by one statement called as it is."""
    steps = differences.pop("steps", (Step("full_refresh", (name,)),))
    return PlannedTable((name,), name, TargetName("", "", name), "full_refresh", steps, depends_on, **differences)


def plan_of(*tables: PlannedTable) -> Plan:
    return Plan("nightly", "transformation", tables)


@contextlib.contextmanager
def running(warehouse: FakeWarehouse, folder: Path, rules: RetryRules | None = None):
    """The context of a run that has begun, with a state of its own."""
    clock = FakeClock()
    store = open_state(folder / "state.db", clock).store
    lease = store.acquire_lease(LeaseRequest("nightly", "run-1", this_process(), timedelta(minutes=1))).lease
    store.start_run(lease, RunProgress("run-1", "nightly", clock.now(), 0))
    retries = Retries(rules or RetryRules(jitter=False), Random(1))
    context = RunContext(
        "run-1",
        "nightly",
        warehouse,
        store,
        lease,
        clock,
        retries,
        threading.Event(),
        lambda _event: None,
        lambda: open_warehouse(DuckDBOptions()),
    )
    try:
        yield context
    finally:
        store.close()
