"""Looks at a state file without changing it: also one that is damaged, older or newer than this package."""

from __future__ import annotations

import secrets
import tempfile
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from rocky_core.errors import StateUnavailable
from rocky_core.ir.state import LeaseHolder, StateProblem
from rocky_core.ports.clock import Clock
from rocky_core.ports.state_store import StateStore
from rocky_core.state.file_lock import lock_shared, unlock
from rocky_core.state.migrate import stored_version, supported_version
from rocky_core.state.open_state import open_state
from rocky_core.state.record_store import RecordStore
from rocky_core.state.sqlite_backend import SqliteBackend
from rocky_core.state.sqlite_file import connect_for_reading


class StateExamination(Struct, frozen=True):
    """What a state file holds; of a file of another version only the version is known."""

    version: int
    problems: tuple[StateProblem, ...] = ()
    watermarks: int = 0
    leases: tuple[LeaseHolder, ...] = ()
    has_runs: bool = False
    is_read: bool = True


def examine_state(path: Path, clock: Clock) -> StateExamination:
    """Read a state file to its end. Raises StateError: StateCorrupted, StateTooNew, StateUnavailable, StateLocked."""
    lock = lock_shared(path, may_be_missing=True)
    try:
        connection = connect_for_reading(path)
    except BaseException:
        unlock(lock)
        raise
    with closing(SqliteBackend(path, connection, lock, read_only=True)) as backend:
        version = stored_version(connection)
        if version != supported_version():
            return StateExamination(version, is_read=False)
        return examine_store(RecordStore(backend, clock))


def examine_store(store: StateStore) -> StateExamination:
    """Read an open store to its end."""
    problems = store.problems()
    damaged = {problem.table for problem in problems}
    if "(file)" in damaged:
        return StateExamination(store.schema_version, problems)
    return StateExamination(
        version=store.schema_version,
        problems=problems,
        watermarks=0 if "watermarks" in damaged else len(store.watermarks()),
        leases=() if "leases" in damaged else store.leases(),
        has_runs=not damaged & {"run_history", "model_executions"} and bool(store.run_records(limit=1)),
    )


def prove_writable(path: Path, clock: Clock) -> None:
    """Write into the state file, or make a file in its place and remove it again where there is no state yet.

    A file of another version is not written, because opening it for writing would change its version. Raises
    StateError.
    """
    if not path.exists():
        _prove_directory(path)
        return
    if examine_version(path) != supported_version():
        _prove_directory(path)
        return
    with closing(open_state(path, clock).store) as store:
        store.prove_writable(secrets.token_hex(8))


def examine_version(path: Path) -> int:
    """The version of a state file. Raises StateError."""
    with closing(connect_for_reading(path)) as connection:
        return stored_version(connection)


def _prove_directory(path: Path) -> None:
    directory = path.parent
    while not directory.exists():
        directory = directory.parent
    try:
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".rocky-probe-") as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        raise StateUnavailable(f"no state can be kept in {directory}: {error.strerror}") from error
