"""Classification, freshness and table formats."""

import pytest

from rocky_core.compiler.check_context import CheckContext
from rocky_core.compiler.check_governance import check_classification, check_freshness
from rocky_core.compiler.check_table_format import check_iceberg_options
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir import types
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Freshness, Model, TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText

SQL = "SELECT id, ts AS loaded_at,\n  DATE '2024-01-01' AS day\nFROM raw.t"
MODEL = Model("m", SourceText("models/m.sql", SQL, SQL), TargetName("", "s", "m"))
FACTS = ModelFacts(
    "m", (Column("id", types.BIGINT), Column("loaded_at", types.TIMESTAMP), Column("day", types.DATE)), True
)


def context(**rules) -> CheckContext:
    return CheckContext(dialect_named("duckdb"), ProjectRules(**rules))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, ["email", "name"]),
        ({"mask_tags": frozenset({"pii"})}, ["name"]),
        ({"mask_tags": frozenset({"PII"}), "allow_unmasked": frozenset({"internal"})}, []),
        ({"allow_unmasked": frozenset({"Internal"})}, ["email"]),
    ],
)
def test_a_tag_is_masked_or_allowed_whatever_its_case(rules, expected):
    model = replace(MODEL, classification={"email": "pii", "name": "internal"})
    found = list(check_classification(model, FACTS, context(**rules)))
    assert [diagnostic.code for diagnostic in found] == ["W004"] * len(expected)
    assert [diagnostic.message.split("'")[3] for diagnostic in found] == expected


def test_temporal_columns_ask_for_freshness():
    (found,) = check_freshness(MODEL, FACTS, context())
    assert (found.code, found.message) == (
        "W005",
        "model 'm' has temporal column(s) (loaded_at, day) but no `freshness` block declared",
    )
    assert (found.span.line, found.span.col, found.span.length) == (1, 18, 9)
    assert found.suggestion == '[freshness]\nmax_lag_seconds = 86400\ntime_column = "loaded_at"'


@pytest.mark.parametrize(
    ("model", "facts", "rules"),
    [
        (replace(MODEL, freshness=Freshness(60)), FACTS, {}),
        (MODEL, FACTS, {"has_project_freshness": True}),
        (MODEL, replace(FACTS, columns=FACTS.columns[:1]), {}),
        (MODEL, ModelFacts("m", (Column("loaded_at", types.UNKNOWN),), True), {}),
        (MODEL, ModelFacts("m", (Column("at", types.TIME),), True), {}),
    ],
)
def test_freshness_is_not_asked_for(model, facts, rules):
    assert list(check_freshness(model, facts, context(**rules))) == []


@pytest.mark.parametrize(
    ("table_format", "expected"),
    [
        (TableFormat("iceberg_table", ("a",), ("b",)), 1),
        (TableFormat("iceberg_table", ("a",)), 0),
        (TableFormat("delta_table", ("a",), ("b",)), 0),
        (TableFormat("iceberg_table", table_properties=(("write.format.default", "orc"), ("Write.Format.x", "1"))), 2),
        (TableFormat("iceberg_table", table_properties=(("write.formatter", "1"),)), 0),
        (TableFormat("delta_table", table_properties=(("write.format.default", "orc"),)), 0),
        (TableFormat("iceberg_table", ("a",), ("b",), (("write.format.default", "orc"),)), 2),
    ],
)
def test_options_that_managed_iceberg_refuses(table_format, expected):
    found = list(check_iceberg_options(replace(MODEL, table_format=table_format), FACTS, context()))
    assert [diagnostic.code for diagnostic in found] == ["E035"] * expected
