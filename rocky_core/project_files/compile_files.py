"""Compiles a project from its files, reading and compiling only what changed since the cache was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import Struct

from rocky_core.compiler.analyse_models import analyse_models
from rocky_core.compiler.assemble_project import assemble_project
from rocky_core.compiler.catalog import Catalog
from rocky_core.compiler.reading_order import Readable, guess_dependencies
from rocky_core.compiler.resolve_dependencies import ResolvedGraph
from rocky_core.compiler.reuse import recompile_stale, renamed_readers
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.dialects.base import Dialect
from rocky_core.errors import CacheUnreadable, CompileFailed
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.outline import ModelOutline
from rocky_core.ir.project import CompiledModel, CompiledProject, ProjectSource
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import RelationSchema
from rocky_core.project_files.changed_files import Looked, head_of, look_at_files, recompiled_head
from rocky_core.project_files.compile_cache import CompileCache, Entry, Head, Update
from rocky_core.project_files.compile_workers import WorkerFailed, compile_in_this_process, layer_compiler
from rocky_core.project_files.compiled_row import CompiledRow, LoadedModel, decode_schema
from rocky_core.project_files.facts_codec import decode_diagnostics, decode_facts
from rocky_core.project_files.lazy_models import LazyModels
from rocky_core.project_files.model_reader import ModelReader

# Past this many stale models and this share, compiling everything on all cores is quicker than deciding one by one.
_FEWEST_THAT_ARE_EVERYTHING: Final = 400
_SHARE_THAT_IS_EVERYTHING: Final = 0.3

RenderDetail = Callable[[Model, ModelFacts], bytes]
"""The model's part of the published JSON."""


class FilesToCompile(Struct, frozen=True):
    """A project as it lies on disk; `source` holds everything but the models, which `reader` reads one by one."""

    reader: ModelReader
    source: ProjectSource
    dialect: Dialect
    setup_key: bytes  # Equal keys mean that an unchanged file compiles to the same row.
    cache_file: Path | None
    render_detail: RenderDetail
    dialect_of: Callable[[Model], Dialect] | None = None  # Of models that are not all written in `dialect`.


class CompiledFiles(Struct, frozen=True):
    """The compiled project; its models are loaded when asked for, their published JSON is at hand."""

    project: CompiledProject
    details: Mapping[str, bytes]  # by model, in the order of the files
    column_counts: Mapping[str, int]
    compiled: int  # How many models were compiled now; the others were kept.
    cache: CompileCache | None = None

    def derived(self, key: bytes) -> Mapping[str, bytes]:
        """What `keep_derived` kept under the key, of models that are as they were then."""
        if self.cache is None:
            return {}
        try:
            return self.cache.derived(key)
        except CacheUnreadable:
            return {}

    def keep_derived(self, key: bytes, values: Mapping[str, bytes]) -> None:
        """Keep what was made of single models, by name, until they are compiled again."""
        if self.cache is not None:
            self.cache.keep_derived(key, values)


def compile_files(files: FilesToCompile) -> CompiledFiles:
    """Compile with the cache where there is a usable one, else without."""
    if files.cache_file is None:
        return _compile(files, None)
    try:
        cache = CompileCache(files.cache_file)
    except CacheUnreadable:
        return _compile(files, None)
    try:
        return _compile(files, cache)
    except CacheUnreadable:
        cache.forget()
        return _compile(files, cache)


def _compile(files: FilesToCompile, cache: CompileCache | None) -> CompiledFiles:
    remembered = cache.remembered(files.setup_key, files.reader.environment) if cache is not None else None
    heads = remembered.heads if remembered is not None else {}
    shared = remembered.shared if remembered is not None else {}
    looked = look_at_files(files.reader, heads, shared, files.dialect.name)
    work = _Work(files, looked, cache, {head.name: head for head in heads.values()})
    rows = work.compile_stale()
    entries = work.entries_of(rows)
    gone = tuple(heads.keys() - looked.file_of.values())
    if cache is not None and (entries or gone or looked.shared):
        asked = files.reader.environment.asked | (remembered.environment if remembered is not None else frozenset())
        cache.store(files.setup_key, work.update_of(entries, gone, asked))
    return work.finish(rows, {entry.head.name: entry.head for entry in entries})


