"""A Rocky project as Dagster's side sees it: opened and compiled once, its models as props."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dagster_rocky.connections import connect_with
from dagster_rocky.kept_props import decode_props, encode_props, props_key
from dagster_rocky.promises import judged, promises_of
from dagster_rocky.props import ColumnProps, PartitionProps, RockyCheckProps, RockyModelProps
from dagster_rocky.sources import SourceKeys, source_keys
from dagster_rocky.state_resources import StateResource
from rocky_core.api import Compilation, Project, ProjectOptions, open_project
from rocky_core.diagnostics.diagnostic import Diagnostic, Severity
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.lineage import ColumnRef
from rocky_core.ir.names import TargetName
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.project import CompiledModel
from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import Ephemeral, Microbatch, Strategy, TimeInterval, strategy_name
from rocky_core.orchestration import ModelPipeline, RemoteState, checks_of_models, model_pipelines
from rocky_core.ports.clock import Clock
from rocky_core.state.record_store import RecordStore

# What DuckDBResource of dagster-duckdb opens its files with: two connections of one process must agree.
CONNECTION_SETTINGS: Final = MappingProxyType({"custom_user_agent": "dagster"})


@dataclass(frozen=True)
class RockyProject:
    """The project in a folder; nothing is read before it is asked for, and then once."""

    project_dir: Path
    models_dir: Path | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    environment: str | None = None
    state_path: Path | None = None
    state: StateResource | None = field(default=None, compare=False)  # Where it is kept instead of in a file.
    connections: Mapping[str, Any] = field(  # Resources of Dagster that adapters connect with, by adapter.
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )
    with_seed: bool = False
    sources: SourceKeys = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, project: RockyProject | str | Path, **options: Any) -> RockyProject:
        """The project itself, or the one in a folder."""
        return project if isinstance(project, RockyProject) else cls(Path(project).resolve(), **options)

    @cached_property
    def opened(self) -> Project:
        return open_project(
            ProjectOptions(
                config_file=self.project_dir / "rocky.toml",
                models_dir=self.models_dir,
                variables=self.variables,
                state_path=self.state_path,
                with_seed=self.with_seed,
                remote_state=None if self.state is None else _opener(self.state),
                connection_settings=CONNECTION_SETTINGS,
                connections={name: connect_with(name, resource) for name, resource in self.connections.items()},
            )
        )

    @cached_property
    def compilation(self) -> Compilation:
        """The compiled project.

        Raises:
            UserError: it cannot be compiled at all.

        """
        return self.opened.compile()

    @cached_property
    def pipelines(self) -> tuple[ModelPipeline, ...]:
        """The pipelines that build models."""
        return model_pipelines(self.opened)

    @cached_property
    def pipeline_of(self) -> Mapping[str, str]:
        """The pipeline that builds each model."""
        return {name: props.pipeline for name, props in self.props.items() if props.pipeline is not None}

    @cached_property
    def props(self) -> Mapping[str, RockyModelProps]:
        """The facts of every model that is stored somewhere, in the order of the files."""
        return {props.name: props for props in model_props(self)}


def _opener(state: StateResource) -> RemoteState:
    """Opens the state; the values of environment variables are looked up then, not when definitions are loaded."""

    def opened(clock: Clock) -> RecordStore:
        return state.resolved().place()(clock)

    return opened


def model_props(project: RockyProject) -> Iterator[RockyModelProps]:
    """The facts of every model but the ephemeral ones, which their readers look through.

    What is known of models that have not changed is taken from the compile cache.
    """
    compilation = project.compilation
    key = props_key(repr((project.opened.config.pipelines, project.opened.config.masks(None))))
    kept = decode_props(compilation.files.derived(key), compilation.root)
    found = _Findings(compilation.diagnostics)
    made: dict[str, RockyModelProps] = {}
    maker = _PropsMaker(project)
    for name in compilation.project.models:
        props = kept.get(name)
        if props is None:
            props = made[name] = maker.make(name)
        if props.is_stored:
            yield (
                replace(
                    props,
                    errors=tuple(found.errors.get(name, ())),
                    warnings=tuple(found.warnings.get(name, ())),
                    promises=judged(props.promises, found.of(name)),
                    sources=source_keys(props.reads_tables, project.sources),
                )
                if name in found.errors or name in found.warnings or project.sources
                else props
            )
    if made:
        lasting = {name: props for name, props in made.items() if maker.is_lasting(name)}
        compilation.files.keep_derived(key, encode_props(lasting, compilation.root))


class _Findings:
    """Errors and warnings by model."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.errors: dict[str, list[str]] = {}
        self.warnings: dict[str, list[str]] = {}
        self._all: dict[str, list[tuple[Diagnostic, str]]] = {}
        for one in diagnostics:
            told = _told(one)
            self._all.setdefault(one.model, []).append((one, told))
            if one.is_error:
                self.errors.setdefault(one.model, []).append(told)
            elif one.severity is Severity.WARNING:
                self.warnings.setdefault(one.model, []).append(told)

    def of(self, model: str) -> Iterable[tuple[Diagnostic, str]]:
        """All that was found about a model, and how it is told."""
        return self._all.get(model, ())


