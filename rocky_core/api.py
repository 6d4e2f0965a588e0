"""The facade that the command line and Dagster use: open a project, compile it, ask about it, test it."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from rocky_core.compilation import Compilation, ProjectOptions, Timings
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dialects.registry import DIALECT_NAMES, SHORT_NAMES, dialect_named
from rocky_core.errors import CompileFailed, ConfigInvalid, NoModels, UserError
from rocky_core.ir.replace import replace

if TYPE_CHECKING:  # The engine is imported when a project is compiled, not when the facade is.
    from rocky_core.config.rocky_toml import RockyConfig
    from rocky_core.dialects.base import Dialect
    from rocky_core.execution.discover_sources import Discovered
    from rocky_core.execution.load_seeds import SeedOutcome
    from rocky_core.execution.plan_run import PlannedRun
    from rocky_core.execution.run_options import RunOptions, Site
    from rocky_core.ir.dag_run import DagEvent
    from rocky_core.ir.facts import ModelFacts
    from rocky_core.ir.model import Model
    from rocky_core.ir.run import RunEvent
    from rocky_core.ir.schema import SourceSchemas
    from rocky_core.results.dag import DagAnswer
    from rocky_core.results.validation import ValidateAnswer

__all__ = ["Compilation", "Project", "ProjectOptions", "Timings", "open_project"]


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
        source = replace(
            source,
            source_schemas=schemas_as_stored(source.source_schemas, dialect),
            recalled_schemas=self._recalled_schemas(opened.config, dialect),
        )

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
        schemas, root = {**source.recalled_schemas, **source.source_schemas}, Path(opened.root)
        return Compilation(project, dialect, options, root, schemas, timings, compiled, dialects)

    def site(self, compilation: Compilation | None = None) -> Site:
        """The project with the means to reach its warehouse and its state; compiled when needed, if it is not yet."""
        from rocky_core.execution.run_options import CompiledSite  # noqa: PLC0415 — see `compile`
        from rocky_core.wiring import Places, open_site  # noqa: PLC0415 — same

        options = self.options
        root = options.config_file.absolute().parent
        models_path = options.models_path.absolute()
        places = Places(
            root,
            models_path,
            options.state_path,
            options.state_namespace,
            remote_state=options.remote_state,
            connection_settings=options.connection_settings,
        )

        def compiled() -> CompiledSite:
            found = compilation or self.compile()
            return CompiledSite(found.project, found.dialect)

        return open_site(self._connected(), places, compiled)

    def _connected(self) -> RockyConfig:
        """The configuration with the connections that are given from outside; nothing of them is looked up yet."""
        if not self.options.connections:
            return self.config
        from rocky_core.config.connections import connected  # noqa: PLC0415 — only an orchestrator gives any

        return replace(self.config, adapters=connected(self.config.adapters, self.options.connections))

    def _recalled_schemas(self, config: RockyConfig | None, dialect: Dialect) -> SourceSchemas:
        """What `discover --with-schemas` has seen lately; it is kept on this machine, wherever the state is."""
        from rocky_core.state.locate import StatePlace, locate_state  # noqa: PLC0415 — keeps start-up light

        options = self.options
        settings = None if config is None else config.settings.cache.schemas
        if settings is None or not settings.enabled:
            return {}
        place = StatePlace(
            options.models_path.absolute(),
            options.config_file.absolute().parent,
            options.state_path,
            options.state_namespace,
        )
        state_file = locate_state(place).path
        if not state_file.exists():
            return {}
        from rocky_core.execution.recall_schemas import recall_schemas  # noqa: PLC0415 — only where there is a state

        given = options.schema_ttl_seconds
        return recall_schemas(state_file, timedelta(seconds=settings.ttl_seconds if given is None else given), dialect)

    def run(self, wishes: RunOptions, interrupted: Event | None = None) -> Iterator[RunEvent]:
        """Build models and tell what happens while it happens; set `interrupted` to stop.

        Raises:
            RockyError: there is no run; once there is one, every failure is an event.

        """
        from rocky_core.execution.run_pipeline import run_pipeline  # noqa: PLC0415 — see `compile`

        return run_pipeline(self.site(), wishes, interrupted or Event())

    def run_dag(self, wishes: RunOptions, interrupted: Event | None = None) -> Iterator[DagEvent]:
        """Run all pipelines, each after those whose tables it reads or that it is said to depend on.

        Raises:
            UserError: pipelines wait for each other, or the project cannot be compiled at all.

        """
        from rocky_core.execution.run_dag import run_dag  # noqa: PLC0415 — see `compile`

        return run_dag(self.site(), wishes, interrupted or Event())

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

    def discover(self, pipeline: str | None = None, *, with_schemas: bool = False) -> Discovered:
        """What the sources of a replication are; with schemas, their tables are described and remembered.

        Raises:
            UserError: the pipeline has no sources to find, or no way to find them.
            WarehouseError: it does not answer.

        """
        from rocky_core.execution.discover_sources import discover_sources  # noqa: PLC0415 — see `compile`

        return discover_sources(self.site(), pipeline, with_schemas=with_schemas)

    def seed(self, pipeline: str | None = None, only: Collection[str] | None = None) -> Iterator[SeedOutcome]:
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
            if only is not None:
                chosen = tuple(seed for seed in seeds.value if seed.name in only)
                seeds = replace(seeds, value=chosen, diagnostics=tuple(x for x in seeds.diagnostics if x.model in only))
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
