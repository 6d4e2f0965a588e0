"""What a run could not store because its store did not answer, kept in a file of its own until it can be.

Only what is already true is kept so: what became of a table, a verdict, the end of a key. A write is never announced
here, since others could not see it. Each line has a checksum and is on the disk before the run goes on; a last line
that a crash has torn is one that nobody was told of, and a bad line before others means that the file was damaged.
The file is locked by the process that writes it, for as long as that lives, and has its name only from then on.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from rocky_core.errors import StateUnavailable
from rocky_core.ir.idempotency import KeyClaim
from rocky_core.ir.replace import replace
from rocky_core.ir.run import RunStatus
from rocky_core.ir.state import Lease, RunRecord, TableOutcome
from rocky_core.ports.clock import Clock

JOURNALS: Final = Path(".rocky/journal")  # Below the project's root.
FORMAT: Final = 1
_ENDING: Final = ".jsonl"
_CHECKSUM_DIGITS: Final = 8
_MOST_LOOKS: Final = 5  # Who only looks at a journal has it for a moment.
_BETWEEN_LOOKS_SECONDS: Final = 0.02


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
    ended_at: datetime


Due = TableDue | BuildsDue | RunDue | KeyDue


class _Header(msgspec.Struct, frozen=True):
    """The first line; the identity is that of the journal, whatever its file is called."""

    format: int
    identity: str
    location: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class FoundJournal:
    """A journal as it lies there; with a problem nothing of it is used, and it stays."""

    path: Path
    identity: str = ""
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

    @property
    def pipelines(self) -> tuple[str, ...]:
        """Whose lease they were due under; the end of a key needs none."""
        return tuple(dict.fromkeys(due.lease.pipeline for due in self.dues if not isinstance(due, KeyDue)))


class Journal:
    """The journal of one open store; its file is there only while something waits. Used by all threads."""

    def __init__(self, directory: Path, location: str, clock: Clock) -> None:
        self.directory = directory
        self._location = location
        self._clock = clock
        self._turn = Lock()
        self._dues: list[Due] = []
        self._stored = 0  # So many lines before those are stored already.
        self._descriptor: int | None = None
        self.path: Path | None = None
        self.identity = ""

    @property
    def dues(self) -> tuple[tuple[int, Due], ...]:
        """What waits, in its order, each with its number in the file."""
        with self._turn:
            return tuple(enumerate(self._dues, self._stored + 1))

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
            self._stored += count
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
        identity = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(6)}"
        path, unfinished = self.directory / f"{identity}{_ENDING}", self.directory / f"{identity}.new"
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            # Nobody finds it before it is locked and has its header.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write(descriptor, _Header(FORMAT, identity, self._location, now))
            unfinished.rename(path)
            _sync_directory(self.directory)
        except OSError:
            os.close(descriptor)
            unfinished.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
        self._descriptor, self.path, self.identity, self._stored = descriptor, path, identity, 0


def find_journals(directory: Path) -> tuple[FoundJournal, ...]:
    """All journals, the oldest first; nothing is changed."""
    found = []
    for path in _paths(directory):
        try:
            with path.open("rb") as file:
                is_free = _locked(file.fileno(), fcntl.LOCK_SH)
                fcntl.flock(file.fileno(), fcntl.LOCK_UN)  # Who wants to store it must not wait for who looks at it.
                found.append(_read(path, file.read(), is_in_use=not is_free))
        except FileNotFoundError:
            continue
        except OSError as error:
            found.append(FoundJournal(path, problem=f"it cannot be read: {error.strerror}"))
    return tuple(found)


@contextlib.contextmanager
def taken_journals(directory: Path, location: str, clock: Clock) -> Iterator[tuple[FoundJournal, ...]]:
    """The journals of a store that nobody is writing, the oldest first; nobody else takes them during the block."""
    with contextlib.ExitStack() as stack:
        taken = []
        for path in _paths(directory):
            try:
                file = stack.enter_context(path.open("r+b"))  # Some file systems lock only what may be written.
                # Whoever had it before may have removed it meanwhile.
                if _taken(file.fileno(), clock) and os.fstat(file.fileno()).st_nlink:
                    journal = _read(path, file.read(), is_in_use=False)
                    taken += [journal] if journal.location == location or journal.problem is not None else []
            except FileNotFoundError:
                continue
            except OSError as error:
                taken.append(FoundJournal(path, problem=f"it cannot be read: {error.strerror}"))
        yield tuple(taken)


def remove_journal(journal: FoundJournal) -> None:
    """Everything of it is stored. Raises OSError."""
    journal.path.unlink(missing_ok=True)


def _paths(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.name.endswith(_ENDING))
    except OSError:
        return []


def _taken(descriptor: int, clock: Clock) -> bool:
    for _ in range(_MOST_LOOKS):
        if _locked(descriptor, fcntl.LOCK_EX):
            return True
        clock.sleep(_BETWEEN_LOOKS_SECONDS)
    return False


def _locked(descriptor: int, mode: int) -> bool:
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(path: Path, data: bytes, *, is_in_use: bool) -> FoundJournal:
    lines = data.split(b"\n")
    torn = lines.pop()  # What follows the last end of a line was torn, or is being written.
    texts = [_checked(line) for line in lines]
    if texts and texts[-1] is None and not torn:
        texts.pop()  # A power cut may leave a line whose parts did not all reach the disk.
    if not texts or None in texts:
        told = "it holds nothing that is whole" if not texts else "a line does not match its checksum"
        return FoundJournal(path, problem=None if is_in_use else told, is_in_use=is_in_use)
    try:
        header = msgspec.json.decode(texts[0] or b"", type=_Header)
        found = FoundJournal(path, header.identity, header.location, header.opened_at, is_in_use=is_in_use)
        if header.format != FORMAT:
            told = f"it has format {header.format}, this installation reads {FORMAT}: upgrade dagster-rocky"
            return replace(found, problem=told)
        return replace(found, dues=tuple(_DECODER.decode(text or b"") for text in texts[1:]))
    except (msgspec.DecodeError, UnicodeError) as error:
        return FoundJournal(path, problem=f"it cannot be read: {error}", is_in_use=is_in_use)


def _checked(line: bytes) -> bytes | None:
    """The text of a line; None if it is not what was written."""
    checksum, _, text = line.partition(b" ")
    return text if checksum == _checksum(text) else None


def _checksum(text: bytes) -> bytes:
    return b"%0*x" % (_CHECKSUM_DIGITS, zlib.crc32(text))


def _write(descriptor: int, line: Due | _Header) -> None:
    """One line, wholly or not at all as far as readers are concerned."""
    text = msgspec.json.encode(line)
    data = _checksum(text) + b" " + text + b"\n"
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
