"""The facade that the command line and Dagster use: open a project, compile it, ask about it, test it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import TYPE_CHECKING

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dialects.registry import DIALECT_NAMES, SHORT_NAMES, dialect_named
from rocky_core.errors import CompileFailed, ConfigInvalid, NoModels, UserError
from rocky_core.ir.trace import LineageIndex, index_lineage

if TYPE_CHECKING:  # The engine is imported when a project is compiled, not when the facade is.
    import msgspec

    from rocky_core.config.rocky_toml import RockyConfig
    from rocky_core.diagnostics.diagnostic import Diagnostic
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.statements.rendered import Rendered
    from rocky_core.execution.build_models import SeedData
    from rocky_core.execution.load_seeds import SeedOutcome
    from rocky_core.execution.plan_run import PlannedRun
    from rocky_core.execution.run_options import RunOptions, Site
    from rocky_core.execution.run_tests import TestReport
    from rocky_core.ir.facts import ModelFacts
    from rocky_core.ir.model import Model
    from rocky_core.ir.project import CompiledModel, CompiledProject
    from rocky_core.ir.run import RunEvent
    from rocky_core.ir.schema import SourceSchemas
    from rocky_core.planning.model_queries import ModelQueries
    from rocky_core.project_files.compile_files import CompiledFiles
    from rocky_core.project_files.model_dialects import ModelDialects
    from rocky_core.results.dag import DagAnswer
    from rocky_core.results.validation import ValidateAnswer


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """Which project, and how to read it; the models are beside rocky.toml unless `models_dir` says otherwise."""

    config_file: Path = Path("rocky.toml")
    models_dir: Path | None = None
    contracts_dir: Path | None = None
    seeds_dir: Path | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    with_seed: bool = False
    target_dialect: str | None = None  # Report SQL that this warehouse does not know; long or short name.
    use_cache: bool = True
    state_path: Path | None = None
    state_namespace: str | None = None
    connection_settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # Of DuckDB.

    @property
    def models_path(self) -> Path:
        return self.models_dir if self.models_dir is not None else self.config_file.parent / "models"

    @property
    def seeds_path(self) -> Path:
        """The folder of the CSV files that are loaded as tables."""
        return self.seeds_dir if self.seeds_dir is not None else self.config_file.parent / "seeds"

    @property
    def seed_file(self) -> Path:
        """The script that creates source tables to type and test against."""
        return self.models_path.parent / "data" / "seed.sql"


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds spent in the parts of a compile."""

    load: float
    compile: float


def open_project(options: ProjectOptions) -> Project:
    """The project that the options name; nothing is read yet.

    Raises:
        UserError: the target dialect is unknown.

    """
    target = options.target_dialect
    if target is not None and target not in SHORT_NAMES and target not in DIALECT_NAMES:
        raise UserError(f"there is no dialect '{target}'{did_you_mean(target, (*SHORT_NAMES, *DIALECT_NAMES))}")
    return Project(options)