class _Through:
    """What models depend on once ephemeral ones are looked through."""

    def __init__(self, models: Mapping[str, CompiledModel], order: Iterable[str]) -> None:
        self._models = models
        self._places = {name: place for place, name in enumerate(order)}

    def upstream(self, compiled: CompiledModel) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The stored models and the external tables that are read."""
        models: dict[str, None] = {}
        tables = dict.fromkeys(compiled.facts.reads_tables)
        waiting, seen = list(compiled.depends_on), {compiled.model.name}
        while waiting:
            name = waiting.pop(0)
            if name in seen or name not in self._models:
                continue
            seen.add(name)
            read = self._models[name]
            if isinstance(read.model.strategy, Ephemeral):
                waiting.extend(read.depends_on)
                tables.update(dict.fromkeys(read.facts.reads_tables))
            else:
                models[name] = None
        # Dagster knows no circles, so they are cut open here; the compiler's error tells of them.
        earlier = (name for name in models if self._places[name] < self._places[compiled.model.name])
        return tuple(earlier), tuple(tables)

    def parents(self, ref: ColumnRef, seen: frozenset[ColumnRef] = frozenset()) -> tuple[ColumnRef, ...]:
        """The stored columns that a column is made of, itself if it is stored."""
        read = self._models.get(ref.model) if ref.model in self._models else None
        if read is None or not isinstance(read.model.strategy, Ephemeral):
            return (ref,)
        if ref in seen:
            return ()
        edges = (edge.source for edge in read.facts.edges if edge.target.column == ref.column)
        found = (parent for edge in edges for parent in self.parents(edge, seen | {ref}))
        return tuple(dict.fromkeys(found))


class _PropsMaker:
    """Makes the props of models that are not remembered."""

    def __init__(self, project: RockyProject) -> None:
        self._project = project
        self._models = project.compilation.project.models
        self._through = _Through(self._models, project.compilation.project.order)

    def is_lasting(self, name: str) -> bool:
        """Whether the props hold as long as the model is not compiled again; columns that pass through do not."""
        reads = self._models[name].depends_on
        return not any(
            isinstance(self._models[read].model.strategy, Ephemeral) for read in reads if read in self._models
        )

    def make(self, name: str) -> RockyModelProps:
        """The facts of one model, without the findings about it."""
        compilation, compiled = self._project.compilation, self._models[name]
        model, facts = compiled.model, compiled.facts
        dialect = compilation.dialect_of(name)
        parents: dict[str, dict[ColumnRef, None]] = {}
        for edge in facts.edges:
            parents.setdefault(edge.target.column, {}).update(dict.fromkeys(self._through.parents(edge.source)))
        depends_on, reads_tables = self._through.upstream(compiled)
        pipeline = next((one.name for one in self._project.pipelines if one.builds(model.file)), None)
        checks = self._checks(name, pipeline)
        return RockyModelProps(
            name=name,
            target=_parts(model.target),
            strategy=strategy_name(model.strategy),
            warehouse=dialect.name,
            file=compilation.root / model.file,
            recipe_hash=facts.recipe_hash,
            description=model.intent,
            group=model.group or model.target.schema,
            tags=dict(model.tags),
            columns=tuple(
                ColumnProps(
                    column.name,
                    dialect.spell_type(column.data_type),
                    column.nullable,
                    model.column_descriptions.get(column.name),
                    tuple(parents.get(column.name, ())),
                )
                for column in facts.columns
            ),
            depends_on=depends_on,
            reads_tables=reads_tables,
            targets={read: _parts(self._models[read].model.target) for read in depends_on},
            pipeline=pipeline,
            checks=checks,
            promises=tuple(promises_of(model.contract)) if facts.parsed else (),
            anomaly_threshold=self._anomaly_threshold(pipeline, checks),
            partitions=_partitions(model.strategy),
            max_lag_seconds=None if model.freshness is None else model.freshness.max_lag_seconds,
            meta=dict(model.meta),
        )

    def _checks(self, name: str, pipeline: str | None) -> tuple[RockyCheckProps, ...]:
        if pipeline is None or isinstance(self._models[name].model.strategy, Ephemeral):
            return ()
        found = checks_of_models(self._project.opened, self._project.compilation, pipeline, (name,))
        return tuple(_check(check) for check in found[name])

    def _anomaly_threshold(self, pipeline: str | None, checks: Iterable[RockyCheckProps]) -> float | None:
        """Per cent by which a count of rows stands out, where rows are counted."""
        if pipeline is None or all(check.kind != "row_count" for check in checks):
            return None
        return self._project.opened.config.pipelines[pipeline].checks.anomaly_threshold_pct


def _check(check: PlannedCheck) -> RockyCheckProps:
    return RockyCheckProps(check.name, check.kind, check.severity is CheckSeverity.ERROR, check.column, check.statement)


def _partitions(strategy: Strategy) -> PartitionProps | None:
    match strategy:
        case TimeInterval():
            return PartitionProps(strategy.granularity, strategy.first_partition)
        case Microbatch():
            return PartitionProps(strategy.granularity, None)
        case _:
            return None


def _parts(target: TargetName) -> tuple[str, ...]:
    return tuple(part for part in (target.catalog, target.schema, target.table) if part)


def _told(error: Diagnostic) -> str:
    place = f"{error.span.file}:{error.span.line}:{error.span.col}: " if error.span is not None else ""
    return f"{place}{error.code} {error.message}"