class _Named(NamedTuple):
    """A model as its readers can name it."""

    name: str
    target: TargetName


class _Work:
    """One compile in progress: what was looked at, and where what is not compiled now is loaded from."""

    def __init__(
        self, files: FilesToCompile, looked: Looked, cache: CompileCache | None, before: Mapping[str, Head]
    ) -> None:
        self._files = files
        self._before = before
        self._looked = looked
        self._cache = cache
        self._loaded = {name: LoadedModel(read.model, read.findings) for name, read in looked.read.items()}
        self._accepted = cache.accepted_schemas() if cache is not None else {}

    def compile_stale(self) -> Mapping[str, CompiledRow]:
        """Compile what was read, and of what was kept as much as the changes reach."""
        looked, before = self._looked, self._before
        targets = {name: self._target_of(name) for name in looked.file_of}
        moved = renamed_readers(looked.kept, {name: head.target for name, head in before.items()}, targets)
        stale = looked.read.keys() | (moved & looked.kept.keys())
        if not stale:
            return {}
        named = [_Named(name, TargetName(*target)) for name, target in targets.items()]
        source = self._files.source
        catalog = Catalog(named, source.source_schemas, self._files.dialect, source.recalled_schemas)
        if not before or len(stale) > max(_FEWEST_THAT_ARE_EVERYTHING, _SHARE_THAT_IS_EVERYTHING * len(targets)):
            return self._compile_everything(catalog)
        for name, head in looked.kept.items():
            catalog.add_lazily(name, partial(self._load_schema, name, head.file))
        guessed = guess_dependencies(
            (_readable(read.model) for read in looked.read.values()),
            ((name, target[2]) for name, target in targets.items()),
        )
        # Kept schemas are read from the cache when asked for, and a database must not be used across a fork.
        with compile_in_this_process(catalog, self._compile_one) as compile_layer:
            return recompile_stale(stale, before, guessed, compile_layer)

    def entries_of(self, rows: Mapping[str, CompiledRow]) -> tuple[Entry, ...]:
        """What is to be remembered of this compile."""
        looked = self._looked
        entries: list[Entry] = []
        for name, row in rows.items():
            read = looked.read.get(name)
            if read is not None:
                entries.append(Entry(head_of(read, row), row))
            else:
                entries.append(Entry(recompiled_head(looked.kept[name], row), row))
        before = self._before
        entries.extend(
            Entry(head, None) for name, head in looked.kept.items() if name not in rows and head is not before.get(name)
        )
        return tuple(entries)

    def update_of(self, entries: tuple[Entry, ...], gone: tuple[str, ...], asked: Iterable[str]) -> Update:
        """The entries and everything else that the next compile wants to find."""
        accepted = {
            entry.head.name: entry.row.schema
            for entry in entries
            if entry.row is not None
            and not entry.row.has_errors
            and _forbids_new_nullable(self._load(entry.head.name).model)
        }
        environment = {name: self._files.reader.environment.get(name) for name in asked}
        return Update(entries, gone, self._looked.shared, accepted, environment)

    def finish(self, rows: Mapping[str, CompiledRow], new_heads: Mapping[str, Head]) -> CompiledFiles:
        """Join what was made and what was kept into one project."""
        looked = self._looked
        heads = {name: new_heads.get(name) or looked.kept[name] for name in looked.file_of}
        outlines = {name: _outline_of(head) for name, head in heads.items()}
        kept_findings = self._cache.all_diagnostics() if self._cache is not None and len(rows) < len(heads) else {}
        found = {
            name: _findings_of(rows[name]) if name in rows else kept_findings.get(head.file, ())
            for name, head in heads.items()
        }
        kept_details = self._cache.all_details() if self._cache is not None and len(rows) < len(heads) else {}
        details = {name: rows[name].detail if name in rows else kept_details[head.file] for name, head in heads.items()}
        source = replace(self._files.source, findings=(*self._files.source.findings, *looked.findings))

        def load_facts(name: str) -> ModelFacts:
            if name in rows:
                return decode_facts(rows[name].facts)
            try:
                return self._recall().facts(heads[name].file)
            except CacheUnreadable:
                return self._compiled_afresh.models[name].facts

        def link_models(graph: ResolvedGraph) -> Mapping[str, CompiledModel]:
            return LazyModels(graph.depends_on, lambda name: self._load(name).model, load_facts)

        project = assemble_project(outlines, link_models, found, source, self._files.dialect)
        counts = {name: head.column_count for name, head in heads.items()}
        return CompiledFiles(project, details, counts, len(rows), self._cache)

    def _compile_everything(self, catalog: Catalog) -> Mapping[str, CompiledRow]:
        models = [self._load(name).model for name in self._looked.file_of]
        try:
            with layer_compiler(catalog, self._compile_one, len(models)) as compile_layer:
                return analyse_models(map(_readable, models), compile_layer)
        except WorkerFailed:
            # Whatever ended a worker (a kill, the memory of the machine) must not end the compile.
            with compile_in_this_process(catalog, self._compile_one) as compile_layer:
                return analyse_models(map(_readable, models), compile_layer)

    def _compile_one(self, name: str, catalog: Catalog) -> tuple[CompiledRow, RelationSchema]:
        # The SQL parser is loaded by the first model that must be compiled.
        from rocky_core.project_files.compile_row import compile_row  # noqa: PLC0415 — keeps start-up light

        accepted = self._accepted.get(name)
        columns = decode_schema(name, accepted).columns if accepted is not None else None
        return compile_row(self._load(name), self._files, catalog, columns)

    def _load(self, name: str) -> LoadedModel:
        """A model that was read now, or that is read again because more of it is needed than is remembered."""
        loaded = self._loaded.get(name)
        if loaded is None:
            file = self._looked.file_of[name]
            read = self._files.reader.read(file)
            if read.value is None or read.value.name != name:
                raise CompileFailed(f"{file} changed while the project was compiled", hint="Run the command again.")
            loaded = self._loaded[name] = LoadedModel(read.value, read.diagnostics)
        return loaded

    @cached_property
    def _compiled_afresh(self) -> CompiledProject:
        """The same project without the cache, for when the cache turns out to be damaged after it was used."""
        return _compile(self._files, None).project

    def _load_schema(self, name: str, file: str) -> RelationSchema:
        return decode_schema(name, self._recall().schema(file))

    def _recall(self) -> CompileCache:
        if self._cache is None:
            raise CacheUnreadable("a model is remembered, but there is no cache")
        return self._cache

    def _target_of(self, name: str) -> tuple[str, str, str]:
        kept = self._looked.kept.get(name)
        if kept is not None:
            return kept.target
        target = self._looked.read[name].model.target
        return (target.catalog, target.schema, target.table)


def _readable(model: Model) -> Readable:
    return Readable(model.name, model.target.table, model.source.sql, model.depends_on)


def _findings_of(row: CompiledRow) -> tuple[Diagnostic, ...]:
    return decode_diagnostics(row.diagnostics) if row.diagnostics is not None else ()


def _outline_of(head: Head) -> ModelOutline:
    return ModelOutline(
        head.name,
        head.file,
        TargetName(*head.target),
        head.is_ephemeral,
        head.has_star,
        head.has_cost_budget,
        head.declared,
        head.reads_models,
    )


def _forbids_new_nullable(model: Model) -> bool:
    return model.contract is not None and model.contract.no_new_nullable
