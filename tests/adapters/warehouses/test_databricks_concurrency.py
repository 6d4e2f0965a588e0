"""As many statements are under way on Databricks as the adapter is made for, for as long as there is work."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from databricks_bench import DatabricksServer

from rocky_core.config.adapters import Adapter
from rocky_core.warehouses.databricks.connect import open_adapter
from rocky_core.warehouses.databricks.warehouse import DatabricksWarehouse

pytestmark = pytest.mark.soak

TABLES, CONCURRENCY, LATENCY_SECONDS, BUSY = 2000, 10, 0.05, 0.9


@pytest.fixture
def adapter(databricks: DatabricksServer) -> Adapter:
    return databricks.adapter(max_concurrency=CONCURRENCY)


@pytest.fixture
def lake(databricks: DatabricksServer, adapter: Adapter) -> Iterator[DatabricksWarehouse]:
    """A service that takes a while for each statement, with so many tables to copy."""
    warehouse = open_adapter("lake", adapter, Path())
    with warehouse.session() as line:
        line.execute("CREATE SCHEMA src__big")
        line.execute("CREATE SCHEMA staging__big")
        for number in range(TABLES):
            line.execute(f"CREATE TABLE src__big.t{number} AS SELECT {number} AS i")
    databricks.tell("latency", LATENCY_SECONDS)
    yield warehouse
    databricks.faults()
    databricks.tell("latency", 0)
    warehouse.close()


def busy(server: DatabricksServer) -> float:
    """The share of its workers that had a request under way, on average from the first request to the last."""
    quarters = server.history()["asked"]
    return sum(quarters) / len(quarters) / CONCURRENCY


def test_workers_of_the_adapter_wait_for_the_service_and_for_nothing_else(lake, databricks):
    def copy(number: int) -> int | None:
        with lake.session() as line:
            statement = f"CREATE TABLE staging__big.t{number} AS SELECT * FROM src__big.t{number}"
            return line.execute(statement).rows_affected

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(copy, range(TABLES)))

    share = busy(databricks)
    print(f"{100 * share:.0f} % of {CONCURRENCY} workers are waiting for the service")
    assert databricks.history()["most_running"] == CONCURRENCY
    assert share >= BUSY
