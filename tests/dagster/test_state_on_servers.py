"""A code location whose disk is gone goes on where the last one was, because its state is on a server."""

import shutil
from contextlib import ExitStack

import dagster as dg
import duckdb
import pytest

from dagster_rocky import (
    RedisStateResource,
    RockyProject,
    S3StateResource,
    TieredStateResource,
    build_rocky_assets,
)
from rocky_core.orchestration import history, watermarks
from tests.adapters.state.servers import s3, valkey

pytestmark = pytest.mark.slow
ROCKY_TOML = '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.marts]\ntype = "transformation"\n'
INCREMENTAL = (
    '[strategy]\ntype = "incremental"\ntimestamp_column = "happened"\n'
    '[target]\ncatalog = "w"\nschema = "main"\n'
    '[[tests]]\ntype = "unique"\ncolumn = "id"\n'
)


@pytest.fixture(params=["Redis", "S3", "S3 behind Redis"])
def state(request, tmp_path):
    with ExitStack() as stack:
        (tmp_path / "valkey").mkdir()
        redis = RedisStateResource(url=stack.enter_context(valkey(tmp_path / "valkey")))
        if request.param == "Redis":
            yield redis
            return
        bucket = S3StateResource(
            bucket="rocky-state",
            endpoint_url=stack.enter_context(s3()),
            region="us-east-1",
            access_key_id="key",
            secret_access_key="secret",  # noqa: S106 — the emulator takes any
        )
        yield bucket if request.param == "S3" else TieredStateResource(bucket=bucket, front=redis)


def location(folder, state):
    """What a new machine has: the project's files, and the warehouse, which is nobody's disk."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "rocky.toml").write_text(ROCKY_TOML)
    (models / "events.sql").write_text("SELECT id, happened FROM raw.events\n")
    (models / "events.toml").write_text(INCREMENTAL)
    return RockyProject(folder, state=state)


def execute(folder, sql):
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def test_the_next_machine_loads_what_is_new_and_nothing_twice(state, tmp_path):
    first = location(tmp_path / "first", state)
    execute(
        tmp_path / "first",
        "CREATE SCHEMA raw; CREATE TABLE raw.events AS SELECT 1 AS id, TIMESTAMP '2026-01-01' AS happened",
    )
    assert dg.materialize(build_rocky_assets(first)).success
    second = location(tmp_path / "second", state)
    shutil.move(tmp_path / "first" / "w.duckdb", tmp_path / "second" / "w.duckdb")
    execute(tmp_path / "second", "INSERT INTO raw.events VALUES (2, TIMESTAMP '2026-01-02')")

    result = dg.materialize(build_rocky_assets(second))

    (event,) = result.get_asset_materialization_events()
    about = {name: value.value for name, value in event.materialization.metadata.items()}
    assert (result.success, about["rocky/strategy"], about["rocky/rows_affected"]) == (True, "incremental", 1)
    assert execute(tmp_path / "second", "SELECT id FROM events ORDER BY id") == [(1,), (2,)]
    assert watermarks(second.opened, "marts")["w.main.events"].last_value.startswith("2026-01-02")
    assert len(history(second.opened, "marts")) == 2
    assert list((tmp_path / "second" / "models").glob(".rocky-state*")) == []
