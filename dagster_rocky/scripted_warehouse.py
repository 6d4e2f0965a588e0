"""A real warehouse that fails as a script says: what retries do can be watched without a broken network."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    TransientFailure,
    UserError,
    WarehouseError,
)
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn, ObservedTable
from rocky_core.ports.warehouse import (
    AuthLink,
    Capabilities,
    CsvFile,
    QueryEstimate,
    QueryResult,
    Session,
    StatementCost,
    StatementResult,
    StatementTag,
    Warehouse,
)

_ERRORS: Final[Mapping[FailureKind, type[WarehouseError]]] = {
    FailureKind.TRANSIENT: TransientFailure,
    FailureKind.CONNECTION_FAILED: ConnectionFailed,
    FailureKind.QUOTA_EXCEEDED: QuotaExceeded,
    FailureKind.AUTH_FAILED: AuthFailed,
    FailureKind.QUERY_REJECTED: QueryRejected,
    FailureKind.NOT_FOUND: ObjectNotFound,
    FailureKind.UNKNOWN: WarehouseError,
}
_WRITES: Final = re.compile(
    r"\s*(?:CREATE(?:\s+OR\s+REPLACE)?\s+(?:TABLE|VIEW)(?:\s+IF\s+NOT\s+EXISTS)?|INSERT\s+INTO|MERGE\s+INTO|"
    r"DELETE\s+FROM|UPDATE)\s+((?:[\"`]?\w+[\"`]?\.)*[\"`]?\w+[\"`]?)",
    re.IGNORECASE,
)


@dataclass
class Script:
    """For each model the kinds of its first failures, one for each time that it is written; and what happened.

    `attempts` counts how often a model's table was to be written, `written` how often that was let through.
    """

    failures: dict[str, list[str]] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        known = [kind.value for kind in _ERRORS]
        for model, kinds in self.failures.items():
            self.failures[model] = list(kinds)
            for kind in kinds:
                if kind not in known:
                    raise UserError(
                        f"'{kind}' is no kind of failure that can be scripted; there are {', '.join(known)}"
                    )

    def attempt(self, model: str) -> None:
        """Let one attempt to write a model's table through. Raises what the script has for it instead."""
        with self._lock:
            self.attempts[model] += 1
            waiting = self.failures.get(model)
            if not waiting:
                self.written[model] += 1
                return
            kind = FailureKind(waiting.pop(0))
        raise _ERRORS[kind](f"scripted failure of '{model}': {kind.value}")


@dataclass(frozen=True)
class ScriptedWarehouse:
    """Passes everything on to a warehouse, but for writes that the script lets fail."""

    inner: Warehouse
    script: Script
    models: Mapping[str, str]  # By the unquoted name of the table, in lower case.

    @property
    def dialect_name(self) -> str:
        return self.inner.dialect_name

    @property
    def capabilities(self) -> Capabilities:
        return self.inner.capabilities

    @property
    def auth_chain(self) -> tuple[AuthLink, ...]:
        return self.inner.auth_chain

    @property
    def max_concurrency(self) -> int:
        return self.inner.max_concurrency

    @contextmanager
    def session(self, *, timeout_seconds: float | None = None, tag: StatementTag | None = None) -> Iterator[Session]:
        """A line of the warehouse's own, with the script before it."""
        with self.inner.session(timeout_seconds=timeout_seconds, tag=tag) as session:
            yield _ScriptedSession(session, self)

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        return self.inner.describe(targets)

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        return self.inner.describe_query(query)

    def estimate_query(self, query: str) -> QueryEstimate | None:
        return self.inner.estimate_query(query)

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        return self.inner.content_markers(tables, most_rows=most_rows)

    def costs(self, job_ids: Sequence[str]) -> Mapping[str, StatementCost]:
        return self.inner.costs(job_ids)

    def end_statements(self, run_ids: Collection[str]) -> int:
        return self.inner.end_statements(run_ids)

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> Sequence[str]:
        return self.inner.list_schemas(prefix, catalog=catalog)

    def list_tables(self, schema: str, *, catalog: str = "") -> Sequence[str]:
        return self.inner.list_tables(schema, catalog=catalog)

    def cancel(self) -> None:
        self.inner.cancel()

    def ping(self) -> None:
        self.inner.ping()

    def close(self) -> None:
        self.inner.close()

    def model_written_by(self, statement: str) -> str | None:
        """The model whose table a statement writes."""
        found = _WRITES.match(statement)
        if found is None:
            return None
        return self.models.get(re.sub(r"[\"`]", "", found.group(1)).lower())


@dataclass
class _ScriptedSession:
    """One line; the statements of one attempt count once, because the first of them fails or none does."""

    inner: Session
    warehouse: ScriptedWarehouse
    _in_transaction: bool = False
    _let_through: set[str] = field(default_factory=set)

    def execute(self, statement: str) -> StatementResult:
        model = self.warehouse.model_written_by(statement)
        if model is not None and not (self._in_transaction and model in self._let_through):
            self.warehouse.script.attempt(model)
            self._let_through.add(model)
        return self.inner.execute(statement)

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        return self.inner.query(statement, limit=limit)

    def load_csv(self, file: CsvFile, target: TargetName) -> StatementResult:
        return self.inner.load_csv(file, target)

    def transaction(self) -> AbstractContextManager[None]:
        return self._transaction()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._in_transaction, self._let_through = True, set()
        try:
            with self.inner.transaction():
                yield
        finally:
            self._in_transaction = False
