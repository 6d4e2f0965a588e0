"""Every strategy on every warehouse, as reviewed text.

`pytest tests/unit/dialects/statements --update-snapshots` rewrites the files after a wanted change.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from rocky_core.dialects.registry import DIALECT_NAMES
from rocky_core.dialects.statements.render_model import render_model
from rocky_core.dialects.statements.rendered import Refused, Rendered
from rocky_core.ir.model import Model, SurrogateKey, TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
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
    TimeInterval,
    View,
)
from rocky_core.ir.types import BIGINT, DATE, TIMESTAMP, VARCHAR

QUERY = """\
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders -- every order
;
"""
WINDOWED = """\
SELECT order_id, customer, ordered_on, updated_at
FROM raw.orders
WHERE ordered_on >= @start_date AND ordered_on < '@end_date'
"""
NAMES = ("order_id", "customer", "ordered_on", "updated_at")
TYPES = (BIGINT, VARCHAR, DATE, TIMESTAMP)
MODEL = Model("orders", SourceText("orders.sql", QUERY, QUERY), TargetName("lake-house", "marts", "orders"))
OPTIONS = TableFormat(
    partition_by=("ordered_on",),
    cluster_by=("customer",),
    table_properties=(("team", "it's ours"),),
    comment="All orders, the customer's too",
)

CASES = {
    "full_refresh": (FullRefresh(), {}),
    "full_refresh_options": (FullRefresh(), {"table_format": OPTIONS}),
    "full_refresh_partitioned": (FullRefresh(), {"table_format": replace(OPTIONS, cluster_by=())}),
    "full_refresh_clustered": (FullRefresh(), {"table_format": replace(OPTIONS, partition_by=())}),
    "full_refresh_transient": (
        FullRefresh(),
        {"table_format": TableFormat(table_properties=(("transient", "true"), ("data_retention_time_in_days", "0")))},
    ),
    "format_delta_table": (FullRefresh(), {"table_format": TableFormat("delta_table")}),
    "format_iceberg_table": (FullRefresh(), {"table_format": TableFormat("iceberg_table", comment="ice")}),
    "format_table": (FullRefresh(), {"table_format": TableFormat("table")}),
    "format_view": (FullRefresh(), {"table_format": TableFormat("view", comment="seen")}),
    "format_materialized_view": (FullRefresh(), {"table_format": TableFormat("materialized_view")}),
    "format_streaming_table": (FullRefresh(), {"table_format": TableFormat("streaming_table")}),
    "view": (View(), {"table_format": TableFormat(comment="seen")}),
    "materialized_view": (MaterializedView(), {"table_format": TableFormat(cluster_by=("customer",))}),
    "dynamic_table": (DynamicTable("1 hour"), {}),
    "ephemeral": (Ephemeral(), {}),
    "incremental": (Incremental("updated_at"), {}),
    "incremental_by_key": (Incremental("updated_at", ("order_id",)), {}),
    "merge": (Merge(("order_id",)), {}),
    "merge_update_columns": (Merge(("order_id", "customer"), ("updated_at",)), {}),
    "delete_insert": (DeleteInsert(("ordered_on", "customer")), {}),
    "time_interval": (TimeInterval("ordered_on", Granularity.DAY), {}),
    "microbatch": (Microbatch("updated_at"), {}),
    "surrogate_key": (FullRefresh(), {"surrogate_keys": (SurrogateKey("order_key", ("order_id", "customer")),)}),
}


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize("case", CASES)
def test_the_statements_are_the_reviewed_ones(case: str, dialect: str, snapshots: Path, update_snapshots: bool) -> None:
    reviewed = snapshots / case / f"{dialect}.sql"
    text = as_text(render(case, dialect))
    if update_snapshots:
        reviewed.parent.mkdir(parents=True, exist_ok=True)
        reviewed.write_text(text, encoding="utf-8")
    assert text == reviewed.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize("case", CASES)
def test_each_statement_is_one_that_the_warehouses_grammar_knows(case: str, dialect: str) -> None:
    rendered = render(case, dialect)
    if isinstance(rendered, Refused):
        assert rendered.reason
        return
    for statement in (*rendered.statements, *rendered.first_build):
        trees = sqlglot.parse(statement, dialect=dialect)
        assert len(trees) == 1
        assert not isinstance(trees[0], exp.Command), statement


def test_there_is_a_reviewed_file_for_every_case_and_no_other(snapshots: Path) -> None:
    expected = {f"{case}/{dialect}.sql" for case in CASES for dialect in DIALECT_NAMES}
    found = {file.relative_to(snapshots).as_posix() for file in snapshots.rglob("*.sql")}
    assert {name for name in found if not name.startswith(("plans/", "history/", "loads/"))} == expected


def render(case: str, dialect: str) -> Rendered:
    strategy, changes = CASES[case]
    query = WINDOWED if isinstance(strategy, TimeInterval) else QUERY
    catalog = "lake-house" if dialect == "bigquery" else "lake"
    model = replace(MODEL, strategy=strategy, target=TargetName(catalog, "marts", "orders"), **changes)
    names = [name.upper() for name in NAMES] if dialect == "snowflake" else NAMES
    columns = tuple(Column(name, data_type) for name, data_type in zip(names, TYPES, strict=True))
    return render_model(model, query, dialect, columns)


def as_text(rendered: Rendered) -> str:
    if isinstance(rendered, Refused):
        return f"-- refused ({rendered.code}): {rendered.reason}\n"
    parts = [f"-- left out: {', '.join(rendered.left_out)}"] if rendered.left_out else []
    parts.extend(f"{statement};" for statement in rendered.statements)
    if rendered.first_build:
        parts.append("-- while the target does not exist:")
        parts.extend(f"{statement};" for statement in rendered.first_build)
    return "\n\n".join(parts or ["-- nothing: readers inline the query"]) + "\n"
