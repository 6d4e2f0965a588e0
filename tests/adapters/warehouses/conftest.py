"""A warehouse of each kind that can be had here, empty, and closed afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rocky_core.ports.warehouse import Warehouse
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse

OPENERS: dict[str, Callable[[Path], Warehouse]] = {
    "duckdb-file": lambda folder: open_warehouse(DuckDBOptions(str(folder / "store.duckdb"))),
    "duckdb-memory": lambda _: open_warehouse(DuckDBOptions()),
}


@pytest.fixture(params=sorted(OPENERS))
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()