class Project:
    """A project on disk; its configuration is read once, when it is first asked for."""

    def __init__(self, options: ProjectOptions) -> None:
        self.options = options

    @cached_property
    def config(self) -> RockyConfig:
        """The configuration.

        Raises:
            UserError: there is none, or it holds errors (ConfigInvalid).

        """
        from rocky_core.project_files.read_config import require_config  # noqa: PLC0415 — pydantic only when needed

        return require_config(self.options.config_file).value

    def validate(self) -> ValidateAnswer:
        """What is right and wrong with the project's files, everything at once, without looking into the SQL.

        Raises:
            UserError: there is no rocky.toml.

        """
        from msgspec import UNSET  # noqa: PLC0415 — see `compile`

        from rocky_core.project_files.validate_project import validate_project  # noqa: PLC0415 — keeps start-up light
        from rocky_core.results.validation import ValidateAnswer, ValidateMessage  # noqa: PLC0415 — keeps start-up light

        found = validate_project(self.options.config_file)
        messages = (
            ValidateMessage(one.severity, one.code, one.message, one.file or UNSET, one.field or UNSET)
            for one in found.messages
        )
        return ValidateAnswer(
            valid=found.valid,
            adapters=found.adapters,
            pipelines=found.pipelines,
            models=found.models,
            messages=tuple(messages),
        )

    def dag(self, compilation: Compilation, *, with_columns: bool) -> DagAnswer:
        """Seeds, pipelines, models and tests as one graph.

        Raises:
            UserError: two pipelines build one model, or pipelines wait for each other.

        """
        from rocky_core.project_files.project_graph import project_graph  # noqa: PLC0415 — see `compile`

        seeds = self.options.seeds_path.absolute()
        return project_graph(
            self.options.config_file, seeds, compilation.root, compilation.project, with_columns=with_columns
        )

    def compile(self) -> Compilation:
        """Read and compile all models.

        Raises:
            ConfigInvalid: rocky.toml holds errors.
            UserError: there is no model, or the seed that was asked for fails.

        """
        # Reading and compiling are what makes a program start slowly.
        from rocky_core.compiler.hint_incrementality import hint_incrementality  # noqa: PLC0415 — keeps start-up light
        from rocky_core.project_files.compile_opened import compile_opened  # noqa: PLC0415 — keeps start-up light
        from rocky_core.project_files.read_project import ProjectOptions as ReadOptions  # noqa: PLC0415 — keeps start-up light
        from rocky_core.project_files.read_project import open_project, read_surroundings  # noqa: PLC0415 — keeps start-up light
        from rocky_core.project_files.seed_schemas import schemas_as_stored  # noqa: PLC0415 — keeps start-up light
        from rocky_core.results.compile import IncrementalityHint, encode_model_detail  # noqa: PLC0415 — keeps start-up light

        options = self.options
        started = time.perf_counter()
        opened = open_project(
            ReadOptions(
                models_dir=options.models_path,
                follow_pipelines=options.models_dir is None,
                config_file=options.config_file,
                contracts_dir=options.contracts_dir,
                seeds_dir=options.seeds_path,
                variables=options.variables,
                with_seed=options.with_seed,
            )
        )
        source = read_surroundings(opened)
        if options.target_dialect is not None:
            target = SHORT_NAMES.get(options.target_dialect, options.target_dialect)
            source = replace(source, rules=replace(source.rules, portability_target=target))
        loaded = time.perf_counter()
        dialect, dialects = dialect_named(opened.dialect_name), opened.reading.dialects
        source = replace(source, source_schemas=schemas_as_stored(source.source_schemas, dialect))

        def render_detail(model: Model, facts: ModelFacts) -> bytes:
            own = dialect_named(dialects.of_model(model))
            hint = hint_incrementality(model, facts, own)
            published = (
                None
                if hint is None
                else IncrementalityHint(hint.is_candidate, hint.recommended_column, hint.confidence, hint.signals)
            )
            return encode_model_detail(model, facts, own.spell_type, published)

        compiled = compile_opened(opened, source, render_detail, use_cache=options.use_cache)
        project = compiled.project
        if not project.models and not project.has_errors:
            raise NoModels(
                "no models found in " + ", ".join(f"'{os.path.relpath(folder)}'" for folder in opened.scan.folders),
                hint="run `rocky init` to start a project, or give the folder with --models",
            )
        timings = Timings(loaded - started, time.perf_counter() - loaded)
        schemas, root = source.source_schemas, Path(opened.root)
        return Compilation(project, dialect, options, root, schemas, timings, compiled, dialects)

    def site(self, compilation: Compilation | None = None) -> Site:
        """The project with the means to reach its warehouse and its state; compiled when needed, if it is not yet."""
        from rocky_core.execution.run_options import CompiledSite  # noqa: PLC0415 — see `compile`
        from rocky_core.wiring import Places, open_site  # noqa: PLC0415 — same

        options = self.options
        root = options.config_file.absolute().parent
        models_path = options.models_path.absolute()
        places = Places(root, models_path, options.state_path, options.state_namespace, options.connection_settings)

        def compiled() -> CompiledSite:
            found = compilation or self.compile()
            return CompiledSite(found.project, found.dialect)

        return open_site(self.config, places, compiled)

    def run(self, wishes: RunOptions, interrupted: Event | None = None) -> Iterator[RunEvent]:
        """Build models and tell what happens while it happens; set `interrupted` to stop.

        Raises:
            RockyError: there is no run; once there is one, every failure is an event.

        """
        from rocky_core.execution.run_pipeline import run_pipeline  # noqa: PLC0415 — see `compile`

        return run_pipeline(self.site(), wishes, interrupted or Event())

    def plan(self, wishes: RunOptions) -> PlannedRun:
        """What `run` would do now, stored so that `apply` can do just that; nothing else is written."""
        from rocky_core.execution.plan_run import plan_run  # noqa: PLC0415 — see `compile`

        return plan_run(self.site(), wishes, self.options.variables)

    def apply(self, plan_id: str, wishes: RunOptions, interrupted: Event | None = None) -> Iterator[RunEvent]:
        """Do what a stored plan says; of the wishes only those count that do not change what is built.

        Raises:
            RockyError: there is no such plan, or it is not what would be done now.

        """
        from rocky_core.execution.plan_run import apply_stored  # noqa: PLC0415 — see `compile`

        def site_for(variables: Mapping[str, str]) -> Site:
            return Project(replace(self.options, variables=variables)).site()

        return apply_stored(self.site().root, site_for, plan_id, wishes, interrupted or Event())

    def seed(self, pipeline: str | None = None) -> Iterator[SeedOutcome]:
        """Load the seeds into the warehouse of the pipeline, or into the only one there is; one by one.

        Raises:
            UserError: there are no seeds, or nobody knows which warehouse is meant.
            WarehouseError: it does not answer.

        """
        from rocky_core.execution.load_seeds import adapter_of_seeds, load_seeds  # noqa: PLC0415 — see `compile`
        from rocky_core.project_files.seeds import read_seeds  # noqa: PLC0415 — same

        folder, site = self.options.seeds_path, self.site()
        seeds = read_seeds(folder.absolute(), str(site.root))
        if not seeds.value and not seeds.has_errors:
            raise UserError(f"no seeds found in '{folder}'", hint="put a CSV file with a header line there")
        with closing(site.open_warehouse(adapter_of_seeds(self.config, pipeline), False)) as warehouse:
            yield from load_seeds(seeds, site.root, warehouse, site.clock)

    def compile_for_tests(self) -> Compilation:
        """Compile with the seed's types where there is a seed that works; the tests then report one that does not.

        Raises:
            UserError: as `compile`.

        """
        if self.options.seed_file.is_file():
            try:
                return Project(replace(self.options, with_seed=True)).compile()
            except (ConfigInvalid, CompileFailed):
                raise
            except UserError:
                return self.compile()
        return self.compile()


