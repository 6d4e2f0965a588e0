"""Sets rows that fail apart: kept in a table of their own, marked in place, or left out of the valid ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, assert_never

from rocky_core.ir.checks import CheckSeverity, DeclarativeTest, Quarantine, QuarantineMode
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import PlannedQuarantine, Step
from rocky_core.ir.replace import replace
from rocky_core.planning.check_sql import CheckedTable, CheckRefused, CheckSql
from rocky_core.planning.plan_check_rows import ROW_TESTS, failing_row
from rocky_core.planning.plan_checks import CheckContext

LABEL_PREFIX: Final = "_error_"
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_]+")

NamedTest = tuple[str | None, DeclarativeTest]


def plan_quarantine(
    quarantine: Quarantine, tests: Sequence[NamedTest], table: CheckedTable, context: CheckContext
) -> PlannedQuarantine | None:
    """The statements that set apart what fails the tests of single rows of severity error; None without such tests.

    `table.columns` are those that the table has now: labels of an earlier run among them are not kept.
    """
    relevant = [(name, test) for name, test in tests if _sets_apart(test)]
    if not relevant:
        return None
    sql = CheckSql(table, context.dialect_name, context.models)
    try:
        return replace(_planned(quarantine, relevant, sql), masks=table.masks)
    except CheckRefused as refused:
        return PlannedQuarantine(quarantine.mode, Step("quarantine", ()), problem=str(refused))


def _sets_apart(test: DeclarativeTest) -> bool:
    return test.kind in ROW_TESTS and test.severity is CheckSeverity.ERROR


def _planned(quarantine: Quarantine, tests: Sequence[NamedTest], sql: CheckSql) -> PlannedQuarantine:
    target = sql.table.target
    failing = [_failing(test, sql) for _, test in tests]
    labels = _labels(tests)
    columns = _columns(sql)
    marks = "".join(
        f",\n  CASE WHEN {condition} THEN '{label}' END AS {sql.shapes.quote(sql.shapes.configured(label))}"
        for condition, label in zip(failing, labels, strict=True)
    )
    any_fails = "\n  OR ".join(failing)
    # What is neither true nor false does not fail, so that every row is in exactly one of the two.
    is_valid = f"NOT COALESCE(\n  {any_fails},\n  FALSE\n)"
    valid = _beside(target, quarantine.suffix_valid, sql)
    apart = _beside(target, quarantine.suffix_quarantine, sql)
    if valid == apart:
        raise CheckRefused("suffix_valid and suffix_quarantine must differ")
    keep = _replace(valid, f"SELECT {columns}\nFROM {sql.source}\nWHERE {is_valid}", sql)
    match quarantine.mode:
        case QuarantineMode.SPLIT:
            set_apart = _replace(apart, f"SELECT {columns}{marks}\nFROM {sql.source}\nWHERE {any_fails}", sql)
            step = Step("quarantine", (set_apart, keep), is_atomic=sql.shapes.has_transactional_ddl)
            return PlannedQuarantine(quarantine.mode, step, valid, apart, _count(valid, sql), _count(apart, sql))
        case QuarantineMode.DROP:
            return PlannedQuarantine(
                quarantine.mode,
                Step("quarantine", (keep,), is_atomic=sql.shapes.has_transactional_ddl),
                valid,
                valid_count=_count(valid, sql),
            )
        case QuarantineMode.TAG:
            if not sql.table.columns:
                raise CheckRefused(f"the columns of '{target}' are not known, so its labels could not be replaced")
            marked = _replace(target, f"SELECT {columns}{marks}\nFROM {sql.source}", sql)
            unmarked = " AND ".join(f"{sql.shapes.quote(sql.shapes.configured(label))} IS NULL" for label in labels)
            return PlannedQuarantine(
                quarantine.mode,
                Step("quarantine", (marked,), is_atomic=sql.shapes.has_transactional_ddl),
                valid_count=f"{_count(target, sql)}\nWHERE {unmarked}",
                quarantined_count=f"{_count(target, sql)}\nWHERE NOT ({unmarked})",
            )
        case _:
            assert_never(quarantine.mode)


def _failing(test: DeclarativeTest, sql: CheckSql) -> str:
    """CASE, because the filter may keep rows away from an expression that cannot bear them."""
    condition = failing_row(test, sql)
    if test.filter is None:
        return f"({condition})"
    return f"(CASE WHEN {sql.fragment(test.filter, 'filter')} THEN ({condition}) ELSE FALSE END)"


def _labels(tests: Sequence[NamedTest]) -> tuple[str, ...]:
    """One column name per test; those that would be the same are numbered."""
    labels: list[str] = []
    for name, test in tests:
        wanted = name or "_".join(part for part in (test.kind, test.column) if part)
        base = label = LABEL_PREFIX + _NOT_IN_NAMES.sub("_", wanted)
        number = 2
        while label.lower() in {taken.lower() for taken in labels}:
            label, number = f"{base}_{number}", number + 1
        labels.append(label)
    return tuple(labels)


def _columns(sql: CheckSql) -> str:
    kept = [column.name for column in sql.table.columns if not column.name.lower().startswith(LABEL_PREFIX)]
    return ", ".join(sql.shapes.quote(name) for name in kept) or "*"


def _beside(target: TargetName, suffix: str, sql: CheckSql) -> TargetName:
    if not suffix:
        raise CheckRefused("a suffix is empty, so the table itself would be replaced")
    beside = replace(target, table=target.table + suffix)
    sql.valid_target(beside)
    return beside


def _replace(table: TargetName, query: str, sql: CheckSql) -> str:
    return f"CREATE OR REPLACE TABLE {sql.shapes.table(table)} AS\n{query}"


def _count(table: TargetName, sql: CheckSql) -> str:
    return f"SELECT COUNT(*)\nFROM {sql.shapes.table(table)}"
