"""Any graph of any strategies over changing sources, with any failures, kills and resumes: as a simple model says."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rocky_core.errors import FailureKind
from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.state import TableStatus
from rocky_core.state.open_state import open_state_for_reading
from tests.faults.any_project import (
    DAYS,
    MARKED,
    SOURCES,
    STRATEGIES,
    AnyModel,
    AnyRun,
    Failure,
    carry_out,
    foretell,
    rows_of,
    write_project,
)

FAILURES = [Failure(kind) for kind in FailureKind if kind not in {FailureKind.UNKNOWN, FailureKind.COMPILE_ERROR}]
LOST_ANSWER = Failure(FailureKind.CONNECTION_FAILED, is_late=True)


@st.composite
def projects(draw):
    names = [f"m{number}" for number in range(draw(st.integers(1, 5)))]
    return tuple(
        AnyModel(
            name,
            draw(st.sampled_from(sorted(STRATEGIES))),
            tuple(draw(st.lists(st.sampled_from([*SOURCES, *names[:at]]), min_size=1, max_size=2, unique=True))),
            10 ** (at + 3),
        )
        for at, name in enumerate(names)
    )


def instants():
    return st.builds("{} {:02}:00:00".format, st.sampled_from(DAYS), st.integers(0, 23))


class World:
    """A project, what its sources hold, and what should be in its tables."""

    def __init__(self, folder: Path, models: tuple[AnyModel, ...]) -> None:
        self.folder, self.models = folder, models
        self.by_name = {model.name: model for model in models}
        self.sources = dict.fromkeys(SOURCES, frozenset())
        self.tables: dict[str, object] = {}
        self.unfinished: set[str] = set()  # What a resumed run need not do again.
        self.next_id = 1
        write_project(folder, models)
        self.execute("CREATE SCHEMA raw")
        for source in SOURCES:
            self.execute(f"CREATE TABLE raw.{source} (id INTEGER, moment TIMESTAMP, amount INTEGER)")

    def execute(self, sql: str, *parameters: object) -> None:
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            connection.execute(sql, parameters)

    def change_sources(self, data) -> None:
        """Add rows, at any instant, to one source or to both; change or delete others."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            for _ in range(data.draw(st.integers(1, 3), label="new rows")):
                row = (self.next_id, data.draw(instants()), self.next_id)
                self.next_id += 1
                for source in data.draw(st.sets(st.sampled_from(SOURCES), min_size=1)):
                    self.sources[source] |= {row}
            for source in SOURCES:
                for row in sorted(self.sources[source]):
                    match data.draw(st.sampled_from(["keep", "keep", "keep", "change", "delete"])):
                        case "change":
                            self.sources[source] = self.sources[source] - {row} | {(row[0], row[1], row[2] + 100)}
                        case "delete":
                            self.sources[source] -= {row}
                        case _:
                            pass
                connection.execute(f"DELETE FROM raw.{source}")
                for row in sorted(self.sources[source]):
                    connection.execute(f"INSERT INTO raw.{source} VALUES (?, ?, ?)", row)

    def run(self, run: AnyRun) -> None:
        finished = self.unfinished if run.resumes else set()
        foretold = foretell(self.models, run, self.tables, self.sources, finished)
        told = carry_out(self.folder, run)
        held = self.held()
        if told is None:
            self.was_killed(run, foretold, held)
            return
        self.tables = foretold.states[-1]
        assert sorted(told.ends) == sorted(foretold.ends)
        assert told.status == foretold.status
        assert held == self.seen(self.tables)
        self.unfinished = set() if foretold.status == "Success" else foretold.finished
        with self.state() as store:
            assert store.leases() == ()
            assert store.run_records(limit=1)[0].status.value == told.status
            if told.status == "Success":
                assert store.open_intents("nightly") == ()
                self.watermarks_are_right(store)

    def was_killed(self, run, foretold, held) -> None:
        """The tables are as they were at some moment of the run, and only what was written counts as done."""
        at = [number for number, state in enumerate(foretold.states) if self.seen(state) == held]
        if run.parallel == 1:
            assert at, "the tables are as at no moment of the run"
            self.tables = foretold.states[at[-1]]
        else:
            moments = [self.seen(state) for state in foretold.states]
            for name, rows in held.items():
                assert rows in [moment.get(name) for moment in moments], name
            self.tables = {name: None if self.by_name[name].strategy == "view" else rows for name, rows in held.items()}
        with self.state() as store:
            resumable = store.resumable_run("nightly")
            entries = () if resumable is None else store.table_progress(resumable.run_id)
        done = {one.table.rpartition(".")[2] for one in entries if one.status is TableStatus.SUCCESS}
        carried = {one.table.rpartition(".")[2] for one in entries if one.status is TableStatus.SKIPPED}
        assert done | carried <= foretold.finished | self.unfinished
        assert all(name in held for name in done | carried)
        self.unfinished = done | carried

    def watermarks_are_right(self, store) -> None:
        marks = store.watermarks()
        for model in self.models:
            rows = self.tables.get(model.name)
            if model.strategy in MARKED and rows:
                newest = max(row[1] for row in rows)
                assert marks[f"warehouse.out.{model.name}"].last_value == newest.replace(" ", "T") + "+00:00"

    def seen(self, tables) -> dict[str, object]:
        return {name: rows_of(name, tables, self.sources, self.by_name) for name in tables}

    def held(self) -> dict[str, object]:
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as connection:
            names = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'out'")
            held = {}
            for (name,) in names.fetchall():
                rows = connection.execute(f"SELECT id, moment::VARCHAR, amount FROM out.{name}").fetchall()
                assert len(set(rows)) == len(rows), f"rows of {name} are there twice"
                held[name] = frozenset(rows)
        return held

    def state(self):
        return contextlib.closing(open_state_for_reading(self.folder / "models" / ".rocky-state.db", SystemClock()))


@st.composite
def runs(draw, models):
    failing = draw(st.dictionaries(st.sampled_from([model.name for model in models]), st.just(None), max_size=2))
    script = st.lists(st.sampled_from([*FAILURES, LOST_ANSWER, LOST_ANSWER]), min_size=1, max_size=4).map(tuple)
    return AnyRun(
        failures={name: draw(script) for name in failing},
        kill_at=draw(st.one_of(st.none(), st.integers(3, 25 + 15 * len(models)))),
        resumes=draw(st.booleans()),
        parallel=draw(st.sampled_from([1, 1, 3])),
    )


def live_through(data, folder: Path) -> None:
    models = data.draw(projects(), label="models")
    world = World(folder, models)
    try:
        for _ in range(data.draw(st.integers(1, 3), label="nights")):
            world.change_sources(data)
            world.run(data.draw(runs(models), label="run"))
        if data.draw(st.booleans(), label="sources change before the last run"):
            world.change_sources(data)
        world.run(AnyRun({}, resumes=data.draw(st.booleans(), label="the last run resumes")))
        world.run(AnyRun({}))
    finally:
        shutil.rmtree(folder)


FEW = settings(max_examples=10, phases=[Phase.generate], derandomize=True)
MANY = settings(max_examples=100, print_blob=True)
ALLOWED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.slow
@settings(FEW, suppress_health_check=ALLOWED)
@given(data=st.data())
def test_whatever_befalls_a_project_its_tables_and_reports_are_right(data, tmp_path_factory):
    live_through(data, tmp_path_factory.mktemp("any") / "project")


@pytest.mark.soak
@settings(MANY, suppress_health_check=ALLOWED)
@given(data=st.data())
def test_the_same_of_many_more(data, tmp_path_factory):
    live_through(data, tmp_path_factory.mktemp("any") / "project")
