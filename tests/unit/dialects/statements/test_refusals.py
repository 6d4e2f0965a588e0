"""What is not rendered, and why; names and values that could smuggle SQL among them."""

from __future__ import annotations

import pytest

from rocky_core.dialects.registry import DIALECT_NAMES
from rocky_core.dialects.statements.render_model import render_model
from rocky_core.dialects.statements.rendered import RefusalCode, Refused, Statements
from rocky_core.ir.model import Model, SurrogateKey, TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    Incremental,
    Merge,
    Microbatch,
    View,
)
from rocky_core.ir.types import BIGINT, TIMESTAMP, VARCHAR
from rocky_core.planning.plan_rows import _replacing
from rocky_core.planning.plan_tables import as_first_build

QUERY = "SELECT id, name, at FROM src"
COLUMNS = (Column("id", BIGINT), Column("name", VARCHAR), Column("at", TIMESTAMP))
MODEL = Model("m", SourceText("m.sql", QUERY, QUERY), TargetName("", "marts", "m"))
ROBERT = 'x"; DROP TABLE students; --'

REFUSALS = {
    "a target's name": ({"target": TargetName("", "marts", ROBERT)}, RefusalCode.INVALID_NAME),
    "a target's schema": ({"target": TargetName("", ROBERT, "m")}, RefusalCode.INVALID_NAME),
    "a target's catalog": ({"target": TargetName(ROBERT, "marts", "m")}, RefusalCode.INVALID_NAME),
    "a partition column": ({"table_format": TableFormat(partition_by=(ROBERT,))}, RefusalCode.INVALID_NAME),
    "a clustering column": ({"table_format": TableFormat(cluster_by=(ROBERT,))}, RefusalCode.INVALID_NAME),
    "a surrogate key": ({"surrogate_keys": (SurrogateKey(ROBERT, ("id",)),)}, RefusalCode.INVALID_NAME),
    "a hashed column": ({"surrogate_keys": (SurrogateKey("k", (ROBERT,)),)}, RefusalCode.INVALID_NAME),
    "a merge key": ({"strategy": Merge((ROBERT,))}, RefusalCode.INVALID_NAME),
    "an updated column": ({"strategy": Merge(("id",), (ROBERT,))}, RefusalCode.INVALID_NAME),
    "a watermark column": ({"strategy": Incremental(ROBERT)}, RefusalCode.INVALID_NAME),
    "a missing watermark": ({"strategy": Incremental("updated")}, RefusalCode.COLUMN_MISSING),
    "a missing partition": ({"strategy": DeleteInsert(("day",))}, RefusalCode.COLUMN_MISSING),
    "a missing event time": ({"strategy": Microbatch("day")}, RefusalCode.COLUMN_MISSING),
    "no merge key": ({"strategy": Merge(())}, RefusalCode.KEY_MISSING),
    "no partition": ({"strategy": DeleteInsert(())}, RefusalCode.KEY_MISSING),
    "content addressed": ({"strategy": ContentAddressed("s3://x")}, RefusalCode.STRATEGY_UNSUPPORTED),
    "a view that should be Delta rows": (
        {"strategy": Incremental("at"), "table_format": TableFormat("view")},
        RefusalCode.FORMAT_UNSUPPORTED,
    ),
}


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize("case", REFUSALS)
def test_every_warehouse_refuses(case: str, dialect: str) -> None:
    changes, code = REFUSALS[case]
    rendered = render_model(replace(MODEL, **changes), QUERY, dialect, COLUMNS)
    assert isinstance(rendered, Refused)
    assert rendered.code == code


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery"])
def test_a_merge_is_not_guessed_while_the_columns_are_unknown(dialect: str) -> None:
    rendered = render_model(replace(MODEL, strategy=Merge(("id",))), QUERY, dialect)
    assert isinstance(rendered, Refused)
    assert rendered.code == RefusalCode.COLUMNS_UNKNOWN


