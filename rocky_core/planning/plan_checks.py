"""Which checks are made of a table, in the order in which they are made and under the names they are known by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.ir.checks import DeclarativeTest, PipelineChecks
from rocky_core.ir.names import TargetName
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.replace import replace
from rocky_core.planning.check_sql import CheckedTable, CheckSql
from rocky_core.planning.plan_check_tables import (
    CheckedSource,
    plan_column_match,
    plan_custom,
    plan_freshness,
    plan_null_rates,
    plan_row_count,
)
from rocky_core.planning.plan_check_tests import plan_test


class CheckContext(Struct, frozen=True):
    """What checks must know beside the table: the warehouse, and the tables that models write, by model name."""

    dialect_name: str
    models: Mapping[str, TargetName] = field(default_factory=lambda: MappingProxyType({}))


def plan_model_checks(
    tests: Sequence[DeclarativeTest], table: CheckedTable, context: CheckContext
) -> tuple[PlannedCheck, ...]:
    """The tests that a model's sidecar declares or uses."""
    sql = CheckSql(table, context.dialect_name, context.models)
    return named_apart(plan_test(test, check_name(test), sql) for test in tests)


def plan_pipeline_checks(
    checks: PipelineChecks,
    table: CheckedTable,
    context: CheckContext,
    source: CheckedSource | None = None,
    timestamp_column: str | None = None,
) -> tuple[PlannedCheck, ...]:
    """The checks that a pipeline makes of one of its tables; without a `source` nothing is compared with one."""
    sql = CheckSql(table, context.dialect_name, context.models)
    planned: list[PlannedCheck] = []
    if checks.column_match is not None and source is not None:
        planned.append(plan_column_match(checks.column_match, source, sql))
    if checks.row_count is not None:
        planned.append(plan_row_count(checks.row_count, source, sql))
    if checks.freshness is not None:
        planned.append(plan_freshness(checks.freshness, timestamp_column, sql))
    planned.extend(
        plan_test(assertion.test, assertion.name or check_name(assertion.test), sql)
        for assertion in checks.assertions
        if assertion.table.lower() == table.target.table.lower()
    )
    planned.extend(plan_custom(check, sql) for check in checks.custom)
    if checks.null_rate is not None:
        planned.extend(plan_null_rates(checks.null_rate, sql))
    return named_apart(planned)


def check_name(test: DeclarativeTest) -> str:
    """The name of a test that has none of its own."""
    return f"{test.kind}:{test.column or '-'}"


def named_apart(checks: Iterable[PlannedCheck]) -> tuple[PlannedCheck, ...]:
    """The checks under names that no two of them share; the second of a name ends in `_2`."""
    planned = tuple(checks)
    taken = {check.name for check in planned}
    seen: set[str] = set()
    apart = []
    for check in planned:
        name, number = check.name, 2
        while name in seen or (name != check.name and name in taken):
            name, number = f"{check.name}_{number}", number + 1
        seen.add(name)
        apart.append(replace(check, name=name))
    return tuple(apart)
