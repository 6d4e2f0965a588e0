"""Writes docs/warehouses.md from what dialects and adapters declare about themselves; a test compares them.

`python -m tools.warehouses`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from rocky_core.dialects.registry import DIALECT_NAMES, dialect_named
from rocky_core.dialects.statements.render_model import render_model, shapes_of
from rocky_core.dialects.statements.rendered import Refused
from rocky_core.ir.model import Model, TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.strategy import (
    DeleteInsert,
    DynamicTable,
    Ephemeral,
    FullRefresh,
    Granularity,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    Strategy,
    TimeInterval,
    View,
)
from rocky_core.ir.types import BIGINT, DATE, TIMESTAMP, VARCHAR
from rocky_core.ports.warehouse import Capabilities, Markers, Transactions

PAGE: Final = Path(__file__).parents[1] / "docs" / "warehouses.md"
_COLUMNS: Final = (("id", BIGINT), ("name", VARCHAR), ("day", DATE), ("ts", TIMESTAMP))
_STRATEGIES: Final[Mapping[str, Strategy]] = {
    "full_refresh": FullRefresh(),
    "view": View(),
    "incremental": Incremental("ts"),
    "incremental with unique_key": Incremental("ts", ("id",)),
    "merge": Merge(("id",)),
    "delete_insert": DeleteInsert(("day",)),
    "time_interval": TimeInterval("ts", Granularity.DAY),
    "microbatch": Microbatch("ts"),
    "materialized_view": MaterializedView(),
    "dynamic_table": DynamicTable("1 hour"),
    "ephemeral": Ephemeral(),
}
_FORMATS: Final[Mapping[str, TableFormat]] = {
    'format = "delta_table"': TableFormat("delta_table"),
    'format = "iceberg_table"': TableFormat("iceberg_table"),
    'format = "streaming_table"': TableFormat("streaming_table"),
    "partition_by": TableFormat(partition_by=("day",)),
    "cluster_by": TableFormat(cluster_by=("name",)),
    "comment": TableFormat(comment="told"),
    "table_properties": TableFormat(table_properties=(("team", "ours"),)),
}
# Where the adapters are; what is not here can be compiled for, and not yet be run on.
_ADAPTERS: Final = {
    "bigquery": ("rocky_core.warehouses.bigquery.warehouse", "BigQueryWarehouse"),
    "databricks": ("rocky_core.warehouses.databricks.warehouse", "DatabricksWarehouse"),
    "duckdb": ("rocky_core.warehouses.duckdb.warehouse", "DuckDBWarehouse"),
    "snowflake": ("rocky_core.warehouses.snowflake.warehouse", "SnowflakeWarehouse"),
}
_TESTED: Final = {
    "bigquery": "a stand-in for the service (bqemulator over DuckDB), driven by the real client",
    "databricks": "a stand-in for the service (its API over DuckDB), driven by the real SDK",
    "duckdb": "DuckDB itself",
    "snowflake": "a stand-in for the service (fakesnow over DuckDB), driven by the real connector",
}
# MotherDuck is an adapter of DuckDB whose path begins with md:, so it has no column of its own.
_LIVE: Final = {
    "bigquery": ("ROCKY_LIVE_BIGQUERY", '{"project_id": "…", "location": "…", "credentials_path": "…"}'),
    "databricks": (
        "ROCKY_LIVE_DATABRICKS",
        '{"host": "…", "http_path": "…", "token": "…", "database": "…", "volume": "…"}',
    ),
    "motherduck": ("ROCKY_LIVE_MOTHERDUCK", '{"path": "md:…", "token": "…"}'),
    "snowflake": (
        "ROCKY_LIVE_SNOWFLAKE",
        '{"account": "…", "username": "…", "pat": "…", "database": "…", "warehouse": "…"}',
    ),
}
_TRANSACTIONS: Final = {
    Transactions.NONE: "one statement each",
    Transactions.ROWS: "over rows; DDL commits by itself",
    Transactions.ALL: "everything",
}
_MARKERS: Final = {Markers.CONTENT: "the rows themselves", Markers.VERSION: "when the warehouse says it was changed"}
_HEAD: Final = """\
<!-- Written by `python -m tools.warehouses` from what dialects and adapters declare; do not edit. -->

# Warehouses

Models can be compiled for four warehouses. Where a pipeline can be run, its warehouse has an adapter, and the last
table says what that adapter does.

## What a model may ask for

`works` is one statement or transaction that readers see whole. `left out` means that the warehouse has no words for
it: the model is built without, and the plan says so. `refused` comes with its code, before anything is sent.
"""
_MOTHERDUCK: Final = """
## MotherDuck

An adapter of DuckDB whose path names a database there, which has been created:

```toml
[adapter]
type = "duckdb"
path = "md:my_database"
token = "${MOTHERDUCK_TOKEN}"
```

