"""Which dialects there are; each is imported when it is first asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final, cast

from rocky_core.dialects.base import Dialect

_CLASSES: Final = {
    "duckdb": ("rocky_core.dialects.duckdb.dialect", "DuckDB"),
    "databricks": ("rocky_core.dialects.databricks.dialect", "Databricks"),
    "snowflake": ("rocky_core.dialects.snowflake.dialect", "Snowflake"),
    "bigquery": ("rocky_core.dialects.bigquery.dialect", "BigQuery"),
}

DIALECT_NAMES: Final = tuple(_CLASSES)
SHORT_NAMES: Final = {"duckdb": "duckdb", "dbx": "databricks", "sf": "snowflake", "bq": "bigquery"}


@cache
def dialect_named(name: str) -> Dialect:
    """The dialect of a warehouse, by its name in rocky.toml."""
    module, class_name = _CLASSES[name]
    return cast("Dialect", getattr(import_module(module), class_name)())
