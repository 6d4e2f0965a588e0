"""Reads seed files: which there are, and which types their columns have."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.config.sidecar import SeedFile
from rocky_core.config.toml_document import parse_toml
from rocky_core.config.validation import validate
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.project_files.read_text import find_file, read_text

SAMPLED_ROWS: Final = 1000

_DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TIMESTAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BIGGEST: Final = 2**63


class Seed(Struct, frozen=True):
    """One seed file; the types are `BOOLEAN`, `BIGINT`, `DOUBLE`, `TIMESTAMP`, `STRING` or as its sidecar says."""

    name: str
    file: str
    target: TargetName | None
    columns: tuple[tuple[str, str], ...]
    pre_hook: tuple[str, ...] = ()
    post_hook: tuple[str, ...] = ()
    strategy: str = "drop_and_recreate"
    column_types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def seed_names(directory: Path) -> frozenset[str]:
    """The names that models may depend on, from the file names alone."""
    return frozenset(name.rsplit(".", 1)[0] for name in _seed_files(directory))


def read_seeds(directory: Path, root: str) -> Checked[tuple[Seed, ...]]:
    """Every seed of a folder, sorted by file; a folder that is not there holds none."""
    seeds: list[Seed] = []
    found: list[Diagnostic] = []
    relative = os.path.relpath(directory, root).replace(os.sep, "/")
    for name in _seed_files(directory):
        read = _read_seed(root, f"{relative}/{name}")
        found += read.diagnostics
        if read.value is not None:
            seeds.append(read.value)
    return Checked(tuple(seeds), tuple(found))


def infer_types(header: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """The narrowest type that every sampled, non-empty cell of a column fits."""
    seen: list[set[str]] = [set() for _ in header]
    for row in islice(rows, SAMPLED_ROWS):
        for index, cell in enumerate(row[: len(header)]):
            if cell:
                seen[index].add(_type_of(cell))
    return tuple((name, _common(kinds)) for name, kinds in zip(header, seen, strict=True))


def _type_of(cell: str) -> str:
    if cell.lower() in {"true", "false"}:
        return "BOOLEAN"
    if _INTEGER.fullmatch(cell) and -_BIGGEST <= int(cell) < _BIGGEST:
        return "BIGINT"
    if _NUMBER.fullmatch(cell):
        return "DOUBLE"
    return "TIMESTAMP" if _TIMESTAMP.match(cell) else "STRING"


def _common(kinds: set[str]) -> str:
    if len(kinds) == 1:
        return next(iter(kinds))
    return "DOUBLE" if kinds == {"BIGINT", "DOUBLE"} else "STRING"


def _seed_files(directory: Path) -> list[str]:
    try:
        names = os.listdir(directory)  # noqa: PTH208 — only the names are needed
    except OSError:
        return []
    return sorted(name for name in names if Path(name).suffix in _DELIMITERS)


def _read_seed(root: str, file: str) -> Checked[Seed | None]:
    ending = Path(file).suffix
    stem = file.removesuffix(ending)
    own_name = stem.rpartition("/")[2]
    sidecar = _read_sidecar(root, f"{stem}.toml", own_name)
    table = _read_table(root, file, _DELIMITERS[ending], own_name)
    found = (*sidecar.diagnostics, *table.diagnostics)
    if sidecar.value is None or table.value is None:
        return Checked(None, found)
    settings = sidecar.value
    name = settings.name or own_name
    if not is_identifier(name):
        message = f"seed name '{name}' is not a valid identifier: only letters, digits and '_'"
        return Checked(None, (*found, codes.E050.found(model=name, message=message, span=Span(file, 1, 1))))
    target = settings.target
    columns = tuple((column, settings.column_types.get(column, kind)) for column, kind in table.value)
    return Checked(
        Seed(
            name=name,
            file=file,
            target=None
            if target is None
            else TargetName(target.catalog or "", target.schema_name, target.table or name),
            columns=columns,
            pre_hook=settings.pre_hook,
            post_hook=settings.post_hook,
            strategy=settings.strategy,
            column_types=MappingProxyType(settings.column_types),
        ),
        found,
    )


def _read_sidecar(root: str, file: str, model: str) -> Checked[SeedFile | None]:
    found = find_file(root, file)
    if found is None:
        return Checked(SeedFile())
    text = read_text(root, found, model)
    if text.value is None:
        return Checked(None, text.diagnostics)
    parsed = parse_toml(text.value, file, model=model)
    if parsed.value is None:
        return Checked(None, parsed.diagnostics)
    checked = validate(SeedFile, parsed.value.data, parsed.value)
    return Checked(checked.value, (*parsed.diagnostics, *checked.diagnostics))


def _read_table(root: str, file: str, delimiter: str, model: str) -> Checked[tuple[tuple[str, str], ...] | None]:
    """The header and the types of a sample; a seed may be larger than any file that is read whole."""
    try:
        with Path(root, file).open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            header = next(rows, [])
            columns = infer_types(header, rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"seed '{file}' cannot be read: {reason}"
        return Checked(None, (codes.E054.found(model=model, message=message, span=Span(file, 1, 1)),))
    problem = _header_problem(header)
    if problem is not None:
        message = f"seed '{file}' {problem}"
        return Checked(None, (codes.E050.found(model=model, message=message, span=Span(file, 1, 1)),))
    return Checked(columns)


def _header_problem(header: Sequence[str]) -> str | None:
    if not header:
        return "is empty: it needs a header line"
    wrong = next((name for name in header if not is_identifier(name)), None)
    if wrong is not None:
        return f"has the column '{wrong}', which is not a valid identifier"
    folded = [name.lower() for name in header]
    twice = next((name for name in header if folded.count(name.lower()) > 1), None)
    return None if twice is None else f"has the column '{twice}' twice"
