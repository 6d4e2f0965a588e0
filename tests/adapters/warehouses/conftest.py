"""A warehouse of each kind that can be had here, empty, and closed afterwards."""

import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rocky_core.cli.run_command import run_command
from rocky_core.config.rocky_toml import parse_config
from rocky_core.errors import FailureKind
from rocky_core.ports.warehouse import Warehouse
from rocky_core.warehouses.databricks import follow as databricks_follow
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
from rocky_core.wiring import open_warehouse as open_adapter

# The driver would look for a cloud around it, at addresses that are none of ours.
os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
sys.path.insert(0, str(Path(__file__).parent))

import bigquery_bench as bigquery_benches
import databricks_bench as databricks_benches
from bigquery_bench import BigQueryServer, bigquery_bench, bigquery_server, live_bigquery_bench
from databricks_bench import DatabricksServer, databricks_bench, databricks_server, live_databricks_bench
from served_stand_in import tell_at_once
from service_project import Service
from services import SERVICES
from snowflake_bench import LIVE, SnowflakeServer, live_snowflake_bench, snowflake_bench, snowflake_server
from warehouse_bench import Bench, Words

LIVE_MOTHERDUCK = "ROCKY_LIVE_MOTHERDUCK"
DUCKDB = Words(
    numbers="SELECT range AS i FROM range({n})",
    endless="SELECT sum(a.range * b.range) AS total FROM range(1000000) AS a, range(1000000) AS b",
    fails_late="SELECT CASE WHEN range = 2999999 THEN error('late') ELSE 'fine' END FROM range(3000000)",
    integer="BIGINT",
    text="VARCHAR",
    columns=(
        ("id", "BIGINT NOT NULL", "BIGINT", False),
        ("amount", "DECIMAL(10, 2)", "DECIMAL(10,2)", True),
        ("label", "VARCHAR", "VARCHAR", True),
        ("on_day", "DATE", "DATE", True),
        ("moment", "TIMESTAMP", "TIMESTAMP", True),
        ("is_new", "BOOLEAN", "BOOLEAN", True),
        ("tags", "VARCHAR[]", "VARCHAR[]", True),
    ),
    missing_table=FailureKind.NOT_FOUND,
)


def duckdb_bench(folder: Path) -> Bench:
    def reopen() -> Warehouse:
        return open_warehouse(DuckDBOptions(str(folder / "store.duckdb")))

    warehouse = reopen()
    with warehouse.session() as session:
        session.execute("CREATE SCHEMA bench")
    return Bench("duckdb", warehouse, "bench", DUCKDB, reopen)


def live_motherduck_bench() -> Bench:
    """A database of one's own, whose connection is in the environment, with a schema that is dropped afterwards."""
    keys = {"type": "duckdb", **json.loads(os.environ[LIVE_MOTHERDUCK])}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
    config = parse_config(f"[adapter.live]\n{lines}\n", "rocky.toml", {}).value
    assert config is not None

    def reopen() -> Warehouse:
        return open_adapter(config, "live", Path(), read_only=False)

    warehouse, schema = reopen(), f"rocky_bench_{secrets.token_hex(4)}"
    with warehouse.session() as session:
        session.execute(f"CREATE SCHEMA {schema}")

    def drop() -> None:
        opened = reopen()
        with opened.session() as session:
            session.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        opened.close()

    return Bench("duckdb", warehouse, schema, DUCKDB, reopen, drop=drop)


BENCHES: dict[str, Callable[[Path, pytest.FixtureRequest], Bench]] = {
    "bigquery": lambda _, request: bigquery_bench(request.getfixturevalue("bigquery")),
    "databricks": lambda _, request: databricks_bench(request.getfixturevalue("databricks")),
    "duckdb": lambda folder, _: duckdb_bench(folder),
    "snowflake": lambda _, request: snowflake_bench(request.getfixturevalue("snowflake")),
}


if LIVE_MOTHERDUCK in os.environ:
    BENCHES["motherduck-live"] = lambda _, __: live_motherduck_bench()
if LIVE in os.environ:
    BENCHES["snowflake-live"] = lambda _, __: live_snowflake_bench()
if bigquery_benches.LIVE in os.environ:
    BENCHES["bigquery-live"] = lambda _, __: live_bigquery_bench()
if databricks_benches.LIVE in os.environ:
    BENCHES["databricks-live"] = lambda _, __: live_databricks_bench()


@pytest.fixture(scope="session")
def bigquery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigQueryServer]:
    """What stands in for BigQuery, one for all tests; each takes a dataset of its own."""
    with bigquery_server(tmp_path_factory.mktemp("bigquery")) as server:
        yield server


@pytest.fixture(scope="session")
def databricks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabricksServer]:
    """What stands in for Databricks, one for all tests; each takes a catalog of its own."""
    with databricks_server(tmp_path_factory.mktemp("databricks")) as server:
        yield server


@pytest.fixture(scope="session")
def snowflake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnowflakeServer]:
    """What stands in for Snowflake, one for all tests; each takes a database of its own."""
    with snowflake_server(tmp_path_factory.mktemp("snowflake")) as server:
        yield server


@pytest.fixture(params=sorted(SERVICES))
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Each service in turn."""
    monkeypatch.setattr(databricks_follow, "_SEARCH_SECONDS", 0.5)  # Its stand-in tells at once what has arrived.
    opened = SERVICES[request.param](request)
    yield opened
    opened.faults()
    opened.warehouse.close()


@pytest.fixture
def rocky(capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs a command as a user does, and gives its JSON."""

    def run(*arguments: str) -> Any:
        capfd.readouterr()
        run_command((*arguments, "--output", "json"))
        told = capfd.readouterr()
        assert told.out, told.err
        return json.loads(told.out)

    return run


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Every kind of warehouse in turn; a claim that its stand-in cannot show is skipped with the reason."""
    if not request.param.endswith("live"):
        tell_at_once(monkeypatch)
    opened = BENCHES[request.param](tmp_path, request)
    claim = request.node.originalname
    if claim in opened.lies:
        opened.warehouse.close()
        pytest.skip(f"{opened.name}: {opened.lies[claim]}")
    yield opened
    opened.warehouse.close()
    opened.drop()


OPENERS: dict[str, Callable[[Path], Warehouse]] = {
    "duckdb-file": lambda folder: open_warehouse(DuckDBOptions(str(folder / "store.duckdb"))),
    "duckdb-memory": lambda _: open_warehouse(DuckDBOptions()),
}


@pytest.fixture(params=sorted(OPENERS))
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    """DuckDB, for what only it can be held to."""
    opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()
