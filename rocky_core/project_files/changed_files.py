"""Tells the files that are as they were from those that must be read, and reads these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from msgspec.structs import replace

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.ir.model import Model
from rocky_core.ir.strategy import Ephemeral
from rocky_core.project_files.compile_cache import Head, SharedFindings
from rocky_core.project_files.compiled_row import CompiledRow
from rocky_core.project_files.model_reader import ModelReader
from rocky_core.project_files.scan import FileStamp


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A model that was read now, with what was found wrong on the way."""

    file: str
    stamps: tuple[FileStamp, ...]
    model: Model
    input_key: bytes
    findings: tuple[Diagnostic, ...]


@dataclass(slots=True)
class Looked:
    """Every model of the project, by name: kept as it was remembered, or read; `file_of` is in the project's order."""

    file_of: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Head] = field(default_factory=dict)
    restamped: dict[str, Head] = field(default_factory=dict)  # Part of `kept`: touched, yet the same.
    read: dict[str, ReadFile] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    shared: dict[str, SharedFindings] = field(default_factory=dict)


def look_at_files(reader: ModelReader, heads: Mapping[str, Head], shared: Mapping[str, SharedFindings]) -> Looked:
    """Keep the heads of files whose stamps are the same, read the others."""
    looked = Looked()
    for file, stamps in reader.stamps():
        head = heads.get(file)
        if head is not None and head.stamps == stamps:
            if _claim(looked, head.name, file):
                looked.kept[head.name] = head
        else:
            _read(looked, reader, file, stamps, head)
    for directory in reader.scan.directories:
        stamps = tuple(found.stamp for found in directory.shared_files)
        known = shared.get(directory.directory)
        if known is None or known.stamps != stamps:
            known = looked.shared[directory.directory] = SharedFindings(stamps, reader.shared_findings(directory))
        looked.findings.extend(known.diagnostics)
    return looked


def input_key(model: Model, findings: tuple[Diagnostic, ...]) -> bytes:
    """Equal keys mean that a file, though touched, says the same."""
    return blake2b(repr((model, findings)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def head_of(read: ReadFile, row: CompiledRow) -> Head:
    """What the next compile needs of a model that was compiled now."""
    model, budget = read.model, read.model.budget
    return Head(
        file=read.file,
        name=model.name,
        stamps=read.stamps,
        input_key=read.input_key,
        target=(model.target.catalog, model.target.schema, model.target.table),
        declared=model.depends_on,
        reads_models=row.reads_models,
        reads_tables=row.reads_tables,
        schema_key=row.schema_key,
        column_count=row.column_count,
        is_ephemeral=isinstance(model.strategy, Ephemeral),
        has_star=row.has_star,
        has_cost_budget=budget is not None and (budget.max_usd is not None or budget.max_bytes_scanned is not None),
    )


def recompiled_head(head: Head, row: CompiledRow) -> Head:
    """The head of a model whose files are as they were but which was compiled again."""
    return replace(
        head,
        reads_models=row.reads_models,
        reads_tables=row.reads_tables,
        schema_key=row.schema_key,
        column_count=row.column_count,
        has_star=row.has_star,
    )


def _read(looked: Looked, reader: ModelReader, file: str, stamps: tuple[FileStamp, ...], head: Head | None) -> None:
    read = reader.read(file)
    model = read.value
    if model is None:
        looked.findings.extend(read.diagnostics)
    elif _claim(looked, model.name, file):
        key = input_key(model, read.diagnostics)
        if head is not None and head.input_key == key:
            looked.kept[model.name] = looked.restamped[model.name] = replace(head, stamps=stamps)
        else:
            looked.read[model.name] = ReadFile(file, stamps, model, key, read.diagnostics)


def _claim(looked: Looked, name: str, file: str) -> bool:
    """Whether the file is the first to give this name; a second one is a finding and left out."""
    first = looked.file_of.setdefault(name, file)
    if first == file:
        return True
    looked.findings.append(
        codes.E051.found(
            model=name,
            message=f"model name '{name}' is already taken by '{first}'",
            span=Span(file, 1, 1),
            suggestion="Rename one of the two files, or give one a different `name` in its sidecar.",
        )
    )
    return False
