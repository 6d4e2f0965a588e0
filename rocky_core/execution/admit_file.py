"""Whether a file is let into its table: its rows are staged and judged before the table is touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from msgspec import Struct

from rocky_core.errors import ConnectionFailed, FailureKind, ObjectNotFound, QueryRejected, RockyError
from rocky_core.execution.file_errors import tell_file_error
from rocky_core.execution.run_context import RunContext
from rocky_core.ir.load import PlannedLoad, Violation
from rocky_core.ir.plan import PlannedTable
from rocky_core.ir.run import FileJudged
from rocky_core.planning.judge_file import KindOf, judge_file, unreadable_value
from rocky_core.ports.warehouse import Session
from rocky_core.project_files.data_files import content_hash


class FileRefused(RockyError):
    """The file breaks its contract; its table is as it was."""

    failure_kind: ClassVar[FailureKind] = FailureKind.QUERY_REJECTED


class FileChanged(RockyError):
    """Somebody wrote to the file while it was read; once that is over it can be loaded."""

    failure_kind: ClassVar[FailureKind] = FailureKind.TRANSIENT


class Staging(Struct, frozen=True):
    """How a file is staged, on which session its rows can be asked for then, and which types are the same."""

    stage: Callable[[], None]
    session: Session
    kind_of: KindOf


def admit(table: PlannedTable, load: PlannedLoad, staging: Staging, context: RunContext) -> None:
    """Stage the file, and tell what was found.

    Raises:
        FileRefused: it breaks its contract.
        FileChanged: it is not the file that was planned any more.
        WarehouseError: it cannot be read.

    """
    violations = _unreadable(load, staging.stage)
    if not violations:
        violations = judge_file(load, _nulls(load, staging.session), staging.kind_of)
    context.emit(FileJudged(table.name, table.asset_key, load.path, load.size, load.contract is not None, violations))
    if violations:
        raise FileRefused(_told(load, violations))


def require_unchanged(load: PlannedLoad) -> None:
    """Raise FileChanged unless the file is still the one that was planned."""
    try:
        is_same = content_hash(load.location) == load.content_hash
    except OSError as error:
        raise FileChanged(f"{load.path} was taken away while it was loaded: {error.strerror}") from error
    if not is_same:
        raise FileChanged(f"{load.path} was written to while it was loaded; run again when it stays as it is")


def _unreadable(load: PlannedLoad, stage: Callable[[], None]) -> tuple[Violation, ...]:
    """Stage the file; the violation behind a value that is not what its contract says it is."""
    try:
        stage()
    except (QueryRejected, ObjectNotFound, ConnectionFailed) as error:
        require_unchanged(load)
        found = tell_file_error(error.message, load.location, load.path)
        violation = None if found.column is None else unreadable_value(load, found.column, found.reason)
        if violation is None:
            raise type(error)(f"{load.path}: {found.reason}", statement=error.statement) from error
        return (violation,)
    return ()


def _nulls(load: PlannedLoad, session: Session) -> dict[str, int]:
    if load.null_count is None:
        return {}
    (counts,) = session.query(load.null_count).rows
    return {name: int(str(count)) for name, count in zip(load.not_null, counts, strict=True)}


def _told(load: PlannedLoad, violations: tuple[Violation, ...]) -> str:
    lines = "; ".join(f"{one.rule} '{one.column}': {one.message}" for one in violations)
    return f"{load.path} breaks the contract of its pipeline, and nothing of it was loaded: {lines}"
