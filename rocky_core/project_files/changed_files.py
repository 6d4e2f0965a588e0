"""Tells the files that are as they were from those that must be read, and reads these."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from msgspec import Struct, field

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.model import Model
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import Ephemeral
from rocky_core.project_files.compile_cache import Head, SharedFindings
from rocky_core.project_files.compiled_row import CompiledRow
from rocky_core.project_files.model_reader import ModelFiles, ModelReader
from rocky_core.project_files.name_clashes import case_clash, name_taken
from rocky_core.project_files.scan import FileStamp


class ReadFile(Struct, frozen=True):
    """A model that was read now, with what was found wrong on the way."""

    file: str
    stamps: tuple[FileStamp, ...]
    model: Model
    input_key: bytes
    findings: tuple[Diagnostic, ...]

    @property
    def name(self) -> str:
        return self.model.name


class Looked(Struct):
    """Every model of the project, by name: kept as it was remembered, or read; `file_of` is in the project's order."""

    file_of: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Head] = field(default_factory=dict)
    read: dict[str, ReadFile] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    shared: dict[str, SharedFindings] = field(default_factory=dict)


def look_at_files(
    reader: ModelReader, heads: Mapping[str, Head], shared: Mapping[str, SharedFindings], dialect_name: str
) -> Looked:
    """Keep the heads of files whose stamps are the same, read the others."""
    looked = Looked()
    folded: dict[str, str] = {}
    for directory in reader.scan.directories:
        seen = [_look(looked, reader, place, heads.get(place.file)) for place in reader.files_of(directory)]
        for found in sorted((found for found in seen if found is not None), key=_listing_order):
            _claim(looked, reader, found, folded, dialect_name)
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


def _look(looked: Looked, reader: ModelReader, files: ModelFiles, head: Head | None) -> Head | ReadFile | None:
    """The remembered head if nothing has changed, else what the file says now; None if it cannot be read."""
    if head is not None and head.stamps == files.stamps:
        return head
    read = reader.read(files.file)
    model = read.value
    if model is None:
        looked.findings.extend(read.diagnostics)
        return None
    key = input_key(model, read.diagnostics)
    if head is not None and head.input_key == key:
        return replace(head, stamps=files.stamps)
    return ReadFile(files.file, files.stamps, model, key, read.diagnostics)


def _listing_order(found: Head | ReadFile) -> tuple[bool, str]:
    """SQL models first, then `.rocky` ones, each by name."""
    return (found.file.endswith(".rocky"), found.name)


def _claim(
    looked: Looked, reader: ModelReader, found: Head | ReadFile, folded: dict[str, str], dialect_name: str
) -> None:
    """Give the name to the first file that has it; a second one is a finding and left out."""
    name = found.name
    first = looked.file_of.setdefault(name, found.file)
    if first != found.file:
        if (model := _model_of(reader, found)) is not None:
            looked.findings.append(name_taken(model, first))
        return
    similar = folded.setdefault(name.lower(), name)
    if similar != name and (model := _model_of(reader, found)) is not None:
        looked.findings.append(case_clash(model, similar, looked.file_of[similar], dialect_name))
    if isinstance(found, ReadFile):
        looked.read[name] = found
    else:
        looked.kept[name] = found


def _model_of(reader: ModelReader, found: Head | ReadFile) -> Model | None:
    return found.model if isinstance(found, ReadFile) else reader.read(found.file).value
