"""Opens a DuckDB database: a file, memory, or MotherDuck."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final

import duckdb

from rocky_core.warehouses.duckdb.errors import translate
from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse

IN_MEMORY: Final = ":memory:"
_LEAST_CONCURRENCY: Final = 4  # Small statements wait for each other's commits more than for a core.


@dataclass(frozen=True, slots=True)
class DuckDBOptions:
    """Where the database is and how it is used; without a path it lives in memory and is gone when closed."""

    path: str = IN_MEMORY
    read_only: bool = False
    timeout_seconds: float | None = None  # Of each statement.
    max_concurrency: int = field(default_factory=lambda: max(_LEAST_CONCURRENCY, os.cpu_count() or 1))


def open_warehouse(options: DuckDBOptions) -> DuckDBWarehouse:
    """Connect. Raises ConnectionFailed, or TransientFailure while another process has the file."""
    try:
        # No settings here: DuckDB refuses a second connection of this process whose settings differ from the first.
        connection = duckdb.connect(options.path, read_only=options.read_only)
    except duckdb.Error as error:
        raise translate(error) from error
    return DuckDBWarehouse(connection, max_concurrency=options.max_concurrency, timeout_seconds=options.timeout_seconds)
