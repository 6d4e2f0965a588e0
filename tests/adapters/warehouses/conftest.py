"""A warehouse of each kind that can be had here, empty, and closed afterwards."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rocky_core.cli.run_command import run_command
from rocky_core.ports.warehouse import Warehouse
from rocky_core.warehouses.databricks import follow as databricks_follow
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse

# The driver would look for a cloud around it, at addresses that are none of ours.
os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
sys.path.insert(0, str(Path(__file__).parent))

from benches import BENCHES
from bigquery_bench import BigQueryServer, bigquery_server
from databricks_bench import DatabricksServer, databricks_server
from served_stand_in import tell_at_once
from service_project import Service
from services import SERVICES
from snowflake_bench import SnowflakeServer, snowflake_server
from warehouse_bench import Bench


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
    """Every kind of warehouse in turn."""
    if not request.param.endswith("live"):
        tell_at_once(monkeypatch)
    opened = BENCHES[request.param](tmp_path, request)
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
