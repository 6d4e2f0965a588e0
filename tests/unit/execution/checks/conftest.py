"""An empty DuckDB with the schemas that the checks of this folder read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rocky_core.ports.warehouse import Session
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse


@pytest.fixture
def warehouse() -> Iterator[DuckDBWarehouse]:
    opened = open_warehouse(DuckDBOptions())
    yield opened
    opened.close()


@pytest.fixture
def session(warehouse: DuckDBWarehouse) -> Iterator[Session]:
    with warehouse.session() as opened:
        opened.execute("CREATE SCHEMA marts")
        opened.execute("CREATE SCHEMA raw")
        yield opened
