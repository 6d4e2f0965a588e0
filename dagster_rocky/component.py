"""A Rocky project as a component: what stands in `defs.yaml`, and nothing that could not stand there."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import dagster as dg
from dagster.components import DefsStateConfig, DefsStateConfigArgs, ResolvedDefsStateConfig
from dagster.components.utils.translation import TranslationFn, TranslationFnResolver
from pydantic import Field

from dagster_rocky.assets import build_rocky_assets
from dagster_rocky.component_state import StatedProject, read_state, write_state
from dagster_rocky.pipeline_assets import build_rocky_pipeline_assets
from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyModelProps
from dagster_rocky.resource import RockyResource
from dagster_rocky.scaffold import RockyScaffolder
from dagster_rocky.schedules import build_rocky_schedule
from dagster_rocky.seed_assets import build_rocky_seed_assets
from dagster_rocky.translator import RockyDagsterTranslator
from rocky_core.errors import UserError

_GONE: Final[Mapping[str, str]] = {
    "binary_path": "there is no binary: remove the line",
    "server_url": "there is no server, models are compiled and run in the process of Dagster: remove the line",
    "execution_mode": "everything runs in the process of Dagster and is told live: remove the line",
    "config_path": "write `project_dir`, the folder of rocky.toml",
    "dag_mode": "every model is an asset with its dependencies: remove the line",
    "surface_derived_models": "every model is an asset: remove the line",
    "surface_column_lineage": "column lineage is always there: remove the line",
}


def _beside_the_file(context: dg.ResolutionContext, value: Any) -> Any:
    resolved = context.resolve_value(value)
    return None if resolved is None else str(context.resolve_source_relative_path(str(resolved)))


Folder = Annotated[str, dg.Resolver(_beside_the_file, model_field_type=str)]
OptionalFolder = Annotated[str | None, dg.Resolver(_beside_the_file, model_field_type=str)]
Gone = Annotated[Any, Field(default=None, description="Of version 1; refused, with a note on what to write instead.")]


class RockySchedule(dg.Model, dg.Resolvable):
    """A schedule over a selection of assets."""

    name: str
    cron: str
    selection: str = Field(default="*", description="As in Dagster's asset selection: `group:marts`, `key:a/b+`.")
    timezone: str = "UTC"


@dg.scaffold_with(RockyScaffolder)
class RockyComponent(dg.StateBackedComponent, dg.Model, dg.Resolvable):
    """The models of a Rocky project as assets, with their checks, a `rocky` resource and schedules."""

    project_dir: Folder = Field(description="The folder of rocky.toml, relative to this file.")
    models_dir: OptionalFolder = None
    variables: dict[str, str] = Field(default={}, description="Values of ${…} in the project's files.")
    environment: str | None = Field(default=None, description="The environment whose masks hold.")
    state_path: OptionalFolder = Field(default=None, description="The engine's state, if not beside the models.")
    with_seed: bool = Field(default=False, description="Take the types of sources from data/seed.sql.")
    sources: dict[str, str] = Field(
        default={}, description="Keys of tables others make: `raw.*: dlt/{schema}/{table}`."
    )
    seeds: bool = Field(default=False, description="Whether CSV files of seeds/ are assets too.")
    pipelines: Literal["whole", "tables"] | None = Field(
        default=None,
        description="Pipelines that build no models as one asset each, or as their tables, which the warehouse tells.",
    )
    granularity: Literal["project", "group", "model"] = "project"
    on_partial_failure: Literal["fail", "continue"] = "fail"
    name: str | None = Field(default=None, description="Of the steps.")
    pool: str | None = Field(default=None, description="Of every step.")
    op_tags: dict[str, str] = Field(default={}, description="Of every step.")
    retries: dict[str, Any] = Field(default={}, description="By kind of failure: `transient: {retries: 5}`.")
    parallel: int | None = None
    translator: str | None = Field(default=None, description="`module.path:Class` of a RockyDagsterTranslator.")
    translation: Annotated[
        TranslationFn[RockyModelProps] | None,
        TranslationFnResolver(template_vars_for_translation_fn=lambda model: {"model": model}),
    ] = Field(default=None, description="Changes of every asset's spec; `{{ model.name }}` and the like are known.")
    resource_key: str | None = Field(default="rocky", description="Where RockyResource is put; null for nowhere.")
    schedules: list[RockySchedule] = Field(default=[])
    defs_state: ResolvedDefsStateConfig = DefsStateConfigArgs.local_filesystem()

    binary_path: Gone = None
    server_url: Gone = None
    execution_mode: Gone = None
    config_path: Gone = None
    dag_mode: Gone = None
    surface_derived_models: Gone = None
    surface_column_lineage: Gone = None

    def model_post_init(self, context: Any, /) -> None:
        """Refuse what the existing package knew and this one has no use for.

        Raises:
            DagsterInvalidDefinitionError: something of it is stated.

        """
        super().model_post_init(context)
        stated = [name for name in _GONE if getattr(self, name) is not None]
        if stated:
            told = "; ".join(f"'{name}': {_GONE[name]}" for name in stated)
            raise dg.DagsterInvalidDefinitionError(f"RockyComponent: {told} (see docs/migrating.md)")

    @property
    def defs_state_config(self) -> DefsStateConfig:
        """One state per project folder."""
        folder = Path(self.project_dir).name
        return DefsStateConfig.from_args(self.defs_state, default_key=f"RockyComponent[{folder}]")

    def connections(self) -> Mapping[str, Any]:
        """Resources of Dagster that adapters connect with, by adapter; for classes of one's own."""
        return {}

    def write_state_to_path(self, state_path: Path) -> None:
        """Compile, and write down what loading needs."""
        write_state(self._project(), self._settings(), state_path)

    def build_defs_from_state(self, context: dg.ComponentLoadContext, state_path: Path | None) -> dg.Definitions:
        """The definitions; without a state the project is compiled now."""
        del context
        project = self._project()
        if state_path is not None:
            stated = read_state(project, self._settings(), state_path)
            project = StatedProject(**_fields(project), stated=stated)
        assets = build_rocky_assets(
            project,
            translator=self._translator(),
            granularity=self.granularity,
            on_partial_failure=self.on_partial_failure,
            name=self.name,
            pool=self.pool,
            op_tags=self.op_tags,
            retries=self.retries,
            parallel=self.parallel,
        )
        if self.seeds:
            assets += build_rocky_seed_assets(project, pool=self.pool, op_tags=self.op_tags, retries=self.retries)
        if self.pipelines is not None:
            discover = self.pipelines == "tables"
            assets += build_rocky_pipeline_assets(
                project, retries=self.retries, pool=self.pool, op_tags=self.op_tags, discover=discover
            )
        resource = _resource_class(self.connections())(
            project_dir=self.project_dir,
            variables=self.variables,
            environment=self.environment,
            state_path=self.state_path,
            retries=self.retries,
        )
        return dg.Definitions(
            assets=assets,
            schedules=[
                build_rocky_schedule(
                    one.name,
                    one.cron,
                    dg.AssetSelection.from_string(one.selection),
                    execution_timezone=one.timezone,
                )
                for one in self.schedules
            ],
            resources={} if self.resource_key is None else {self.resource_key: resource},
        )

    def _project(self) -> RockyProject:
        return RockyProject(
            Path(self.project_dir).resolve(),
            models_dir=None if self.models_dir is None else Path(self.models_dir),
            variables=self.variables,
            environment=self.environment,
            state_path=None if self.state_path is None else Path(self.state_path),
            with_seed=self.with_seed,
            sources=self.sources,
            connections=self.connections(),
        )

    def _settings(self) -> dict[str, Any]:
        """What of the attributes the state depends on."""
        return {
            name: getattr(self, name) for name in ("models_dir", "variables", "environment", "with_seed", "sources")
        }

    def _translator(self) -> RockyDagsterTranslator:
        base = RockyDagsterTranslator() if self.translator is None else _named_class(self.translator)()
        return base if self.translation is None else _Translated(base, self.translation)


