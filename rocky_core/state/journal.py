"""What a run could not store because its store did not answer, kept in a file of its own until it can be.

Only what is already true is kept so: what became of a table, a verdict, the end of a key. A write is never announced
here, since others could not see it. Each line is on the disk before the run goes on; a line that a crash has torn is
one that nobody was told of. The file is locked by the process that writes it, for as long as that lives.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from rocky_core.errors import StateUnavailable
from rocky_core.ir.idempotency import KeyClaim
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import Lease, RunRecord, TableOutcome
from rocky_core.ports.clock import Clock

JOURNALS: Final = Path(".rocky/journal")  # Below the project's root.
FORMAT: Final = 1
_ENDING: Final = ".jsonl"


class TableDue(msgspec.Struct, frozen=True, tag="table"):
    """What became of a table."""

    lease: Lease
    outcome: TableOutcome


class BuildsDue(msgspec.Struct, frozen=True, tag="builds"):
    """Builds, by table, whose checks hold."""

    lease: Lease
    builds: dict[str, str]


class RunDue(msgspec.Struct, frozen=True, tag="run"):
    """How a run ended."""

    lease: Lease
    record: RunRecord


class KeyDue(msgspec.Struct, frozen=True, tag="key"):
    """How the run of an idempotency key ended."""

    claim: KeyClaim
    outcome: RunStatus


Due = TableDue | BuildsDue | RunDue | KeyDue


class _Header(msgspec.Struct, frozen=True):
    """The first line."""

    format: int
    location: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class FoundJournal:
    """A journal as it lies there; with a problem nothing of it is used, and it stays."""

    path: Path
    location: str = ""
    opened_at: datetime | None = None
    dues: tuple[Due, ...] = ()
    problem: str | None = None
    is_in_use: bool = False

    @property
    def runs(self) -> tuple[str, ...]:
        """Whose records these are."""
        return tuple(
            dict.fromkeys(due.claim.run_id if isinstance(due, KeyDue) else due.lease.run_id for due in self.dues)
        )


class Journal:
    """The journal of one open store; its file is there only while something waits. Used by all threads."""

    def __init__(self, directory: Path, location: str, clock: Clock) -> None:
        self.directory = directory
        self._location = location
        self._clock = clock
        self._turn = Lock()
        self._dues: list[Due] = []
        self._descriptor: int | None = None
        self.path: Path | None = None

    @property
    def dues(self) -> tuple[Due, ...]:
        """What waits, in its order."""
        with self._turn:
            return tuple(self._dues)

    def append(self, due: Due) -> None:
        """Keep one more record; it is on the disk afterwards.

        Raises:
            StateUnavailable: it cannot be kept here either.

        """
        with self._turn:
            try:
                if self._descriptor is None:
                    self._open()
                assert self._descriptor is not None, "it was opened"  # noqa: S101 — keeps the type honest
                _write(self._descriptor, due)
            except OSError as error:
                raise StateUnavailable(
                    f"the journal in {self.directory} cannot be written: {error.strerror}"
                ) from error
            self._dues.append(due)

    def forget(self, count: int) -> None:
        """The first of what waits is stored; once nothing waits any more, the file is gone."""
        with self._turn:
            del self._dues[:count]
            if not self._dues and self._descriptor is not None and self.path is not None:
                self.path.unlink(missing_ok=True)
                os.close(self._descriptor)
                self._descriptor = self.path = None

    def close(self) -> None:
        """Leave what waits to others."""
        with self._turn:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _open(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = self._clock.now()
        path = self.directory / f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{_ENDING}"
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write(descriptor, _Header(FORMAT, self._location, now))
            _sync_directory(self.directory)
        except OSError:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        self._descriptor, self.path = descriptor, path


def find_journals(directory: Path) -> tuple[FoundJournal, ...]:
    """All journals, the oldest first; nothing is changed."""
    found = []
    for path in _paths(directory):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            found.append(_read(path, file.read(), is_in_use=not _locked(file.fileno())))
    return tuple(found)


@contextlib.contextmanager
def taken_journals(directory: Path, location: str) -> Iterator[tuple[FoundJournal, ...]]:
    """The journals of a store that nobody is writing, the oldest first; nobody else takes them during the block."""
    with contextlib.ExitStack() as stack:
        taken = []
        for path in _paths(directory):
            with contextlib.suppress(FileNotFoundError):
                file = stack.enter_context(path.open("rb"))
                # Whoever had it before may have removed it meanwhile.
                if _locked(file.fileno()) and os.fstat(file.fileno()).st_nlink:
                    journal = _read(path, file.read(), is_in_use=False)
                    taken += [journal] if journal.location == location or journal.problem is not None else []
        yield tuple(taken)


def remove_journal(journal: FoundJournal) -> None:
    """Everything of it is stored."""
    journal.path.unlink(missing_ok=True)


def _paths(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"*{_ENDING}")) if directory.is_dir() else []


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(path: Path, data: bytes, *, is_in_use: bool) -> FoundJournal:
    lines = data.split(b"\n")[:-1]  # What follows the last end of a line was torn, or is being written.
    if not lines:
        return FoundJournal(path, is_in_use=is_in_use, problem=None if is_in_use else "it holds nothing that is whole")
    try:
        header = msgspec.json.decode(lines[0], type=_Header)
        if header.format != FORMAT:
            return FoundJournal(
                path,
                header.location,
                header.opened_at,
                problem=f"it has format {header.format}, this installation reads {FORMAT}: upgrade dagster-rocky",
                is_in_use=is_in_use,
            )
        dues = tuple(_DECODER.decode(line) for line in lines[1:])
    except (msgspec.DecodeError, UnicodeError) as error:
        return FoundJournal(path, problem=f"it cannot be read: {error}", is_in_use=is_in_use)
    return FoundJournal(path, header.location, header.opened_at, dues, is_in_use=is_in_use)


def _write(descriptor: int, line: Due | _Header) -> None:
    """One line, wholly or not at all as far as readers are concerned."""
    data = msgspec.json.encode(line) + b"\n"
    size_before = os.fstat(descriptor).st_size
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    except OSError:
        # Half a line would hide the next one.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, size_before)
        raise


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_DECODER: Final = msgspec.json.Decoder(Due)
