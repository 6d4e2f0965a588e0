"""Finds the files of a load pipeline, with what they hold at this moment and which table each belongs to."""

from __future__ import annotations

import csv
import gzip
import os
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import blake2b
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, cast

from msgspec import Struct

from rocky_core.errors import UserError
from rocky_core.ir.load import DataFile, FileFormat
from rocky_core.ir.names import TargetName, is_identifier

_FORMATS: Final = {
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".parquet": FileFormat.PARQUET,
    ".json": FileFormat.JSON_LINES,
    ".jsonl": FileFormat.JSON_LINES,
    ".ndjson": FileFormat.JSON_LINES,
}
_COMPRESSED: Final = ".gz"
_DELIMITERS: Final = (",", ";", "\t", "|")
_HASHED_AT_ONCE: Final = 1 << 20


class FileSearch(Struct, frozen=True):
    """Where a pipeline's files are and how they are to be read; a target without a table is named by each file."""

    source_dir: str
    target: TargetName
    format: FileFormat | None = None
    delimiter: str = ","
    has_header: bool = True


class FoundFiles(Struct, frozen=True):
    """The files in the order of their names, and the names of those that are of no format that can be loaded."""

    files: tuple[DataFile, ...]
    left_out: tuple[str, ...] = ()


def find_data_files(root: Path, search: FileSearch) -> FoundFiles:
    """The files that lie directly in the folder; those whose names begin with a dot are nobody's business.

    Raises:
        UserError: the folder is not one of the project's, or cannot be read.

    """
    folder = source_folder(root, search.source_dir)
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file() and entry.name[0] != ".")
    except OSError as error:
        raise UserError(
            f"source_dir '{search.source_dir}' cannot be read: {error.strerror}",
            hint=f"create the folder, or correct source_dir; it is looked for in '{root}'",
        ) from error
    relative = PurePosixPath(os.path.relpath(folder, root.resolve()).replace(os.sep, "/"))
    formats = {name: format_of(name) for name in names}
    wanted = [name for name, found in formats.items() if found is not None and search.format in {None, found}]
    files = (_find(root, folder / name, str(relative / _shown(name)), search) for name in wanted)
    return FoundFiles(tuple(files), tuple(_shown(name) for name in names if name not in wanted))


def source_folder(root: Path, source_dir: str) -> Path:
    """The folder, which need not be there.

    Raises:
        UserError: it is not below the project's root.

    """
    folder = (root / source_dir).resolve()
    if Path(source_dir).is_absolute() or ".." in Path(source_dir).parts or not folder.is_relative_to(root.resolve()):
        raise UserError(
            f"source_dir '{source_dir}' leads out of the project",
            hint="name a folder below that of rocky.toml, without `..`",
        )
    return folder


def format_of(name: str) -> FileFormat | None:
    """What a file holds, as the ending of its name says."""
    return _FORMATS.get(Path(name.lower().removesuffix(_COMPRESSED)).suffix)


def content_hash(location: str) -> str:
    """Names the content of a file. Raises OSError."""
    digest = blake2b(digest_size=16)
    with Path(location).open("rb") as file:
        while block := file.read(_HASHED_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()


def _shown(name: str) -> str:
    """The name as text that does nothing to a terminal; what cannot be shown is replaced."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _find(root: Path, file: Path, path: str, search: FileSearch) -> DataFile:
    kind = format_of(file.name)
    assert kind is not None  # noqa: S101 — only such files are wanted
    stem = file.name[: -len(_COMPRESSED)] if file.name.lower().endswith(_COMPRESSED) else file.name
    stem = Path(stem).stem
    target = search.target if search.target.table else TargetName(search.target.catalog, search.target.schema, stem)
    if _shown(file.name) != file.name:
        return DataFile(path, path, kind, search.target, problem="its name cannot be shown as text; rename the file")
    found = DataFile(path, str(file), kind, target, delimiter=_delimiter(file.name, search))
    if not is_identifier(target.table):
        return _broken(
            found,
            f"its name would make the table '{target.table}', which is not a valid identifier (letters, digits, '_'); "
            "rename the file, or set `table` in the pipeline's target",
        )
    if not file.resolve().is_relative_to(root.resolve()):
        return _broken(found, "it is a link that leads out of the project")
    try:
        size = file.stat().st_size
        if size == 0:
            return _broken(found, "it is empty" + (": it has no header line" if kind is FileFormat.CSV else ""))
        header, has_rows = None, True
        if kind is FileFormat.CSV:
            header, has_rows, problem = _header(file, found.delimiter, has_header=search.has_header)
            if problem is not None:
                return _broken(found, problem)
        digest = content_hash(str(file))
    except FileNotFoundError:
        return _broken(found, "it was there a moment ago and is gone")
    except OSError as error:
        return _broken(found, f"it cannot be read: {error.strerror or error}")
    return DataFile(path, str(file), kind, target, size, digest, found.delimiter, header, has_rows)


def _broken(found: DataFile, problem: str) -> DataFile:
    return DataFile(found.path, found.location, found.format, found.target, problem=problem)


def _delimiter(name: str, search: FileSearch) -> str:
    is_tabbed = name.lower().removesuffix(_COMPRESSED).endswith(".tsv") and search.delimiter == ","
    return "\t" if is_tabbed else search.delimiter


def _header(file: Path, delimiter: str, *, has_header: bool) -> tuple[tuple[str, ...], bool, str | None]:
    """The columns' names (numbered ones without a header), whether rows follow, and what is wrong with the names."""
    is_compressed = file.name.lower().endswith(_COMPRESSED)
    with ExitStack() as stack:
        binary = cast("BinaryIO", stack.enter_context(file.open("rb")))
        if is_compressed:
            binary = cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=binary)))
        lines = stack.enter_context(TextIOWrapper(binary, encoding="utf-8-sig", newline=""))
        try:
            first = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
            has_rows = not has_header or bool(lines.readline())
        except UnicodeDecodeError as error:
            return (), False, f"it is not UTF-8 (byte 0x{error.object[error.start]:02x}); save it as UTF-8"
        except (csv.Error, EOFError, zlib.error) as error:
            return (), False, f"line 1: {error}"
        except (TypeError, ValueError):  # What csv says of a delimiter that it does not take.
            return (), False, f"{delimiter!r} cannot separate columns; correct csv_delimiter"
    if not has_header:
        names = tuple(f"column{index}" for index in range(len(first)))
        return names, has_rows, None if first else "line 1: it is blank"
    header = tuple(name.strip() for name in first)
    return header, has_rows, _header_problem(header, delimiter)


def _header_problem(header: Sequence[str], delimiter: str) -> str | None:
    if not any(header):
        return "line 1: it is blank, and a header is expected there"
    if len(header) == 1:
        other = next((one for one in _DELIMITERS if one != delimiter and one in header[0]), None)
        if other is not None:
            shown, wanted = ("\\t" if one == "\t" else one for one in (delimiter, other))
            return (
                f"line 1: '{header[0]}' is one column with the delimiter '{shown}'; "
                f"if the columns are separated by '{wanted}', set csv_delimiter = \"{wanted}\""
            )
    if "" in header:
        return f"line 1: column {header.index('') + 1} of the header has no name"
    folded = [name.lower() for name in header]
    twice = next((name for name in header if folded.count(name.lower()) > 1), None)
    return None if twice is None else f"line 1: the header has the column '{twice}' twice"
