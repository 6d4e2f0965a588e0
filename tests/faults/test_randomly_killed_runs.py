"""Runs of twenty models side by side, killed at any instant, in whatever statement: the next run loses nothing."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.state import PartitionStatus
from rocky_core.state.open_state import open_state_for_reading
from tests.faults.test_killed_runs import STRATEGIES
from tests.forked import run_rocky, start_rocky

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "warehouse.duckdb"

[pipeline.nightly]
type = "transformation"
"""
TARGET = '[target]\ncatalog = "warehouse"\nschema = "out"\n'
ROWS = """\
INSERT INTO raw.events
SELECT i, 'n' || i % 7, i % 100, TIMESTAMP '2026-01-0{day}' + INTERVAL (i % 80000) SECOND
FROM range({first}, {end}) AS r(i)
"""
WISHES = ("--from", "2026-01-01", "--to", "2026-01-03", "--parallel", "4", "-o", "json")
RUN = ("run", *WISHES)


def models() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Each model's query, strategy and reads: one of every strategy, readers of them, and one that reads those."""
    found = {name: (sql, strategy, ()) for name, (sql, strategy) in STRATEGIES.items()}
    for name in STRATEGIES:
        found[f"by_name_of_{name}"] = (f"SELECT name, COUNT(*) AS n FROM {name} GROUP BY name", "", (name,))
    for one, other in (("merge", "view"), ("incremental", "time_interval"), ("microbatch", "delete_insert")):
        sql = f"SELECT a.name, a.n + b.n AS n FROM by_name_of_{one} AS a JOIN by_name_of_{other} AS b USING (name)"
        reads = (f"by_name_of_{one}", f"by_name_of_{other}")
        found[f"both_{one}"] = (sql, 'type = "merge"\nunique_key = ["name"]', reads)
    reads = ("both_merge", "both_incremental", "both_microbatch")
    found["all"] = (" UNION ALL ".join(f"SELECT '{name}' AS of, name, n FROM {name}" for name in reads), "", reads)
    return found


MODELS = models()


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """The project after its first run, with more rows in its source."""
    folder = tmp_path_factory.mktemp("killed") / "start"
    (folder / "models").mkdir(parents=True)
    (folder / "rocky.toml").write_text(ROCKY_TOML)
    for name, (sql, strategy, _) in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
        (folder / "models" / f"{name}.toml").write_text(TARGET + (f"\n[strategy]\n{strategy}\n" if strategy else ""))
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "CREATE SCHEMA raw; CREATE TABLE raw.events (id BIGINT, name VARCHAR, amount BIGINT, happened_at TIMESTAMP)"
        )
        connection.execute(ROWS.format(day=1, first=0, end=20_000))
        connection.execute(ROWS.format(day=2, first=20_000, end=30_000))
    ran = run_rocky(folder, *RUN)
    assert ran.returncode == 0, ran.stderr
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(ROWS.format(day=3, first=30_000, end=40_000))
        connection.execute("UPDATE raw.events SET amount = 1000 WHERE id % 1000 = 0")
    return folder


@pytest.fixture(scope="module")
def undisturbed(start):
    """What an undisturbed run leaves, and how long it takes."""
    folder = shutil.copytree(start, start.with_name("undisturbed"))
    began = time.monotonic()
    assert run_rocky(folder, *RUN).returncode == 0
    return what_is_left(folder), time.monotonic() - began


@contextlib.contextmanager
def state_of(folder: Path):
    with contextlib.closing(open_state_for_reading(folder / "models" / ".rocky-state.db", SystemClock())) as store:
        yield store


def what_is_left(folder: Path) -> dict[str, object]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        names = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL")
        tables = {
            f"{schema}.{table}": connection.execute(
                f"SELECT count(*), sum(hash(t)), bit_xor(hash(t)) FROM {schema}.{table} AS t"
            ).fetchall()
            for schema, table in names.fetchall()
        }
    with state_of(folder) as store:
        return {
            "tables": tables,
            "watermarks": {table: mark.last_value for table, mark in store.watermarks().items()},
            "partitions": {
                (name, one.partition_key)
                for name in ("time_interval", "microbatch")
                for one in store.partitions(f"warehouse.out.{name}")
                if one.status is PartitionStatus.COMPUTED
            },
            "leases": store.leases(),
            "intents": store.open_intents("nightly"),
        }


def done_by_the_last(folder: Path) -> set[str]:
    """What the run that a resumed one goes on with has stored as done, or has taken over as done."""
    with state_of(folder) as store:
        last = store.resumable_run("nightly")
        entries = () if last is None else store.table_progress(last.run_id)
    return {one.asset_key[-1] for one in entries if one.status.is_finished}


def must_be_built(done: Iterable[str]) -> set[str]:
    """What is not done, and what reads that."""
    found: set[str] = set()
    for name, (_, _, reads) in MODELS.items():
        if name not in done or found & set(reads):
            found.add(name)
    return found


def kill_and_go_on(start: Path, undisturbed, folder: Path, seed: int) -> None:
    expected, seconds = undisturbed
    chance = random.Random(seed)
    resumes = seed % 2 == 0
    arguments = (*RUN, "--resume-latest") if resumes else RUN
    shutil.copytree(start, folder)
    for _ in range(chance.randint(1, 3)):
        running = start_rocky(folder, *arguments)
        time.sleep(chance.uniform(0.1, 1.1) * seconds)
        running.kill()
        running.communicate()
    done = done_by_the_last(folder)

    after = run_rocky(folder, *arguments)

    assert after.returncode == 0, after.stdout + after.stderr
    answer = json.loads(after.stdout)
    built = {one["asset_key"][-1] for one in answer["materializations"]}
    assert built == must_be_built(done if resumes else set()), "what was done is not done again; everything else is"
    assert answer["status"] == "Success"
    assert what_is_left(folder) == expected
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whenever_a_run_is_killed_the_next_one_completes_it(seed, start, undisturbed, tmp_path):
    kill_and_go_on(start, undisturbed, tmp_path / "project", seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 160))
def test_the_same_of_many_more(seed, start, undisturbed, tmp_path):
    kill_and_go_on(start, undisturbed, tmp_path / "project", seed)
