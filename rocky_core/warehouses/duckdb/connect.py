"""Opens a DuckDB database: a file, memory, or MotherDuck."""

from __future__ import annotations

from typing import Final

import duckdb

from rocky_core.warehouses.duckdb.errors import translate
from rocky_core.warehouses.duckdb.options import DuckDBOptions
from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse

_OTHER_SETTINGS: Final = "different configuration"


def open_warehouse(options: DuckDBOptions) -> DuckDBWarehouse:
    """Connect. Raises ConnectionFailed, or TransientFailure while another process has the file."""
    try:
        connection = _connect(options)
    except duckdb.Error as error:
        raise translate(error) from error
    return DuckDBWarehouse(connection, max_concurrency=options.max_concurrency, timeout_seconds=options.timeout_seconds)


def _connect(options: DuckDBOptions) -> duckdb.DuckDBPyConnection:
    """Connect as asked, or as this process is connected already.

    DuckDB refuses a second connection of one process to one file whose settings differ from the first, so no setting
    is insisted on unasked, and where the first one writes, one that only reads is opened for writing too.
    """
    required: dict[str, str | bool | int | float | list[str]] = {**options.required}
    settings = {**options.settings, **required}
    attempts = [(options.read_only, settings)]
    if options.read_only:
        attempts.append((False, settings))
    if settings != required:
        attempts.extend([(read_only, required) for read_only, _ in attempts])
    for read_only, chosen in attempts[:-1]:
        try:
            return duckdb.connect(options.path, read_only=read_only, config=chosen)
        except duckdb.ConnectionException as error:
            if _OTHER_SETTINGS not in str(error):
                raise
    read_only, chosen = attempts[-1]
    return duckdb.connect(options.path, read_only=read_only, config=chosen)
