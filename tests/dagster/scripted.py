"""A project whose warehouse does what a script says, attempt by attempt, and counts what it was asked to do."""

import re
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from dagster_rocky import RockyProject
from rocky_core.api import Project
from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    StatementCancelled,
    TransientFailure,
)
from rocky_core.ir.replace import replace
from rocky_core.ports.warehouse import QueryResult, StatementResult
from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse

ERRORS = {
    "transient": TransientFailure,
    "connection-failed": ConnectionFailed,
    "quota-exceeded": QuotaExceeded,
    "auth-failed": AuthFailed,
    "query-rejected": QueryRejected,
    "not-found": ObjectNotFound,
    "unknown": ValueError,
}
AT_ONCE = {
    kind: {"wait_seconds": 0, "longest_wait_seconds": 0}
    for kind in ("transient", "connection-failed", "quota-exceeded")
}
_TABLE = re.compile(r'"main"\."(\w+)"')
_CONFIG = """
[adapter]
type = "duckdb"
path = "unused.duckdb"

[pipeline.scripted]
type = "transformation"
models = "models/**"

[resilience]
enabled = {engine_retries}
initial_backoff_ms = 0
circuit_breaker_threshold = 0
"""


@dataclass
class Script:
    """For each model the kinds of its first failures, and whether its check holds; and what happened."""

    failures: dict[str, list[str]] = field(default_factory=dict)
    fails_once_at: dict[str, str] = field(default_factory=dict)  # By what a statement says.
    statements: list[str] = field(default_factory=list)  # Those that succeeded.
    failing_checks: set[str] = field(default_factory=set)
    attempts: Counter = field(default_factory=Counter)
    built: Counter = field(default_factory=Counter)
    checked: Counter = field(default_factory=Counter)
    waiting: dict[str, threading.Event] = field(default_factory=dict)  # Models whose write lasts until it is set.
    is_waiting: threading.Event = field(default_factory=threading.Event)
    cancelled: bool = False


class ScriptedWarehouse:
    """Implements `ports.warehouse.Warehouse` without any data."""

    dialect_name = "duckdb"
    capabilities = DuckDBWarehouse.capabilities
    max_concurrency = 4

    def __init__(self, script):
        self._script = script
        self._lock = threading.Lock()

    @contextmanager
    def session(self, *, timeout_seconds=None, tag=None):  # noqa: ARG002 — the port has it
        yield self

    @contextmanager
    def transaction(self):
        yield

    def execute(self, statement):
        if "SCHEMA" in statement:
            return StatementResult()
        model = _TABLE.search(statement).group(1)
        if model in self._script.waiting:
            self._script.is_waiting.set()
            self._script.waiting[model].wait()
            if self._script.cancelled:
                raise StatementCancelled("stopped")
        with self._lock:
            self._script.attempts[model] += 1
            failures = self._script.failures.get(model, [])
            for text in [text for text in self._script.fails_once_at if text in statement]:
                raise ERRORS[self._script.fails_once_at.pop(text)](f"{model} will not this time")
            self._script.statements.append(statement)
            if failures:
                raise ERRORS[failures.pop(0)](f"{model} will not")
            self._script.built[model] += 1
        return StatementResult(rows_affected=1)

    def query(self, statement, *, limit=None):  # noqa: ARG002 — the port has it
        model = _TABLE.search(statement).group(1)
        with self._lock:
            self._script.checked[model] += 1
        return QueryResult(("failing",), ((int(model in self._script.failing_checks),),))

    def describe(self, targets):
        return dict.fromkeys(targets)

    def end_statements(self, run_ids):
        del run_ids
        return 0

    def cancel(self):
        self._script.cancelled = True
        for event in self._script.waiting.values():
            event.set()

    def ping(self): ...

    def close(self): ...


class _ScriptedProject(Project):
    def __init__(self, options, script):
        super().__init__(options)
        self._script = script

    def site(self, compilation=None):
        return replace(super().site(compilation), open_warehouse=lambda *_: ScriptedWarehouse(self._script))


@dataclass(frozen=True)
class ScriptedProject(RockyProject):
    """A project over a script."""

    script: Script = field(default_factory=Script)

    @cached_property
    def opened(self):
        return _ScriptedProject(super().opened.options, self.script)


def scripted_project(folder, reads, script, *, engine_retries="false", sidecar=None, config=""):
    """Models that read each other, each with one deciding check; `sidecar` gives further TOML by model."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "rocky.toml").write_text(_CONFIG.format(engine_retries=engine_retries) + config)
    for name, upstream in reads.items():
        columns = " + ".join(["1", *(f"{read}.id" for read in upstream)])
        source = " CROSS JOIN ".join(upstream)
        (models / f"{name}.sql").write_text(f"SELECT {columns} AS id" + (f" FROM {source}" if source else ""))
        own = (sidecar or {}).get(name, "")
        (models / f"{name}.toml").write_text(
            f'{own}\n[target]\ncatalog = "db"\nschema = "main"\n[[tests]]\ntype = "not_null"\ncolumn = "id"\n'
        )
    return ScriptedProject(folder, script=script)
