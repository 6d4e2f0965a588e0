"""What is done about drift: the statements, what is reported, and how long vanished columns stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.tables import add_column, drop_column, retype_columns
from rocky_core.errors import FailureKind
from rocky_core.ir.drift import Drift, DriftAction, DriftMode, DriftPolicy, NewColumn, TableDrift, TypeChange
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Refusal, Step
from rocky_core.ir.replace import replace
from rocky_core.ir.world import GracePeriod, ObservedColumn

_PLAIN_TYPE: Final = re.compile(r"[A-Za-z0-9_]+(?: [A-Za-z0-9_]+)*(?:\([0-9, ]+\))?")


class DriftDecision(Struct, frozen=True):
    """What happens to a drifted table before it is loaded."""

    action: DriftAction | None = None  # What is reported; None if nothing is.
    reason: str | None = None
    drift: TableDrift | None = None  # None if nothing was compared.
    steps: tuple[Step, ...] = ()
    recreates: bool = False  # Instead of being altered the table is replaced by a full load.
    refusal: Refusal | None = None
    not_copied: frozenset[str] = frozenset()  # Lower-cased columns of the source that the target goes without.
    grace_periods: tuple[GracePeriod, ...] = ()  # The whole list from now on.


def decide_drift(
    target: TargetName,
    drift: Drift,
    *,
    dialect_name: str,
    policy: DriftPolicy,
    known_periods: Sequence[GracePeriod] = (),
    now: datetime,
) -> DriftDecision:
    """The mildest action that brings the target in line with its source, as far as the policy lets it."""
    periods = _grace_periods(drift.missing, known_periods, policy, now)
    expired = {period.column.lower() for period in periods if now >= period.expires_at}
    dropped = tuple(column for column in drift.missing if column.name.lower() in expired)
    told = TableDrift(
        changed=drift.changed,
        added=tuple(NewColumn(column.name, column.type_text, column.nullable) for column in drift.added),
        dropped=tuple(column.name for column in dropped),
    )
    decision = _within(policy, target, drift, dropped, periods) or _alter(target, drift, dropped, periods, dialect_name)
    if policy.mode is DriftMode.FAIL and decision.refusal is not None:
        decision = replace(decision, grace_periods=tuple(known_periods))
    return replace(decision, drift=told)


def _within(
    policy: DriftPolicy,
    target: TargetName,
    drift: Drift,
    dropped: tuple[ObservedColumn, ...],
    periods: tuple[GracePeriod, ...],
) -> DriftDecision | None:
    """What the policy, or a type that nothing can be altered to, decides; None if the target may be altered."""
    if policy.mode is DriftMode.FAIL:
        differences = _describe(drift, (*drift.missing,))
        if differences:
            return DriftDecision(refusal=_refused(f'{target} has drifted and [drift] mode is "fail": {differences}'))
    if policy.mode is DriftMode.WARN:
        differences = _describe(drift, dropped)
        return DriftDecision(
            action=DriftAction.IGNORE if differences else None,
            reason=differences or None,
            not_copied=frozenset(column.name.lower() for column in drift.added),
            grace_periods=periods,
        )
    if policy.additive_only and (drift.changed or dropped):
        reason = f"changes to {target} need a review, because only added columns may pass: {_describe(drift, dropped)}"
        return DriftDecision(refusal=_refused(reason), grace_periods=periods)
    if any(not change.widens for change in drift.changed):
        return DriftDecision(
            action=DriftAction.DROP_AND_RECREATE,
            reason=", ".join(f"column '{c.column}' changed {c.source_type} → {c.target_type}" for c in drift.changed),
            recreates=True,
        )
    return None


def is_plain_type(text: str) -> bool:
    """Whether the text spells a type and nothing else."""
    return _PLAIN_TYPE.fullmatch(text) is not None


def _grace_periods(
    missing: Iterable[ObservedColumn], known: Iterable[GracePeriod], policy: DriftPolicy, now: datetime
) -> tuple[GracePeriod, ...]:
    """One period per column that the source lacks; a column that is back has none."""
    running = {period.column.lower(): period for period in known}
    expires = now + timedelta(days=policy.grace_period_days)
    return tuple(
        running.get(column.name.lower()) or GracePeriod(column.name, column.type_text, now, expires)
        for column in missing
    )


def _alter(
    target: TargetName,
    drift: Drift,
    dropped: tuple[ObservedColumn, ...],
    periods: tuple[GracePeriod, ...],
    dialect_name: str,
) -> DriftDecision:
    shapes = shapes_of(dialect_name)
    widened = [(change.column, _checked_type(change.source_type)) for change in drift.changed]
    added = [(column.name, _new_type(column, dialect_name)) for column in drift.added]
    unspellable = next((name for name, type_text in (*widened, *added) if type_text is None), None)
    if unspellable is not None:
        unknown = f"{target} needs column '{unspellable}', whose type is not known before the query runs"
        return DriftDecision(refusal=_refused(unknown), grace_periods=periods)
    changes = (
        *retype_columns(shapes, target, [(name, str(type_text)) for name, type_text in widened]),
        *(add_column(shapes, target, name, str(type_text)) for name, type_text in added),
    )
    steps = _step("alter_table", changes, is_atomic=shapes.has_transactional_ddl)
    if dropped:
        names = ", ".join(f"'{column.name}'" for column in dropped)
        lost = f"{_columns(dropped)} {names} of {target} with all values: the source has long been without"
        statements = tuple(drop_column(shapes, target, column.name) for column in dropped)
        steps += _step("drop_columns", statements, is_atomic=shapes.has_transactional_ddl, destroys=lost)
    gone = {column.name.lower() for column in dropped}
    action, reason = _report(drift, dropped)
    return DriftDecision(
        action=action,
        reason=reason,
        steps=steps,
        grace_periods=tuple(period for period in periods if period.column.lower() not in gone),
    )


def _report(drift: Drift, dropped: tuple[ObservedColumn, ...]) -> tuple[DriftAction | None, str | None]:
    """The one action per table that is reported: the one that weighs most."""
    if dropped:
        return DriftAction.DROP_COLUMNS, ", ".join((*_drops(dropped), *_widenings(drift.changed)))
    if drift.changed:
        return DriftAction.ALTER_COLUMN_TYPES, ", ".join(_widenings(drift.changed))
    if drift.added:
        return DriftAction.ADD_COLUMNS, ", ".join(_additions(drift.added))
    return None, None


def _describe(drift: Drift, dropped: tuple[ObservedColumn, ...]) -> str:
    """Every difference in words, for a table that is left as it is."""
    changed = (
        text
        for change in drift.changed
        for text in (
            _widenings((change,))
            if change.widens
            else (f"column '{change.column}' changed {change.source_type} → {change.target_type}",)
        )
    )
    return ", ".join((*changed, *_additions(drift.added), *_drops(dropped)))


def _widenings(changes: Iterable[TypeChange]) -> tuple[str, ...]:
    return tuple(f"column '{c.column}' widened {c.target_type} → {c.source_type}" for c in changes)


def _additions(columns: Iterable[ObservedColumn]) -> tuple[str, ...]:
    return tuple(f"added column '{column.name}' ({column.type_text})" for column in columns)


def _drops(columns: Iterable[ObservedColumn]) -> tuple[str, ...]:
    return tuple(f"dropped column '{column.name}' ({column.type_text})" for column in columns)


def _columns(columns: Sequence[ObservedColumn]) -> str:
    return "column" if len(columns) == 1 else "columns"


def _new_type(column: ObservedColumn, dialect_name: str) -> str | None:
    return dialect_named(dialect_name).spell_type(column.data_type) or _checked_type(column.type_text)


def _checked_type(text: str) -> str | None:
    """The spelling, if it is a type and nothing else."""
    return text if is_plain_type(text) else None


def _step(
    purpose: str, statements: tuple[str, ...], *, is_atomic: bool, destroys: str | None = None
) -> tuple[Step, ...]:
    return (Step(purpose, statements, is_atomic=is_atomic, destroys=destroys),) if statements else ()


def _refused(reason: str) -> Refusal:
    return Refusal(FailureKind.QUERY_REJECTED, reason)