@dataclass(frozen=True)
class Compilation:
    """A compiled project and what can be asked of it."""

    project: CompiledProject
    dialect: Dialect
    options: ProjectOptions
    root: Path  # The folder that the spans of diagnostics are relative to.
    source_schemas: SourceSchemas
    timings: Timings
    files: CompiledFiles
    dialects: ModelDialects

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.project.diagnostics

    def model(self, name: str) -> CompiledModel:
        """The model of this name.

        Raises:
            UserError: there is none; the message names the nearest.

        """
        found = self.project.models.get(name)
        if found is None:
            hint = did_you_mean(name, self.project.models)
            raise UserError(
                f"model '{name}' not found (no transformation model with that name){hint}",
                hint="`rocky list models` shows all of them",
            )
        return found

    def dialect_of(self, name: str) -> Dialect:
        """The dialect that the model is written in, where pipelines build in different warehouses."""
        return dialect_named(self.dialects.of_model(self.project.models[name].model))

    def column_count(self, name: str) -> int:
        """How many columns the model has, without loading it."""
        return self.files.column_counts[name]

    def published_details(self, names: Iterable[str]) -> tuple[msgspec.Raw, ...]:
        """The published JSON of these models."""
        from rocky_core.compiler.hint_cost import project_costs  # noqa: PLC0415 — only the JSON shows costs
        from rocky_core.results.compile import CostHint, complete_model_detail  # noqa: PLC0415 — keeps start-up light

        depends_on = self.project.depends_on
        costs = project_costs(depends_on, self.project.order)

        def published(name: str) -> CostHint | None:
            cost = costs.get(name)
            if cost is None:
                return None
            return CostHint(cost.estimated_rows, cost.estimated_bytes, cost.estimated_cost_usd, cost.confidence)

        return tuple(
            complete_model_detail(self.files.details[name], depends_on[name], published(name)) for name in names
        )

    def readers(self, name: str) -> tuple[str, ...]:
        """The models that read this one directly, sorted."""
        return self._readers.get(name, ())

    @cached_property
    def lineage(self) -> LineageIndex:
        """Column lineage of the whole project."""
        return index_lineage(edge for name in self.project.order for edge in self.project.models[name].facts.edges)

    @cached_property
    def _readers(self) -> Mapping[str, tuple[str, ...]]:
        readers: dict[str, list[str]] = {}
        for name in sorted(self.project.models):
            for dependency in self.project.models[name].depends_on:
                readers.setdefault(dependency, []).append(name)
        return {name: tuple(found) for name, found in readers.items()}

    def render_sql(self, name: str) -> Rendered:
        """The statements that build the model, or why there are none; what only a run knows stands as `@name`."""
        from rocky_core.dialects.statements.render_model import render_model, shapes_of  # noqa: PLC0415 — see `run_tests`
        from rocky_core.planning.model_queries import ModelQueries  # noqa: PLC0415 — keeps start-up light

        compiled, dialect = self.model(name), self.dialect_of(name)
        if dialect.name not in self._queries:
            self._queries[dialect.name] = ModelQueries(self.project, dialect, shapes_of(dialect.name), {})
        query = self._queries[dialect.name].query_of(name)
        # Rendering appends the surrogate keys itself, to the query as to its columns.
        own = compiled.facts.columns[: len(compiled.facts.columns) - len(compiled.model.surrogate_keys)]
        columns = own if compiled.facts.complete else ()
        return render_model(compiled.model, query.sql, dialect.name, columns, query.inlined)

    @cached_property
    def _queries(self) -> dict[str, ModelQueries]:
        """How models are read in each dialect, made when it is first asked for."""
        return {}

    def run_tests(self, model: str | None = None) -> TestReport:
        """Build the models on top of the seed in a fresh in-memory DuckDB, and run the unit tests.

        Raises:
            UserError: a seed is there but cannot be read.

        """
        from rocky_core.execution.run_tests import run_tests  # noqa: PLC0415 — the driver only when something runs

        only = None if model is None else (model,)
        return run_tests(self.project, self.dialect, self._seed_data(), self.source_schemas, only)

    def _seed_data(self) -> SeedData:
        from rocky_core.execution.build_models import SeedData, SeedFile  # noqa: PLC0415 — see `run_tests`
        from rocky_core.project_files.seeds import read_seeds  # noqa: PLC0415 — keeps start-up light

        seeds = read_seeds(self.options.seeds_path.absolute(), str(self.root))
        wrong = [found for found in seeds.diagnostics if found.is_error]
        if wrong:
            raise ConfigInvalid("the seeds cannot be loaded", wrong)
        files = (SeedFile(seed.name, seed.target, self.root / seed.file, seed.columns) for seed in seeds.value)
        return SeedData(self._read_seed(), tuple(files))

    def _read_seed(self) -> str | None:
        file = self.options.seed_file
        try:
            return file.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return None  # A project whose models read no source needs none.
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"'{file}' cannot be read: {error}") from error
