"""Makes planned checks: asks the warehouse, judges its answer, shows some of what fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rocky_core.execution.judge_check import Unjudgeable, Verdict, caught_too_few, judge
from rocky_core.execution.mask_values import MaskedRow, mask_row
from rocky_core.execution.shown_error import shown_error
from rocky_core.ir.planned_checks import (
    COUNTED_ROWS,
    MOST_SAMPLED_ROWS,
    FewOverlaps,
    NullShare,
    PlannedCheck,
    SharedCheck,
)
from rocky_core.ir.replace import replace
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.ports.warehouse import QueryResult, Session


def run_checks(
    name: str, asset_key: tuple[str, ...], checks: Iterable[PlannedCheck], session: Session
) -> Iterator[CheckEvaluated]:
    """Make every check of a table; one that cannot be made is Errored or Skipped, and the others go on."""
    for check in checks:
        yield _run_check(name, asset_key, check, session)


def run_shared_check(shared: SharedCheck, written: Iterable[str], session: Session) -> CheckEvaluated:
    """Make a check across tables; it is skipped, which is not passed, unless all of them were written."""
    unwritten = sorted(set(shared.needs) - set(written))
    if unwritten:
        reason = f"not evaluated, because {_listed(unwritten)} was not written"
        return unmade_check(shared.name, shared.asset_key, shared.check, CheckStatus.SKIPPED, reason)
    return _run_check(shared.name, shared.asset_key, shared.check, session)


def unmade_check(
    name: str, asset_key: tuple[str, ...], check: PlannedCheck, status: CheckStatus, reason: str
) -> CheckEvaluated:
    """The outcome of a check that was not made."""
    column = () if check.column is None else (("column", check.column),)
    details = (("kind", check.kind), *column, ("failing_rows", 0))
    return _outcome(name, asset_key, check, Verdict(status, 0, reason, details))


def _run_check(name: str, asset_key: tuple[str, ...], check: PlannedCheck, session: Session) -> CheckEvaluated:
    """Make one check; whatever goes wrong is its outcome."""
    if check.problem is not None:
        return unmade_check(name, asset_key, check, CheckStatus.SKIPPED, check.problem)
    try:
        verdict = judge(check, _answer(check, session))
    except Unjudgeable as error:
        return unmade_check(name, asset_key, check, CheckStatus.ERRORED, str(error))
    except Exception as error:  # noqa: BLE001 — what keeps one check from being made is reported as its outcome
        return unmade_check(
            name, asset_key, check, CheckStatus.ERRORED, shown_error(error, "the check's query", check.masks)
        )
    if verdict.status is not CheckStatus.FAILED:
        return _outcome(name, asset_key, check, verdict)
    sample, unsampled = _sample(check, session)
    if unsampled is not None:
        verdict = replace(verdict, message=f"{verdict.message}; no sample: {unsampled}")
    if isinstance(check.judgement, FewOverlaps):
        keys = [" | ".join(str(value) for name, value in row if name.lower() != COUNTED_ROWS) for row in sample]
        verdict = replace(verdict, details=(*verdict.details, ("sample", tuple(keys))))
    return _outcome(name, asset_key, check, verdict, sample)


def _answer(check: PlannedCheck, session: Session) -> QueryResult:
    answer = session.query(check.statement, limit=1)
    if isinstance(check.judgement, NullShare) and check.judgement.of_all_rows is not None and caught_too_few(answer):
        return session.query(check.judgement.of_all_rows, limit=1)
    return answer


def _sample(check: PlannedCheck, session: Session) -> tuple[tuple[MaskedRow, ...], str | None]:
    """Some of what fails, masked; a sample that cannot be taken does not change the outcome."""
    if check.sample_statement is None:
        return (), None
    try:
        found = session.query(check.sample_statement, limit=MOST_SAMPLED_ROWS)
    except Exception as error:  # noqa: BLE001 — the check has been made; only its illustration is missing
        return (), shown_error(error, "the check's query", check.masks)
    return tuple(mask_row(found.columns, row, check.masks) for row in found.rows), None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _outcome(
    name: str, asset_key: tuple[str, ...], check: PlannedCheck, verdict: Verdict, sample: tuple[MaskedRow, ...] = ()
) -> CheckEvaluated:
    return CheckEvaluated(
        name=name,
        asset_key=asset_key,
        check=check.name,
        kind=check.kind,
        severity=check.severity,
        status=verdict.status,
        failures=verdict.failures,
        sample=sample,
        message=verdict.message,
        column=check.column,
        details=verdict.details,
    )
