"""Dagster's daemon ticks sensors and schedules, follows automation conditions, and goes on with runs that have died."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import dagster as dg
import duckdb
import pytest

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 150
SETTINGS = """
telemetry: {enabled: false}
nux: {enabled: false}
run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
  config: {dequeue_interval_seconds: 1}
run_retries: {enabled: true, max_retries: 0}
run_monitoring: {enabled: true, poll_interval_seconds: 2, start_timeout_seconds: 120}
"""
DEFINITIONS = """
import os
from pathlib import Path

import dagster as dg
from dagster_rocky import build_rocky_assets, build_rocky_schedule, define_rocky_job, rocky_source_sensor

HERE = Path(__file__).parent
MARK = HERE / "has_died"


@dg.asset(deps=[["w", "main", "orders"]])
def dashboard():
    if not MARK.exists():
        MARK.touch()
        os._exit(9)  # As if the machine had gone.


ours = dg.AssetSelection.key_prefixes("w") | dg.AssetSelection.assets("dashboard")
nightly = define_rocky_job("nightly", ours, tags={"dagster/max_retries": "1"})


@dg.sensor(job=nightly, minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING)
def once():
    yield dg.RunRequest(run_key="once")


hours = dg.AssetSelection.assets(["c", "main", "hours"])
by_clock = build_rocky_schedule("by_clock", "CRON", hours, default_status=dg.DefaultScheduleStatus.RUNNING)

defs = dg.Definitions(
    assets=[*build_rocky_assets(HERE), dashboard, *build_rocky_assets(HERE / "clocked")],
    jobs=[nightly],
    schedules=[by_clock],
    sensors=[
        once,
        rocky_source_sensor(HERE, minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING),
        dg.AutomationConditionSensorDefinition(
            "by_condition", target="*", minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING
        ),
    ],
    executor=dg.in_process_executor,
)
"""
FILES = {
    "rocky.toml": '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.marts]\ntype = "transformation"\n',
    "models/_defaults.toml": '[target]\ncatalog = "w"\nschema = "main"\n',
    "models/orders.sql": "SELECT id FROM raw.orders\n",
    "models/prices.sql": "SELECT id FROM raw.prices\n",
    "definitions.py": DEFINITIONS,
    "clocked/rocky.toml": '[adapter]\ntype = "duckdb"\npath = "c.duckdb"\n\n[pipeline.x]\ntype = "transformation"\n',
    "clocked/models/_defaults.toml": '[target]\ncatalog = "c"\nschema = "main"\n',
    "clocked/models/hours.sql": "SELECT 7 AS hour\n",
    "clocked/models/longest.sql": "SELECT MAX(hour) AS hour FROM hours\n",
    "clocked/models/longest.toml": '[meta.dagster]\nautomation_condition = "eager"\n',
}


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    files = FILES | {"definitions.py": DEFINITIONS.replace("CRON", once_in_a_while())}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    execute(folder, "CREATE SCHEMA raw")
    execute(folder, "CREATE TABLE raw.orders AS SELECT 1 AS id; CREATE TABLE raw.prices AS SELECT 1 AS id")
    return folder


def once_in_a_while():
    """A minute that comes soon, and does not come again while the test runs.

    It is at least one minute away: a tick that came before the daemon first looked at its schedules would not count.
    """
    soon = datetime.now(UTC) + timedelta(minutes=2)
    return f"{soon.minute} {soon.hour} * * *"


def execute(folder, sql):
    """Once nobody else has the file."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with duckdb.connect(str(folder / "w.duckdb")) as connection:
                return connection.execute(sql).fetchall()
        except duckdb.IOException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@contextmanager
def daemon(folder, home):
    program = [sys.executable, "-m", "dagster._daemon", "run", "-f", str(folder / "definitions.py"), "-d", str(folder)]
    with (home / "daemon.log").open("wb") as log:
        process = subprocess.Popen(
            program,
            cwd=home,
            env={**os.environ, "DAGSTER_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(found, home):
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        answer = found()
        if answer:
            return answer
        time.sleep(0.5)
    pytest.fail((home / "daemon.log").read_text()[-3000:])


def materialized(instance, run):
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    return {key.path[-1] for key in instance.get_asset_keys_for_run(run.run_id, of_type=kind)}


def test_dead_runs_are_gone_on_with_and_sources_clocks_and_conditions_are_followed(project, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(SETTINGS)
    with dg.DagsterInstance.from_config(str(home)) as instance, daemon(project, home):

        def ended(*statuses, **tags):
            """The runs with these tags, oldest first, once there are as many as statuses and they have ended so."""
            runs = instance.get_runs(filters=dg.RunsFilter(tags=tags))[::-1]
            return runs if [run.status.value for run in runs] == list(statuses) else None

        first, second = wait_for(lambda: ended("FAILURE", "SUCCESS", **{"dagster/sensor_name": "once"}), home)
        assert second.tags["dagster/parent_run_id"] == first.run_id
        assert materialized(instance, first) == {"orders", "prices"}
        assert materialized(instance, second) == {"dashboard"}, "what had succeeded was done again"

        sensed = {"dagster/sensor_name": "rocky_source_sensor"}
        wait_for(lambda: ended("SUCCESS", **sensed), home)  # Sources that it sees for the first time.
        execute(project, "INSERT INTO raw.orders VALUES (2)")
        _, third = wait_for(lambda: ended("SUCCESS", "SUCCESS", **sensed), home)
        assert materialized(instance, third) == {"orders"}, "what does not read the source was built"

        (by_clock,) = wait_for(lambda: ended("SUCCESS", **{"dagster/schedule_name": "by_clock"}), home)
        (by_condition,) = wait_for(lambda: ended("SUCCESS", **{"dagster/sensor_name": "by_condition"}), home)
        assert materialized(instance, by_clock) == {"hours"}
        assert materialized(instance, by_condition) == {"longest"}

    assert execute(project, "SELECT id FROM main.orders ORDER BY id") == [(1,), (2,)]
    with duckdb.connect(str(project / "clocked" / "c.duckdb")) as built:
        assert built.execute("SELECT hour FROM main.longest").fetchall() == [(7,)]
