"""Every check on every warehouse, as reviewed text.

`python tests/unit/planning/test_check_statements.py` rewrites the files after a wanted change.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from rocky_core.dialects.registry import DIALECT_NAMES
from rocky_core.ir.checks import (
    CheckSeverity,
    CustomCheck,
    DeclarativeTest,
    FreshnessCheck,
    NullRateCheck,
    OverlapCheck,
    PipelineChecks,
    Quarantine,
    QuarantineMode,
)
from rocky_core.ir.names import TargetName
from rocky_core.ir.planned_checks import NullShare, PlannedCheck
from rocky_core.ir.schema import Column
from rocky_core.ir.types import BIGINT, DATE, DOUBLE, TIMESTAMP, TIMESTAMP_TZ, VARCHAR
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_audit import plan_audit, plan_staging_copy
from rocky_core.planning.plan_check_overlaps import OverlappingTable, plan_overlaps
from rocky_core.planning.plan_check_tables import CheckedSource
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks, plan_pipeline_checks
from rocky_core.planning.plan_quarantine import plan_quarantine

REVIEWED = Path(__file__).parent / "check_statements"
TYPES = {
    "id": BIGINT,
    "customer_id": BIGINT,
    "status": VARCHAR,
    "amount": DOUBLE,
    "ordered_on": DATE,
    "changed": TIMESTAMP,
    "loaded": TIMESTAMP_TZ,
}
FILTER = "status <> 'void' -- not those"
TESTS = {
    "not_null": DeclarativeTest("not_null", "id"),
    "not_null_filtered": DeclarativeTest("not_null", "id", filter=FILTER),
    "unique": DeclarativeTest("unique", "id"),
    "unique_filtered": DeclarativeTest("unique", "id", filter=FILTER),
    "unique_expr": DeclarativeTest("unique_expr", parameters={"key_expr": "lower(status)"}),
    "composite": DeclarativeTest("composite", parameters={"kind": "unique", "columns": ("id", "status")}),
    "accepted_values": DeclarativeTest("accepted_values", "status", parameters={"values": ("it's", "back\\slash")}),
    "accepted_numbers": DeclarativeTest("accepted_values", "customer_id", parameters={"values": ("1", "2")}),
    "relationships": DeclarativeTest(
        "relationships", "customer_id", filter=FILTER, parameters={"to_table": "customers", "to_column": "id"}
    ),
    "relationships_elsewhere": DeclarativeTest(
        "relationships", "customer_id", parameters={"to_table": "raw.customers", "to_column": "id"}
    ),
    "expression": DeclarativeTest("expression", parameters={"expression": "amount >= 0"}),
    "row_count_range": DeclarativeTest("row_count_range", filter=FILTER, parameters={"min": 1, "max": 10}),
    "in_range": DeclarativeTest("in_range", "amount", filter=FILTER, parameters={"min": "0", "max": "1e3"}),
    "regex_match": DeclarativeTest("regex_match", "status", parameters={"pattern": "^\\d{2}[a-z]+$"}),
    "aggregate": DeclarativeTest("aggregate", "amount", parameters={"op": "sum", "cmp": "gte", "value": "10.5"}),
    "aggregate_count": DeclarativeTest("aggregate", parameters={"op": "count", "cmp": "ne", "value": "0"}),
    "not_in_future_date": DeclarativeTest("not_in_future", "ordered_on"),
    "not_in_future_timestamp": DeclarativeTest("not_in_future", "changed"),
    "not_in_future_timestamp_tz": DeclarativeTest("not_in_future", "loaded"),
    "not_in_future_unknown": DeclarativeTest("not_in_future", "elsewhere"),
    "older_than_n_days_date": DeclarativeTest("older_than_n_days", "ordered_on", parameters={"days": 30}),
    "older_than_n_days_timestamp": DeclarativeTest("older_than_n_days", "changed", parameters={"days": 30}),
    "older_than_n_days_timestamp_tz": DeclarativeTest("older_than_n_days", "loaded", parameters={"days": 30}),
    "older_than_n_days_unknown": DeclarativeTest("older_than_n_days", "elsewhere", parameters={"days": 30}),
}
PIPELINE = PipelineChecks(
    row_count=CheckSeverity.ERROR,
    column_match=CheckSeverity.ERROR,
    freshness=FreshnessCheck(3600),
    null_rate=NullRateCheck(("status",), 0.1),
    custom=(CustomCheck("negatives", "SELECT COUNT(*) FROM {table} WHERE amount < 0;"),),
)
ROW_TESTS = (
    ("positive amount", DeclarativeTest("expression", filter=FILTER, parameters={"expression": "amount >= 0"})),
    (None, DeclarativeTest("not_null", "id")),
)


def statements(dialect: str) -> dict[str, tuple[str, ...]]:
    """Everything that is planned for one warehouse, by case."""
    catalog = "lake-house" if dialect == "bigquery" else "lake"
    names = [name.upper() for name in TYPES] if dialect == "snowflake" else list(TYPES)
    columns = tuple(Column(name, data_type) for name, data_type in zip(names, TYPES.values(), strict=True))
    table = CheckedTable(TargetName(catalog, "marts", "orders"), columns=columns)
    context = CheckContext(dialect, {"customers": TargetName(catalog, "marts", "dim_customers")})
    source = CheckedSource(TargetName(catalog, "raw", "orders"), tuple(TYPES))
    found = {name: written(plan_model_checks((test,), table, context)) for name, test in TESTS.items()}
    found |= {
        f"pipeline {check.name}": written((check,))
        for check in plan_pipeline_checks(PIPELINE, table, context, source, "loaded")
    }
    found["pipeline row_count without a source"] = written(
        plan_pipeline_checks(PipelineChecks(row_count=CheckSeverity.ERROR), table, context)
    )
    for case, overlap in {"keys": OverlapCheck(("id", "status")), "key_expr": OverlapCheck((), "id % 10")}.items():
        siblings = [
            OverlappingTable(
                (name,), name, "shop", "orders", CheckedTable(TargetName(catalog, name, "orders"), None, columns)
            )
            for name in ("berlin", "paris")
        ]
        found[f"overlap {case}"] = written([shared.check for shared in plan_overlaps(overlap, siblings, dialect)])
    for mode in QuarantineMode:
        planned = plan_quarantine(Quarantine(mode), ROW_TESTS, table, context)
        assert planned is not None
        assert planned.problem is None
        counts = (planned.valid_count, planned.quarantined_count)
        found[f"quarantine {mode}"] = (*planned.step.statements, *(count for count in counts if count is not None))
    audit = plan_audit((TESTS["relationships"],), table, context, "table", "view").audit
    if audit is not None:
        copy = plan_staging_copy(table.target, dialect).statements
        found["audit"] = (*copy, *written(audit.checks), *audit.publish.statements, *audit.discard.statements)
    return found


def written(checks: list[PlannedCheck] | tuple[PlannedCheck, ...]) -> tuple[str, ...]:
    assert [check.problem for check in checks] == [None] * len(checks)
    return tuple(
        statement
        for check in checks
        for statement in (
            check.statement,
            check.judgement.of_all_rows if isinstance(check.judgement, NullShare) else None,
            check.sample_statement,
        )
        if statement is not None
    )


def as_text(found: dict[str, tuple[str, ...]]) -> str:
    return "\n".join(f"-- {case}\n" + "".join(f"{text};\n" for text in texts) for case, texts in found.items())


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_the_statements_are_the_reviewed_ones(dialect: str) -> None:
    assert as_text(statements(dialect)) == (REVIEWED / f"{dialect}.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_each_statement_is_one_that_the_warehouses_grammar_knows(dialect: str) -> None:
    for case, texts in statements(dialect).items():
        for text in texts:
            trees = sqlglot.parse(text, dialect=dialect)
            assert len(trees) == 1, case
            assert not isinstance(trees[0], exp.Command), text


if __name__ == "__main__":
    for name in DIALECT_NAMES:
        (REVIEWED / f"{name}.sql").write_text(as_text(statements(name)), encoding="utf-8")
