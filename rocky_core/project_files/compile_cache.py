"""The compile cache: one SQLite file below `.rocky/cache`, one row per model file, decoded as data.

A cache is a convenience: whatever is wrong with it (another version, damage, a full or read-only disk), the
project is compiled as if there were none.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.errors import CacheUnreadable
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.type_text import TypeTextInvalid
from rocky_core.project_files.facts_codec import decode_facts, encode_facts
from rocky_core.project_files.scan import FileStamp

FORMAT: Final = 1
_BUSY_SECONDS: Final = 5.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS setup (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS model (
    file TEXT PRIMARY KEY, head BLOB NOT NULL, facts BLOB NOT NULL, diagnostics BLOB, detail BLOB NOT NULL
);
"""


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a warm compile needs of every model, changed or not."""

    file: str
    name: str
    stamps: tuple[FileStamp, ...]
    input_key: bytes
    target: tuple[str, str, str]
    is_ephemeral: bool
    declared: tuple[str, ...]
    reads_models: tuple[str, ...]
    reads_tables: tuple[str, ...]
    schema_key: bytes
    column_count: int
    has_errors: bool
    has_star: bool
    contract: str | None = None


class Entry(NamedTuple):
    """One model as it is stored."""

    head: Head
    facts: ModelFacts
    diagnostics: tuple[Diagnostic, ...]
    detail: bytes  # The model's part of the published JSON.


class Remembered(NamedTuple):
    """What an earlier compile left: the heads by file, and the findings about the project as a whole."""

    heads: Mapping[str, Head]
    project_findings: tuple[Diagnostic, ...]


class CompileCache:
    """An open cache; reads are lazy, writes are one transaction."""

    def __init__(self, path: Path) -> None:
        """Open or create the cache; raises CacheUnreadable when that cannot be done."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _connect(path)
        except (OSError, sqlite3.Error) as error:
            raise CacheUnreadable(f"{path}: {error}") from error

    def close(self) -> None:
        self._connection.close()

    def remembered(self, setup_key: bytes) -> Remembered | None:
        """What was stored under the same setup (version, configuration, options); None if there is nothing."""
        with _reading():
            stored = self._connection.execute("SELECT value FROM setup WHERE key = 'setup'").fetchone()
            if stored is None or stored[0] != setup_key:
                return None
            rows = self._connection.execute("SELECT head FROM model ORDER BY file").fetchall()
            findings = self._connection.execute("SELECT value FROM setup WHERE key = 'findings'").fetchone()
            heads = [_decode_head(row[0]) for row in rows]
            return Remembered(
                {head.file: head for head in heads},
                _decode_diagnostics(findings[0]) if findings else (),
            )

    def facts(self, file: str) -> ModelFacts:
        """The stored facts of one model."""
        with _reading():
            row = self._connection.execute("SELECT facts FROM model WHERE file = ?", (file,)).fetchone()
            if row is None:
                raise CacheUnreadable(f"{self._path}: no row for {file}")
            return decode_facts(row[0])

    def all_diagnostics(self) -> dict[str, tuple[Diagnostic, ...]]:
        """The findings of every model that has any, by file."""
        with _reading():
            rows = self._connection.execute("SELECT file, diagnostics FROM model WHERE diagnostics IS NOT NULL")
            return {file: _decode_diagnostics(blob) for file, blob in rows}

    def all_details(self) -> dict[str, bytes]:
        """Every model's part of the published JSON, by file."""
        with _reading():
            return dict(self._connection.execute("SELECT file, detail FROM model").fetchall())

    def store(
        self, setup_key: bytes, entries: Iterable[Entry], gone: Iterable[str], findings: Iterable[Diagnostic]
    ) -> None:
        """Write what changed in one transaction; a cache that cannot be written is left as it was."""
        rows = [
            (
                entry.head.file,
                _ENCODER.encode(entry.head),
                encode_facts(entry.facts),
                _ENCODER.encode(entry.diagnostics) if entry.diagnostics else None,
                entry.detail,
            )
            for entry in entries
        ]
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            stored = self._connection.execute("SELECT value FROM setup WHERE key = 'setup'").fetchone()
            if stored is None or stored[0] != setup_key:
                self._connection.execute("DELETE FROM model")
            self._connection.executemany("DELETE FROM model WHERE file = ?", [(file,) for file in gone])
            self._connection.executemany("INSERT OR REPLACE INTO model VALUES (?, ?, ?, ?, ?)", rows)
            self._connection.executemany(
                "INSERT OR REPLACE INTO setup VALUES (?, ?)",
                [("setup", setup_key), ("findings", _ENCODER.encode(tuple(findings)))],
            )


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return _open(path)
    except sqlite3.OperationalError:
        raise  # Locked, read-only or full: the file itself may be whole.
    except sqlite3.DatabaseError:
        _discard(path)
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        # A power cut may cost the newest rows, never the file; losing rows costs a recompile.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, FORMAT):
            connection.executescript("DROP TABLE IF EXISTS setup; DROP TABLE IF EXISTS model;")
        if version != FORMAT:
            connection.executescript(f"{_SCHEMA} PRAGMA user_version = {FORMAT};")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _discard(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").unlink()


class _reading(contextlib.ContextDecorator):  # noqa: N801 — used as a function
    """Turns whatever a damaged cache can raise into CacheUnreadable."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error | msgspec.DecodeError | TypeTextInvalid):
            raise CacheUnreadable(str(error)) from error


_ENCODER: Final = msgspec.msgpack.Encoder()
_decode_head = msgspec.msgpack.Decoder(Head).decode
_decode_diagnostics = msgspec.msgpack.Decoder(tuple[Diagnostic, ...]).decode
