"""A Rocky project as Dagster's side sees it: opened and compiled once, its models as props."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dagster_rocky.props import ColumnProps, PartitionProps, RockyCheckProps, RockyModelProps
from dagster_rocky.sources import SourceKeys, source_keys
from rocky_core.api import Compilation, Project, ProjectOptions, open_project
from rocky_core.diagnostics.diagnostic import Diagnostic, Severity
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.lineage import ColumnRef
from rocky_core.ir.names import TargetName
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.project import CompiledModel
from rocky_core.ir.strategy import Ephemeral, Microbatch, Strategy, TimeInterval, strategy_name
from rocky_core.orchestration import ModelPipeline, checks_of_models, model_pipelines

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
                connection_settings=CONNECTION_SETTINGS,
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
        models = self.compilation.project.models
        return model_pipelines(self.opened, {name: models[name].model.file for name in models})

    @cached_property
    def pipeline_of(self) -> Mapping[str, str]:
        """The pipeline that builds each model, the first that names it."""
        found: dict[str, str] = {}
        for pipeline in self.pipelines:
            for model in pipeline.models:
                found.setdefault(model, pipeline.name)
        return found

    @cached_property
    def props(self) -> Mapping[str, RockyModelProps]:
        """The facts of every model that is stored somewhere, in the order of the files."""
        return {props.name: props for props in model_props(self)}


def model_props(project: RockyProject) -> Iterator[RockyModelProps]:
    """The facts of every model but the ephemeral ones, which their readers look through."""
    compilation = project.compilation
    models = compilation.project.models
    checks = _checks(project, compilation)
    found = _Findings(compilation.diagnostics)
    through = _Through(models, compilation.project.order)
    for name, compiled in models.items():
        if not isinstance(compiled.model.strategy, Ephemeral):
            yield _props(project, compiled, through, found, checks.get(name, ()))


class _Findings:
    """Errors and warnings by model."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.errors: dict[str, list[str]] = {}
        self.warnings: dict[str, list[str]] = {}
        for one in diagnostics:
            if one.is_error:
                self.errors.setdefault(one.model, []).append(_told(one))
            elif one.severity is Severity.WARNING:
                self.warnings.setdefault(one.model, []).append(_told(one))


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


def _props(
    project: RockyProject,
    compiled: CompiledModel,
    through: _Through,
    found: _Findings,
    checks: tuple[PlannedCheck, ...],
) -> RockyModelProps:
    compilation = project.compilation
    model, facts = compiled.model, compiled.facts
    dialect = compilation.dialect_of(model.name)
    parents: dict[str, dict[ColumnRef, None]] = {}
    for edge in facts.edges:
        parents.setdefault(edge.target.column, {}).update(dict.fromkeys(through.parents(edge.source)))
    depends_on, reads_tables = through.upstream(compiled)
    models = compilation.project.models
    return RockyModelProps(
        name=model.name,
        target=_parts(model.target),
        strategy=strategy_name(model.strategy),
        warehouse=dialect.name,
        file=compilation.root / model.file,
        recipe_hash=facts.recipe_hash,
        description=model.intent,
        group=model.group or model.target.schema,
        tags=model.tags,
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
        targets={name: _parts(models[name].model.target) for name in depends_on},
        errors=tuple(found.errors.get(model.name, ())),
        warnings=tuple(found.warnings.get(model.name, ())),
        pipeline=project.pipeline_of.get(model.name),
        checks=tuple(_check(check) for check in checks),
        partitions=_partitions(model.strategy),
        max_lag_seconds=None if model.freshness is None else model.freshness.max_lag_seconds,
        meta=model.meta,
        sources=source_keys(reads_tables, project.sources),
    )


def _checks(project: RockyProject, compilation: Compilation) -> Mapping[str, tuple[PlannedCheck, ...]]:
    found: dict[str, tuple[PlannedCheck, ...]] = {}
    for pipeline in project.pipelines:
        own = [name for name in pipeline.models if project.pipeline_of[name] == pipeline.name]
        found.update(checks_of_models(project.opened, compilation, pipeline.name, own))
    return found


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