@pytest.mark.parametrize(
    ("dialect", "clauses"),
    [
        ("duckdb", ("WHEN MATCHED THEN UPDATE BY NAME", "WHEN NOT MATCHED THEN INSERT BY NAME")),
        ("databricks", ("WHEN MATCHED THEN UPDATE SET *", "WHEN NOT MATCHED THEN INSERT *")),
    ],
)
def test_a_merge_goes_by_name_where_there_is_a_way(dialect: str, clauses: tuple[str, str]) -> None:
    rendered = render_model(replace(MODEL, strategy=Merge(("id",))), QUERY, dialect)
    assert isinstance(rendered, Statements)
    assert rendered.statements[0].splitlines()[-2:] == list(clauses)


def test_a_lag_holds_no_quote() -> None:
    rendered = render_model(replace(MODEL, strategy=DynamicTable("1 hour' --")), QUERY, "snowflake", COLUMNS)
    assert isinstance(rendered, Refused)
    assert rendered.code == RefusalCode.INVALID_VALUE


@pytest.mark.parametrize(
    ("key", "value"),
    [("transient", "maybe"), ("data_retention_time_in_days", "1 COMMENT = 'x'"), ("change_tracking", "on; DROP")],
)
def test_a_property_that_is_written_into_sql_is_what_it_may_be(key: str, value: str) -> None:
    wanted = TableFormat(table_properties=((key, value),))
    rendered = render_model(replace(MODEL, table_format=wanted), QUERY, "snowflake", COLUMNS)
    assert isinstance(rendered, Refused)
    assert rendered.code == RefusalCode.INVALID_VALUE


def test_a_transient_table_stays_one_however_it_is_built() -> None:
    wanted = TableFormat(table_properties=(("transient", "true"),))
    for statement in render_both(wanted):
        assert statement.startswith(("CREATE TRANSIENT TABLE ", "CREATE OR REPLACE TRANSIENT TABLE ")), statement


def render_both(wanted: TableFormat) -> tuple[str, str, str, str]:
    """The statements of a whole build and of a first one, and what becomes of each where the table is, or is not."""
    whole = render_model(replace(MODEL, table_format=wanted), QUERY, "snowflake", COLUMNS)
    rows = render_model(replace(MODEL, table_format=wanted, strategy=Merge(("id",))), QUERY, "snowflake", COLUMNS)
    assert isinstance(whole, Statements)
    assert isinstance(rows, Statements)
    first = rows.first_build[:1]
    return whole.statements[0], as_first_build(whole.statements[0]), first[0], _replacing(first)[0]


@pytest.mark.parametrize(
    ("table_format", "dialect"),
    [
        (TableFormat(partition_by=("at", "id")), "bigquery"),
        (TableFormat(partition_by=("name",)), "bigquery"),
        (TableFormat(cluster_by=("a", "b", "c", "d", "e")), "bigquery"),
        (TableFormat(partition_by=("at",), cluster_by=("id",)), "databricks"),
        (TableFormat("streaming_table"), "duckdb"),
        (TableFormat("streaming_table"), "snowflake"),
        (TableFormat("streaming_table"), "bigquery"),
    ],
)
def test_a_physical_form_that_the_warehouse_cannot_have_is_refused(table_format: TableFormat, dialect: str) -> None:
    rendered = render_model(replace(MODEL, table_format=table_format), QUERY, dialect, COLUMNS)
    assert isinstance(rendered, Refused)
    assert rendered.code == RefusalCode.FORMAT_UNSUPPORTED


@pytest.mark.parametrize(
    ("dialect", "comment"),
    [
        ("duckdb", "COMMENT ON VIEW \"marts\".\"m\" IS 'a''b\\'"),
        ("databricks", "COMMENT 'a\\'b\\\\'"),
        ("snowflake", "COMMENT = 'a''b\\\\'"),
        ("bigquery", "OPTIONS (description = 'a\\'b\\\\')"),
    ],
)
def test_a_comment_is_a_literal_of_the_warehouse(dialect: str, comment: str) -> None:
    model = replace(MODEL, strategy=View(), table_format=TableFormat(comment="a'b\\"))
    rendered = render_model(model, QUERY, dialect, COLUMNS)
    assert isinstance(rendered, Statements)
    assert comment in "\n".join(rendered.statements)