def _resource_class(connections: Mapping[str, Any]) -> type[RockyResource]:
    """The resource that assets of one's own get, with the connections of the component."""
    if not connections:
        return RockyResource

    class ConnectedRockyResource(RockyResource):
        def connections(self) -> Mapping[str, Any]:
            return connections

    return ConnectedRockyResource


class _Translated(RockyDagsterTranslator):
    """A translator, and after it what `translation` says."""

    def __init__(self, base: RockyDagsterTranslator, translation: TranslationFn[RockyModelProps]) -> None:
        self._base = base
        self._translation = translation

    def get_asset_spec(self, props: RockyModelProps) -> dg.AssetSpec:
        return self._translation(self._base.get_asset_spec(props), props)

    def get_asset_check_spec(self, props: RockyModelProps, spec: dg.AssetCheckSpec) -> dg.AssetCheckSpec | None:
        return self._base.get_asset_check_spec(props, spec)

    def get_asset_key(self, target: tuple[str, ...]) -> dg.AssetKey:
        return self._base.get_asset_key(target)


def _named_class(path: str) -> type[RockyDagsterTranslator]:
    module, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(f"translator: '{path}' cannot be found: {error}", hint="write module.path:Class") from error
    if not (isinstance(found, type) and issubclass(found, RockyDagsterTranslator)):
        raise UserError(f"translator: '{path}' is no RockyDagsterTranslator")
    return found


def _fields(project: RockyProject) -> dict[str, Any]:
    return {name: getattr(project, name) for name in project.__dataclass_fields__}
