"""A project that is compiled, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dialects.registry import dialect_named
from rocky_core.errors import ConfigInvalid, UserError
from rocky_core.ir.trace import LineageIndex, index_lineage

if TYPE_CHECKING:  # The engine is imported when a project is compiled, not when the facade is.
    import msgspec

    from rocky_core.diagnostics.diagnostic import Diagnostic
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.statements.rendered import Rendered
    from rocky_core.execution.build_models import SeedData
    from rocky_core.execution.run_tests import TestReport
    from rocky_core.ir.project import CompiledModel, CompiledProject
    from rocky_core.ir.schema import SourceSchemas
    from rocky_core.planning.model_queries import ModelQueries
    from rocky_core.ports.clock import Clock
    from rocky_core.ports.connections import Connect
    from rocky_core.project_files.compile_files import CompiledFiles
    from rocky_core.project_files.model_dialects import ModelDialects
    from rocky_core.state.record_store import RecordStore


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
    schema_ttl_seconds: int | None = None  # How long described tables are believed, whatever rocky.toml says.
    remote_state: Callable[[Clock], RecordStore] | None = field(default=None, compare=False, repr=False)
    connection_settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # Of DuckDB.
    connections: Mapping[str, Connect] = field(  # Of adapters, by name.
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )

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


class Timings(Struct, frozen=True):
    """Seconds spent in the parts of a compile."""

    load: float
    compile: float


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
