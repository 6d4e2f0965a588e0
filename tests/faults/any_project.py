"""A project of any shape, what runs do to its tables in the plainest words, and runs whose warehouse misbehaves."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from rocky_core.api import ProjectOptions, open_project
from rocky_core.errors import (
    AuthFailed,
    ConnectionFailed,
    FailureKind,
    ObjectNotFound,
    QueryRejected,
    QuotaExceeded,
    TransientFailure,
)
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelBlocked, ModelFailed, ModelSkipped, ModelSucceeded, RunFinished
from rocky_core.planning.partitions import PartitionChoice
from tests.faults.run_and_die import DyingStore, DyingWarehouse, Fuse
from tests.forked import Forked

DAYS = ("2026-01-01", "2026-01-02")
SOURCES = ("s0", "s1")
MAX_RETRIES = 2
ROCKY_TOML = f"""\
[adapter]
type = "duckdb"
path = "warehouse.duckdb"

[pipeline.nightly]
type = "transformation"

[resilience]
transient_max_retries = {MAX_RETRIES}
initial_backoff_ms = 0
circuit_breaker_threshold = 0
max_retries_per_run = 1000
"""
STRATEGIES = {
    "full_refresh": "",
    "view": 'type = "view"',
    "incremental": 'type = "incremental"\ntimestamp_column = "moment"',
    "incremental_by_key": 'type = "incremental"\ntimestamp_column = "moment"\nunique_key = ["id"]',
    "merge": 'type = "merge"\nunique_key = ["id"]',
    "delete_insert": 'type = "delete_insert"\npartition_by = ["day"]',
    "time_interval": 'type = "time_interval"\ntime_column = "moment"\ngranularity = "day"',
    "microbatch": 'type = "microbatch"\ntimestamp_column = "moment"\ngranularity = "day"',
}
WINDOWED = {"time_interval", "microbatch"}
MARKED = {"incremental", "incremental_by_key"}
ERRORS = {
    FailureKind.TRANSIENT: TransientFailure,
    FailureKind.QUOTA_EXCEEDED: QuotaExceeded,
    FailureKind.CONNECTION_FAILED: ConnectionFailed,
    FailureKind.QUERY_REJECTED: QueryRejected,
    FailureKind.NOT_FOUND: ObjectNotFound,
    FailureKind.AUTH_FAILED: AuthFailed,
}

Rows = frozenset[tuple[int, str, int]]  # Each row's id, instant and amount.
Tables = Mapping[str, Rows | None]  # None is a view: it is what its query yields.


@dataclass(frozen=True)
class AnyModel:
    """A model that adds something to the amounts of what it reads, perhaps only of ids that something else has too."""

    name: str
    strategy: str
    reads: tuple[str, ...]
    adds: int

    def sql(self) -> str:
        first, *others = (f"raw.{name}" if name in SOURCES else name for name in self.reads)
        conditions = [f"id IN (SELECT id FROM {other})" for other in others]
        if self.strategy == "time_interval":
            conditions.append("moment >= @start_date AND moment < @end_date")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT id, moment, CAST(moment AS DATE) AS day, amount + {self.adds} AS amount FROM {first}{where}"


@dataclass(frozen=True)
class Failure:
    """What becomes of one attempt to write; one that is late happens after the rows were committed."""

    kind: FailureKind
    is_late: bool = False


@dataclass(frozen=True)
class AnyRun:
    """How a run is disturbed: failures of the first attempts of models, and perhaps a kill at a call."""

    failures: Mapping[str, tuple[Failure, ...]]
    kill_at: int | None = None
    resumes: bool = False
    parallel: int = 1


@dataclass
class Told:
    """What is said of a run: the ends of all tables (several of one with windows), and the verdict."""

    ends: list[tuple[str, str]] = field(default_factory=list)
    status: str = ""


def write_project(folder: Path, models: tuple[AnyModel, ...]) -> None:
    (folder / "models").mkdir(parents=True)
    (folder / "rocky.toml").write_text(ROCKY_TOML)
    for model in models:
        strategy = STRATEGIES[model.strategy]
        (folder / "models" / f"{model.name}.sql").write_text(model.sql())
        (folder / "models" / f"{model.name}.toml").write_text(
            '[target]\ncatalog = "warehouse"\nschema = "out"\n' + (f"\n[strategy]\n{strategy}\n" if strategy else "")
        )


# What should happen.


def rows_of(name: str, tables: Tables, sources: Tables, models: Mapping[str, AnyModel]) -> Rows:
    """What a reader sees under a name."""
    if name in sources:
        return sources[name]
    held = tables[name]
    return yielded(models[name], tables, sources, models) if held is None else held


def yielded(model: AnyModel, tables: Tables, sources: Tables, models: Mapping[str, AnyModel]) -> Rows:
    """What the query of a model yields."""
    first, *others = (rows_of(name, tables, sources, models) for name in model.reads)
    return frozenset(
        (row[0], row[1], row[2] + model.adds)
        for row in first
        if all(row[0] in {one[0] for one in other} for other in others)
    )


def written(model: AnyModel, before: Rows | None, query: Rows, day: str | None) -> Rows | None:
    """The table after one write; `before` is None for a table that is not there yet."""
    if model.strategy == "view":
        return None
    if model.strategy in WINDOWED:
        return frozenset(row for row in before or () if row[1][:10] != day) | {r for r in query if r[1][:10] == day}
    if not before or model.strategy == "full_refresh":
        return query if model.strategy != "merge" or not before else before | query
    newest = max(row[1] for row in before)
    match model.strategy:
        case "incremental":
            return before | {row for row in query if row[1] > newest}
        case "incremental_by_key":
            return _by_id(before, frozenset(row for row in query if row[1] >= newest))
        case "merge":
            return _by_id(before, query)
        case "delete_insert":
            days = {row[1][:10] for row in query}
            return frozenset(row for row in before if row[1][:10] not in days) | query
    raise AssertionError(model.strategy)


def _by_id(before: Rows, news: Rows) -> Rows:
    return frozenset({row[0]: row for row in (*before, *news)}.values())


@dataclass
class Foretold:
    """A run as it should be: the tables after each of its writes, and what is said of it."""

    states: list[dict[str, Rows | None]]
    ends: list[tuple[str, str]]
    status: str
    finished: set[str]
    built: set[str]


def foretell(
    models: tuple[AnyModel, ...], run: AnyRun, tables: Tables, sources: Tables, finished: set[str]
) -> Foretold:
    """One model after the other; `finished` are those that a resumed run need not do again."""
    by_name = {model.name: model for model in models}
    now = dict(tables)
    states, ends, ended = [dict(now)], [], {}
    skipped: set[str] = set()
    for model in models:
        upstream = [name for name in model.reads if name in by_name]
        entries = len(DAYS) if model.strategy in WINDOWED else 1
        if model.name in finished and all(name in skipped for name in upstream):
            skipped.add(model.name)
            ends += [(model.name, "skipped")] * entries
            ended[model.name] = True
            continue
        if not all(ended[name] for name in upstream):
            ended[model.name] = False
            ends += [(model.name, "blocked")] * entries
            continue
        failures = list(run.failures.get(model.name, ()))
        results = []
        for day in DAYS if model.strategy in WINDOWED else (None,):
            if model.strategy in WINDOWED and model.name not in now:
                now[model.name] = frozenset()
                states.append(dict(now))
            result, is_written = _one_table(model, failures, now)
            if is_written:
                query = yielded(model, now, sources, by_name)
                now[model.name] = written(model, now.get(model.name), query, day)
                states.append(dict(now))
            results.append(result)
        ended[model.name] = all(result == "built" for result in results)
        ends += [(model.name, result) for result in results]
    built = {name for name, is_built in ended.items() if is_built and name not in skipped}
    some = any(end == "built" for _, end in ends)
    status = "Success" if all(ended.values()) else "PartialFailure" if some else "Failure"
    return Foretold(states, ends, status, skipped | built, built)


def _one_table(model: AnyModel, failures: list[Failure], now: Tables) -> tuple[str, bool]:
    """How the attempts to write end, and whether rows have landed."""
    replaces = (
        model.strategy == "view"
        or (model.strategy in {"full_refresh", "delete_insert"} and model.name in now)
        or (model.strategy in MARKED and now.get(model.name) == frozenset())
    )
    landed = False
    for _attempt in range(1 + MAX_RETRIES):
        if not failures:
            return "built", True
        failure = failures.pop(0)
        landed = landed or failure.is_late
        if not failure.kind.is_transient:
            break
        if failure.kind is FailureKind.CONNECTION_FAILED and not replaces:
            break  # Nobody knows whether the rows are there, and the next run asks the table.
    return failure.kind.value, landed


# What does happen.


def carry_out(folder: Path, run: AnyRun) -> Told | None:
    """Run in a process of its own; None if it was killed."""
    process = Forked(_run, folder, run)
    _, complaints = process.communicate()
    if process.returncode == -9:
        return None
    assert process.returncode == 0, complaints
    told = json.loads((folder / "told.json").read_text())
    return Told([(name, end) for name, end in told["ends"]], told["status"])


_WRITE = re.compile(r"(?:CREATE(?: OR REPLACE)?(?: TEMP)? (?:TABLE|VIEW)|INSERT INTO|DELETE FROM|MERGE INTO) (\S+)")
_SHAPE = "_rocky_shape"  # A table without rows, which the windows fill.


def _written_by(statement: str) -> str | None:
    found = _WRITE.match(statement)
    named = None if found is None or _SHAPE in statement else re.search(r"(m\d+)\"?$", found.group(1))
    return None if named is None else named.group(1)


class _FailingSession:
    """The first statement that writes a model, in a transaction or alone, meets what the script has for the attempt."""

    def __init__(self, session, script: dict[str, list[Failure]]) -> None:
        self._session, self._script = session, script
        self._in_transaction = False
        self._met: set[str] = set()
        self._late: list[Failure] = []

    def execute(self, statement):
        model = _written_by(statement)
        failure = None
        if model is not None and model not in self._met and self._script.get(model):
            failure = self._script[model].pop(0)
        if model is not None and self._in_transaction:
            self._met.add(model)
        if failure is not None and not failure.is_late:
            raise ERRORS[failure.kind]("scripted")
        result = self._session.execute(statement)
        if failure is not None:
            if not self._in_transaction:
                raise ERRORS[failure.kind]("scripted, late")
            self._late.append(failure)
        return result

    def query(self, statement, *, limit=None):
        return self._session.query(statement, limit=limit)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        self._in_transaction, self._met, self._late = True, set(), []
        try:
            with self._session.transaction():
                yield
        finally:
            self._in_transaction, self._met = False, set()
        if self._late:
            raise ERRORS[self._late[0].kind]("scripted, late")


class _FailingWarehouse:
    def __init__(self, warehouse, script: dict[str, list[Failure]]) -> None:
        self._warehouse, self._script = warehouse, script

    def __getattr__(self, name):
        return getattr(self._warehouse, name)

    @contextlib.contextmanager
    def session(self, *, timeout_seconds=None, tag=None):
        with self._warehouse.session(timeout_seconds=timeout_seconds, tag=tag) as session:
            yield _FailingSession(session, self._script)


def _run(folder: Path, run: AnyRun) -> None:
    script = {name: list(failures) for name, failures in run.failures.items()}
    fuse = Fuse(run.kill_at or 0)
    site = open_project(ProjectOptions(config_file=folder / "rocky.toml")).site()

    def open_state(pipeline):
        store, warnings = site.open_state(pipeline)
        return DyingStore(store, fuse), warnings

    def open_warehouse(adapter, read_only):
        return DyingWarehouse(_FailingWarehouse(site.open_warehouse(adapter, read_only), script), fuse)

    outside = replace(site, open_warehouse=open_warehouse, open_state=open_state)
    windows = PartitionChoice(first=DAYS[0], last=DAYS[-1])
    wishes = RunOptions(parallel=run.parallel, partitions=windows, resume_latest=run.resumes)
    ends, status = [], ""
    for event in run_pipeline(outside, wishes, Event()):
        match event:
            case ModelSucceeded():
                ends.append((event.name, "built"))
            case ModelFailed():
                ends.append((event.name, event.kind.value))
            case ModelBlocked():
                ends.append((event.name, "blocked"))
            case ModelSkipped():
                ends.append((event.name, "skipped"))
            case RunFinished():
                status = event.status.value
            case _:
                pass
    (folder / "told.json").write_text(json.dumps({"ends": ends, "status": status}))
