"""The warehouses that the conformance suite can be run on: what is here, and accounts that the environment names."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import bigquery_bench as bigquery_benches
import databricks_bench as databricks_benches
import pytest
from bigquery_bench import bigquery_bench, live_bigquery_bench
from databricks_bench import databricks_bench, live_databricks_bench
from snowflake_bench import LIVE, live_snowflake_bench, snowflake_bench
from warehouse_bench import Bench, Words

from rocky_core.config.rocky_toml import parse_config
from rocky_core.errors import FailureKind
from rocky_core.ports.warehouse import Warehouse
from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse
from rocky_core.wiring import open_warehouse as open_adapter

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


def benches_of(*kinds: str) -> list[str]:
    """Those of some kinds of warehouse, which have in common what a test is about."""
    return [name for name in sorted(BENCHES) if name.partition("-")[0] in kinds]


TAGGING = ("bigquery", "databricks", "snowflake")
TRANSACTIONAL = ("duckdb", "motherduck", "snowflake")
NAMING = ("bigquery", "databricks")
