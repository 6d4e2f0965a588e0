"""Write, audit, publish: a table is built beside its target, checked there, and only then swapped in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir.checks import CheckSeverity, DeclarativeTest
from rocky_core.ir.model import TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import PlannedAudit, Step
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.replace import replace
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks

STAGING_SUFFIX: Final = "__rocky_staging"
VIEW_SUFFIX: Final = "__rocky_staging_view"  # What a killed run left cannot be in the way of another kind.

PLAIN: Final = TableFormat()

Kind = Literal["table", "view"]


class Audited(Struct, frozen=True):
    """The audit, the checks that are left for after the table was published, and why there is no audit."""

    audit: PlannedAudit | None
    checks: tuple[PlannedCheck, ...]
    note: str | None = None


def staging_target(target: TargetName, built: Kind = "table") -> TargetName:
    """Where a table or view is built before its checks have passed."""
    return replace(target, table=target.table + (STAGING_SUFFIX if built == "table" else VIEW_SUFFIX))


def plan_audit(
    tests: Sequence[DeclarativeTest],
    table: CheckedTable,
    context: CheckContext,
    built: Kind,
    found: Kind | None,
    wanted: TableFormat = PLAIN,
) -> Audited:
    """What decides (severity error) is checked in the staging table; what only warns, in the published one.

    `built` is what the steps make, `found` what stands in the target's place now. Where no check decides, or the
    warehouse cannot put the one in the other's place at once, the table is published before.
    """
    checked_here = plan_model_checks(tests, table, context)
    staging = staging_target(table.target, built)
    checked_there = plan_model_checks(tests, replace(table, reads=staging), context)
    deciding = tuple(check for check in checked_there if check.severity is CheckSeverity.ERROR)
    if not deciding:
        return Audited(None, checked_here)
    shapes = shapes_of(context.dialect_name)
    if not shapes.has_transactional_ddl and (built == "view" or found == "view"):
        note = f"{context.dialect_name} cannot swap a view in one transaction, so this one is not audited before"
        return Audited(None, checked_here, f"{note} it is published")
    publish = _publish(table.target, staging, shapes, built, found)
    if not shapes.has_transactional_ddl:
        # One statement, which readers see whole; should the next one not come, the next build begins with it.
        replacement = shapes.replace_with(table.target, staging, wanted)
        publish = Step("publish", (replacement, _drop(staging, built, shapes)))
    audit = PlannedAudit(
        staging=staging,
        checks=deciding,
        publish=publish,
        discard=Step("discard", (_drop(staging, built, shapes),)),
    )
    return Audited(audit, tuple(check for check in checked_here if check.severity is not CheckSeverity.ERROR))


def plan_staging_copy(target: TargetName, dialect_name: str, wanted: TableFormat = PLAIN) -> Step:
    """What comes before steps that change rows: the staging table begins as what the target holds."""
    shapes = shapes_of(dialect_name)
    return Step("stage", (shapes.replace_with(staging_target(target), target, wanted),))


def _publish(target: TargetName, staging: TargetName, shapes: StatementShapes, built: Kind, found: Kind | None) -> Step:
    name = shapes.quote(shapes.configured(target.table))
    rename = f"ALTER {built.upper()} {shapes.table(staging)} RENAME TO {name}"
    removed = () if found is None else (_drop(target, found, shapes),)
    return Step("publish", (*removed, rename), is_atomic=True)


def _drop(target: TargetName, kind: Kind, shapes: StatementShapes) -> str:
    return f"DROP {kind.upper()} IF EXISTS {shapes.table(target)}"
