"""Makes the planned checks of a table that was just written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rocky_core.errors import WarehouseError
from rocky_core.execution.judge_check import Details, NoVerdict, judge
from rocky_core.execution.mask_values import MaskedRow, mask_row
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.ports.warehouse import Session

SAMPLE_ROWS: Final = 20


def run_checks(
    name: str, asset_key: tuple[str, ...], checks: Iterable[PlannedCheck], session: Session
) -> Iterator[CheckEvaluated]:
    """Make every check; one that cannot be made is Errored, and the others go on."""
    for check in checks:
        yield _evaluate(name, asset_key, check, session)


def unmade_check(
    name: str, asset_key: tuple[str, ...], check: PlannedCheck, status: CheckStatus, reason: str
) -> CheckEvaluated:
    """The outcome of a check that was not made."""
    return CheckEvaluated(
        name=name,
        asset_key=asset_key,
        check=check.name,
        kind=check.kind,
        severity=check.severity,
        status=status,
        message=reason,
        column=check.column,
    )


def _evaluate(name: str, asset_key: tuple[str, ...], check: PlannedCheck, session: Session) -> CheckEvaluated:
    if check.problem is not None:
        return unmade_check(name, asset_key, check, CheckStatus.SKIPPED, check.problem)
    try:
        judged = judge(check.judgement, session.query(check.statement))
    except (WarehouseError, NoVerdict) as error:
        return unmade_check(name, asset_key, check, CheckStatus.ERRORED, str(error))
    sample: tuple[MaskedRow, ...] = ()
    message = None
    if not judged.holds:
        sample, message = _sample(check, session)
    details: Details = judged.details
    return CheckEvaluated(
        name=name,
        asset_key=asset_key,
        check=check.name,
        kind=check.kind,
        severity=check.severity,
        status=CheckStatus.PASSED if judged.holds else CheckStatus.FAILED,
        failures=0 if judged.holds else judged.failures,
        sample=sample,
        message=message,
        column=check.column,
        details=details,
    )


def _sample(check: PlannedCheck, session: Session) -> tuple[tuple[MaskedRow, ...], str | None]:
    """Some failing rows; a sample that cannot be taken does not change the outcome."""
    if check.sample_statement is None:
        return (), None
    try:
        found = session.query(check.sample_statement, limit=SAMPLE_ROWS)
    except WarehouseError as error:
        return (), f"no sample: {error}"
    return tuple(mask_row(found.columns, row, check.masks) for row in found.rows), None