Without `token` DuckDB takes the variable `motherduck_token`. Opening it needs DuckDB's own extension `motherduck`,
which DuckDB downloads at first use (`INSTALL motherduck`); without it the error says so. A token is shown nowhere, not
even where it stands in the path (`md:my_database?motherduck_token=…`). A connection has one token, so another database
of MotherDuck is read only with the same one. Nothing but opening, tokens and errors has been tested, because the
service cannot be reached from our tests. What holds for DuckDB above is meant to hold there; the command below shows
whether it does.
"""
_LIVE_HEAD: Final = """
## Against a live account

What is tested here runs unchanged against an account of yours, in a schema that is made for it and
dropped afterwards. The connection is the keys of `[adapter.NAME]` as JSON:
"""
_LIVE_COMMAND: Final = """\
```sh
export {variable}='{settings}'
.venv/bin/python -m pytest tests/adapters/warehouses/test_conformance.py -k {name}-live
```"""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield from _table("strategy", {name: _cells(_model(strategy)) for name, strategy in _STRATEGIES.items()})
    yield "| snapshot pipelines (SCD2) |" + " works |" * len(DIALECT_NAMES)
    yield ""
    yield from _table("table option", {name: _cells(_model(FullRefresh(), form)) for name, form in _FORMATS.items()})
    yield "\n## What the adapters do\n"
    names = [name for name in DIALECT_NAMES if name in _ADAPTERS]
    found = {name: _capabilities(name) for name in names}
    yield "| | " + " | ".join(_title(name) for name in names) + " |"
    yield "|---|" + "---|" * len(names)
    for title, told in _CAPABILITIES.items():
        yield f"| {title} | " + " | ".join(told(found[name]) for name in names) + " |"
    yield "| [files are loaded](loading.md) | " + " | ".join(map(_loads, names)) + " |"
    yield "| tested against | " + " | ".join(_TESTED[name] for name in names) + " |"
    missing = [_title(name) for name in DIALECT_NAMES if name not in _ADAPTERS]
    if missing:
        yield f"\nThere is no adapter yet for {' and '.join(missing)}: `compile` and `emit-sql` are what works there."
    yield _MOTHERDUCK.rstrip()
    yield _LIVE_HEAD
    for name, (variable, settings) in _LIVE.items():
        yield _LIVE_COMMAND.format(name=name, variable=variable, settings=settings)


def _model(strategy: Strategy, form: TableFormat | None = None) -> Model:
    text = SourceText("m.sql", "SELECT * FROM s", "SELECT * FROM s")
    target = TargetName("lake", "marts", "m")
    return Model("m", text, target, strategy=strategy, table_format=form or TableFormat())


def _cells(model: Model) -> list[str]:
    return [_cell(model, name) for name in DIALECT_NAMES]


def _cell(model: Model, dialect_name: str) -> str:
    dialect = dialect_named(dialect_name)
    columns = tuple(Column(dialect.stored_name(name, quoted=False), kind) for name, kind in _COLUMNS)
    query = "SELECT id, name, day, ts FROM raw.s WHERE ts >= @start_date AND ts < @end_date"
    rendered = render_model(model, query, dialect_name, columns)
    if isinstance(rendered, Refused):
        return f"refused: `{rendered.code}`"
    return "left out" if rendered.left_out else "works"


def _table(title: str, rows: Mapping[str, list[str]]) -> Iterator[str]:
    yield f"| {title} | " + " | ".join(map(_title, DIALECT_NAMES)) + " |"
    yield "|---|" + "---|" * len(DIALECT_NAMES)
    for name, cells in rows.items():
        yield f"| `{name}` | " + " | ".join(cells) + " |"


def _title(dialect_name: str) -> str:
    return dialect_named(dialect_name).display_name


def _capabilities(name: str) -> Capabilities:
    module, class_name = _ADAPTERS[name]
    found: Capabilities = getattr(import_module(module), class_name).capabilities
    return found


def _loads(name: str) -> str:
    shapes = shapes_of(name)
    if shapes.reads_files:
        return "in a transaction, which reads them"
    return "under a name that is taken once" if shapes.names_loads else "in a transaction, through a table beside"


def _yes(*, is_so: bool) -> str:
    return "yes" if is_so else "no"


def _guesses(found: Capabilities) -> Iterator[str]:
    if found.guesses_rows:
        yield "rows"
    if found.guesses_bytes:
        yield "bytes"


_CAPABILITIES: Final = {
    "transactions": lambda found: _TRANSACTIONS[found.transactions],
    "unchanged tables are told by": lambda found: _MARKERS[found.markers],
    "each statement carries run and model": lambda found: _yes(is_so=found.tags_statements),
    "what became of a statement can be found out": lambda found: _yes(is_so=found.asks_after_statements),
    "costs of single statements": lambda found: _yes(is_so=found.reports_costs),
    "a statement that runs too long is stopped": lambda found: _yes(is_so=found.keeps_time),
    "`rocky estimate` tells": lambda found: " and ".join(_guesses(found)) or "nothing",
}


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
