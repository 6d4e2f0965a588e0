"""Takes one file into its table: stages its rows, judges them, and only then touches the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rocky_core.dialects.registry import dialect_named
from rocky_core.errors import ConnectionFailed, FailureKind, ObjectNotFound, QueryRejected, RockyError
from rocky_core.execution.file_errors import tell_file_error
from rocky_core.execution.run_context import RunContext
from rocky_core.ir.load import PlannedLoad, Violation
from rocky_core.ir.plan import PlannedTable, Step
from rocky_core.ir.run import FileJudged
from rocky_core.planning.judge_file import judge_file, unreadable_value
from rocky_core.ports.warehouse import Session
from rocky_core.project_files.data_files import content_hash


class FileRefused(RockyError):
    """The file breaks its contract; its table is as it was."""

    failure_kind: ClassVar[FailureKind] = FailureKind.QUERY_REJECTED


class FileChanged(RockyError):
    """Somebody wrote to the file while it was read; once that is over it can be loaded."""

    failure_kind: ClassVar[FailureKind] = FailureKind.TRANSIENT


def run_load(
    table: PlannedTable, step: Step, session: Session, context: RunContext, before_commit: Callable[[], None]
) -> int | None:
    """Run the step as one transaction; how many rows were loaded. Whatever is raised, nothing was changed."""
    load = table.load
    assert load is not None  # noqa: S101 — only such tables have this step
    stage, *take_in = step.statements
    with session.transaction():
        violations = _unreadable(load, stage, session)
        if not violations:
            nulls = _nulls(load, session)
            violations = judge_file(load, nulls, dialect_named(context.warehouse.dialect_name))
        context.emit(
            FileJudged(table.name, table.asset_key, load.path, load.size, load.contract is not None, violations)
        )
        if violations:
            raise FileRefused(_told(load, violations))
        rows = None
        for statement in take_in:
            affected = _execute(load, statement, session)
            rows = affected if affected is not None else rows
        _require_unchanged(load)
        before_commit()
    return rows


def _unreadable(load: PlannedLoad, statement: str, session: Session) -> tuple[Violation, ...]:
    """Stage the file; the violation behind a value that is not what its contract says it is."""
    try:
        session.execute(statement)
    except (QueryRejected, ObjectNotFound, ConnectionFailed) as error:
        _require_unchanged(load)
        found = tell_file_error(error.message, load.location, load.path)
        violation = None if found.column is None else unreadable_value(load, found.column, found.reason)
        if violation is None:
            raise type(error)(f"{load.path}: {found.reason}", statement=statement) from error
        return (violation,)
    return ()


def _execute(load: PlannedLoad, statement: str, session: Session) -> int | None:
    try:
        return session.execute(statement).rows_affected
    except QueryRejected as error:
        raise QueryRejected(f"{load.path}: {error.message}", statement=statement) from error


def _nulls(load: PlannedLoad, session: Session) -> dict[str, int]:
    if load.null_count is None:
        return {}
    (counts,) = session.query(load.null_count).rows
    return {name: int(str(count)) for name, count in zip(load.not_null, counts, strict=True)}


def _told(load: PlannedLoad, violations: tuple[Violation, ...]) -> str:
    lines = "; ".join(f"{one.rule} '{one.column}': {one.message}" for one in violations)
    return f"{load.path} breaks the contract of its pipeline, and nothing of it was loaded: {lines}"


def _require_unchanged(load: PlannedLoad) -> None:
    try:
        is_same = content_hash(load.location) == load.content_hash
    except OSError as error:
        raise FileChanged(f"{load.path} was taken away while it was loaded: {error.strerror}") from error
    if not is_same:
        raise FileChanged(f"{load.path} was written to while it was loaded; run again when it stays as it is")
