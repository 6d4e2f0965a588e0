"""Guesses: what a build costs, and which column could make it incremental."""

import pytest

from rocky_core.compiler.hint_cost import CostHint, check_budgets, project_costs
from rocky_core.compiler.hint_incrementality import IncrementalityHint, hint_incrementality
from rocky_core.diagnostics.diagnostic import Severity
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir import types
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Budget, Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.outline import ModelOutline
from rocky_core.ir.project import CompiledModel, ProjectSource
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.strategy import View

DUCKDB = dialect_named("duckdb")
MODEL = Model("m", SourceText("models/m.sql", "", ""), TargetName("", "s", "m"))
ROOT = CostHint(10_000, 2_560_000, pytest.approx(0.0000228), "high")


def test_costs_are_propagated_from_the_roots():
    assert project_costs({"a": (), "b": ("a",), "c": ("a", "b"), "d": ("raw",)}) == {
        "a": ROOT,
        "b": CostHint(8_000, 2_048_000, pytest.approx(0.0000728), "medium"),
        "c": CostHint(14_400, 3_686_400, pytest.approx(0.0001856), "medium"),
        "d": ROOT,
    }


def test_a_graph_that_cannot_be_ordered_has_no_costs():
    assert project_costs({"a": ("b",), "b": ("a",)}) == {}


def breaches(budget: Budget | None) -> list[tuple[Severity, str, str]]:
    outline = ModelOutline("m", "models/m.sql", MODEL.target, False, False, budget is not None, ("m",), ("raw",))
    models = {"m": CompiledModel(replace(MODEL, budget=budget), ModelFacts("m"))}
    found = check_budgets({"m": outline}, models, ProjectSource(()), DUCKDB)
    return [(diagnostic.severity, diagnostic.code, diagnostic.message) for diagnostic in found]


@pytest.mark.parametrize(
    "budget",
    [None, Budget(), Budget(max_usd=1), Budget(max_bytes_scanned=2_560_000), Budget(max_duration_ms=1)],
)
def test_what_is_within_the_budget_is_silent(budget):
    assert breaches(budget) == []


def test_each_ceiling_is_compared_on_its_own():
    assert breaches(Budget(max_usd=0.00001, max_bytes_scanned=5)) == [
        (Severity.ERROR, "E027", "budget exceeded — projected $0.00002 > ceiling $0.00001"),
        (Severity.ERROR, "E027", "budget exceeded — projected 2560000 bytes > 5 bytes scanned"),
    ]


def test_amounts_have_four_decimals_at_least():
    assert breaches(Budget(max_usd=-1))[0][2] == "budget exceeded — projected $0.0000 > ceiling $-1.0000"


def test_a_budget_that_only_warns_warns():
    assert [severity for severity, _, _ in breaches(Budget(max_usd=0, on_breach="warn"))] == [Severity.WARNING]


def hint(*columns: Column, sql: str = "SELECT 1", model: Model = MODEL) -> IncrementalityHint | None:
    return hint_incrementality(
        replace(model, source=SourceText("models/m.sql", sql, sql)), ModelFacts("m", columns), DUCKDB
    )


def test_a_well_known_temporal_column_is_a_strong_candidate():
    assert hint(Column("id", types.BIGINT), Column("Updated_At", types.TIMESTAMP)) == IncrementalityHint(
        True,
        "Updated_At",
        "high",
        (
            "column name 'Updated_At' is a well-known monotonic column",
            "column type is temporal (Timestamp), suitable as a watermark",
        ),
    )


@pytest.mark.parametrize(
    ("columns", "sql", "expected"),
    [
        ([], "", None),
        ([Column("name", types.VARCHAR)], "SELECT name FROM t ORDER BY name", None),
        ([Column("amount", types.BIGINT)], "", None),
        ([Column("id", types.VARCHAR)], "", ("id", "medium", 1)),
        ([Column("id", types.BIGINT)], "", ("id", "high", 2)),
        ([Column("order_id", types.BIGINT)], "WHERE order_id > 5", ("order_id", "high", 3)),
        ([Column("day", types.DATE)], "", ("day", "medium", 1)),
        ([Column("day", types.DATE)], "ORDER BY t.day", ("day", "medium", 2)),
        ([Column("ship_date", types.UNKNOWN)], "", ("ship_date", "medium", 1)),
        ([Column("created_at", types.TIMESTAMP), Column("updated_at", types.TIMESTAMP)], "", ("updated_at", "high", 2)),
        (
            [Column("updated_at", types.TIMESTAMP), Column("created_at", types.TIMESTAMP)],
            "WHERE created_at >= '2024-01-01'",
            ("created_at", "high", 3),
        ),
        ([Column("b_at", types.TIMESTAMP), Column("a_at", types.TIMESTAMP)], "", ("b_at", "high", 2)),
        ([Column("x_date", types.DATE), Column("x_at", types.DATE)], "", ("x_at", "high", 2)),
    ],
)
def test_name_type_and_use_decide(columns, sql, expected):
    found = hint(*columns, sql=sql)
    assert (found and (found.recommended_column, found.confidence, len(found.signals))) == expected


def test_only_a_full_refresh_needs_a_hint():
    assert hint(Column("updated_at", types.TIMESTAMP), model=replace(MODEL, strategy=View())) is None
