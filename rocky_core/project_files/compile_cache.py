"""The compile cache: one SQLite file below `.rocky/cache`, one row per model file, decoded as data.

A cache is a convenience: whatever is wrong with it (another version, damage, a full or read-only disk), the
project is compiled as if there were none.
"""

from __future__ import annotations

import contextlib
import sqlite3
import weakref
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.errors import CacheUnreadable
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.type_text import TypeTextInvalid
from rocky_core.project_files.compiled_row import CompiledRow
from rocky_core.project_files.facts_codec import decode_diagnostics, decode_facts, encode_diagnostics
from rocky_core.project_files.scan import FileStamp

FORMAT: Final = 3
_BUSY_SECONDS: Final = 5.0
_TABLES: Final = ("setup", "model", "directory", "accepted", "derived")
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS setup (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS model (
    file TEXT PRIMARY KEY, head BLOB NOT NULL, schema BLOB NOT NULL, facts BLOB NOT NULL,
    diagnostics BLOB, detail BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS directory (path TEXT PRIMARY KEY, stamps BLOB NOT NULL, diagnostics BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS accepted (name TEXT PRIMARY KEY, schema BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS derived (name TEXT PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL);
"""


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a warm compile needs of every model, changed or not."""

    file: str
    name: str
    stamps: tuple[FileStamp, ...]
    input_key: bytes
    target: tuple[str, str, str]
    declared: tuple[str, ...]
    reads_models: tuple[str, ...]
    reads_tables: tuple[str, ...]
    schema_key: bytes
    column_count: int
    is_ephemeral: bool
    has_star: bool
    has_cost_budget: bool


class Entry(NamedTuple):
    """One model as it is stored; `row` is None when only its files' stamps are new."""

    head: Head
    row: CompiledRow | None


class SharedFindings(NamedTuple):
    """What was wrong with the files that a directory's models share, when they had these stamps."""

    stamps: tuple[FileStamp, ...]
    diagnostics: tuple[Diagnostic, ...]


class Remembered(NamedTuple):
    """What earlier compiles left."""

    heads: Mapping[str, Head]  # by file
    shared: Mapping[str, SharedFindings]  # by directory
    environment: frozenset[str]  # the names that reading has asked for


class Update(NamedTuple):
    """What one compile adds to the memory."""

    entries: tuple[Entry, ...]
    gone: tuple[str, ...]
    shared: Mapping[str, SharedFindings]
    accepted: Mapping[str, bytes]
    environment: Mapping[str, str | None]


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
        # Models are loaded for as long as somebody holds the compiled project, so nobody can say when to close.
        self._close = weakref.finalize(self, self._connection.close)

    def close(self) -> None:
        self._close()

    def remembered(self, setup_key: bytes, environment: Mapping[str, str]) -> Remembered | None:
        """What was stored under the same setup and the same values of the variables that mattered; else None."""
        with _reading():
            setup = dict(self._connection.execute("SELECT key, value FROM setup").fetchall())
            if setup.get("setup") != setup_key:
                return None
            asked = _decode_environment(setup["environment"])
            if any(environment_key(environment.get(name)) != key for name, key in asked.items()):
                return None
            heads = [_decode_head(row[0]) for row in self._connection.execute("SELECT head FROM model")]
            shared = self._connection.execute("SELECT path, stamps, diagnostics FROM directory").fetchall()
            return Remembered(
                {head.file: head for head in heads},
                {path: SharedFindings(_decode_stamps(a), decode_diagnostics(b)) for path, a, b in shared},
                frozenset(asked),
            )

    def facts(self, file: str) -> ModelFacts:
        """The stored facts of one model."""
        with _reading():
            return decode_facts(self._column("facts", file))

    def schema(self, file: str) -> bytes:
        """The stored schema of one model."""
        return self._column("schema", file)

    def all_diagnostics(self) -> dict[str, tuple[Diagnostic, ...]]:
        """The findings of every model that has any, by file."""
        with _reading():
            rows = self._connection.execute("SELECT file, diagnostics FROM model WHERE diagnostics IS NOT NULL")
            return {file: decode_diagnostics(blob) for file, blob in rows}

    def all_details(self) -> dict[str, bytes]:
        """Every model's part of the published JSON, by file."""
        with _reading():
            return dict(self._connection.execute("SELECT file, detail FROM model").fetchall())

    def accepted_schemas(self) -> dict[str, bytes]:
        """The last schemas that passed, of models whose contract forbids new nullable columns; kept across setups."""
        with _reading():
            return dict(self._connection.execute("SELECT name, schema FROM accepted").fetchall())

    def store(self, setup_key: bytes, update: Update) -> None:
        """Write what changed in one transaction; a cache that cannot be written is left as it was."""
        write = self._connection
        with contextlib.suppress(sqlite3.Error), write:
            write.execute("BEGIN IMMEDIATE")
            stored = write.execute("SELECT value FROM setup WHERE key = 'setup'").fetchone()
            if stored is None or stored[0] != setup_key:
                write.execute("DELETE FROM model")
                write.execute("DELETE FROM directory")
                write.execute("DELETE FROM derived")
            compiled = [(head.name,) for head, row in update.entries if row is not None]
            write.executemany("DELETE FROM derived WHERE name = ?", compiled)
            write.executemany("DELETE FROM model WHERE file = ?", [(file,) for file in update.gone])
            write.executemany(
                "INSERT OR REPLACE INTO model VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (head.file, _ENCODER.encode(head), row.schema, row.facts, row.diagnostics, row.detail)
                    for head, row in update.entries
                    if row is not None
                ],
            )
            write.executemany(
                "UPDATE model SET head = ? WHERE file = ?",
                [(_ENCODER.encode(head), head.file) for head, row in update.entries if row is None],
            )
            write.executemany(
                "INSERT OR REPLACE INTO directory VALUES (?, ?, ?)",
                [
                    (path, _ENCODER.encode(found.stamps), encode_diagnostics(found.diagnostics))
                    for path, found in update.shared.items()
                ],
            )
            write.executemany("INSERT OR REPLACE INTO accepted VALUES (?, ?)", update.accepted.items())
            environment = {name: environment_key(value) for name, value in update.environment.items()}
            write.executemany(
                "INSERT OR REPLACE INTO setup VALUES (?, ?)",
                [("setup", setup_key), ("environment", _ENCODER.encode(environment))],
            )

    def derived(self, key: bytes) -> dict[str, bytes]:
        """What others have made of models under this key, by name; gone as soon as a model is compiled again."""
        with _reading():
            return dict(self._connection.execute("SELECT name, value FROM derived WHERE key = ?", (key,)).fetchall())

    def keep_derived(self, key: bytes, values: Mapping[str, bytes]) -> None:
        """Remember what was made of models; a cache that cannot be written is left as it was."""
        with contextlib.suppress(sqlite3.Error), self._connection as write:
            write.execute("BEGIN IMMEDIATE")
            rows = [(name, key, value) for name, value in values.items()]
            write.executemany("INSERT OR REPLACE INTO derived VALUES (?, ?, ?)", rows)

    def forget(self) -> None:
        """Drop what turned out to be damaged, or what another version wrote."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.executescript("".join(f"DELETE FROM {table};" for table in _TABLES))

    def _column(self, column: str, file: str) -> bytes:
        with _reading():
            row = self._connection.execute(f"SELECT {column} FROM model WHERE file = ?", (file,)).fetchone()
            if row is None or not isinstance(row[0], bytes):
                raise CacheUnreadable(f"{self._path}: no row for {file}")
            return row[0]


def environment_key(value: str | None) -> bytes:
    """A digest by which a variable's value is recognised; the value itself may be a secret and is not kept."""
    return b"" if value is None else blake2b(value.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return _open(path)
    except sqlite3.OperationalError:
        raise  # Locked, read-only or full: the file itself may be whole.
    except sqlite3.DatabaseError:
        _discard(path)
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # A power cut may cost the newest rows, never the file; losing rows costs a recompile.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, FORMAT):
            connection.executescript("".join(f"DROP TABLE IF EXISTS {table};" for table in _TABLES))
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
_decode_stamps = msgspec.msgpack.Decoder(tuple[FileStamp, ...]).decode
_decode_environment = msgspec.msgpack.Decoder(dict[str, bytes]).decode
