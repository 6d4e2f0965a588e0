"""For tests of one's own pipelines: a project in memory, failures by script, and what came of them as assertions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import dagster as dg
import duckdb

from dagster_rocky import metadata as names
from dagster_rocky.assets import build_rocky_assets
from dagster_rocky.checks import sanitized
from dagster_rocky.project import CONNECTION_SETTINGS, RockyProject
from dagster_rocky.scripted_warehouse import Script, ScriptedWarehouse
from rocky_core.api import Compilation, Project, ProjectOptions
from rocky_core.errors import UserError
from rocky_core.execution.run_options import Site
from rocky_core.ir.replace import replace
from rocky_core.ports.warehouse import Warehouse

AT_ONCE: Final[Mapping[str, Mapping[str, float]]] = {
    kind: {"wait_seconds": 0, "longest_wait_seconds": 0}
    for kind in ("transient", "connection-failed", "quota-exceeded")
}
"""Retry rules without waits, for `retries=`."""

_ROCKY_TOML: Final = """\
[adapter]
type = "duckdb"
path = ":memory:{name}"

[pipeline.{name}]
type = "transformation"
models = "models/**"

# Each failure that a test scripts is one that Dagster sees.
[resilience]
enabled = false
circuit_breaker_threshold = 0
"""
_DEFAULTS: Final = '[target]\ncatalog = "memory"\nschema = "main"\n'


@dataclass(frozen=True)
class ScriptedProject(RockyProject):
    """A project whose warehouse fails as its script says and works otherwise."""

    script: Script = field(default_factory=Script)
    # A database in memory is there while somebody is connected.
    connection: duckdb.DuckDBPyConnection | None = field(default=None, repr=False, compare=False)

    @cached_property
    def opened(self) -> Project:
        return _OpenedWithScript(super().opened.options, self)


class _OpenedWithScript(Project):
    def __init__(self, options: ProjectOptions, scripted_project: ScriptedProject) -> None:
        super().__init__(options)
        self._scripted = scripted_project

    def site(self, compilation: Compilation | None = None) -> Site:
        site = super().site(compilation)

        def open_warehouse(adapter: str, read_only: bool) -> Warehouse:
            props = self._scripted.props.values()
            models = {".".join(one.target).lower(): one.name for one in props}
            return ScriptedWarehouse(site.open_warehouse(adapter, read_only), self._scripted.script, models)

        return replace(site, open_warehouse=open_warehouse)


def scripted(project: RockyProject | str | Path, failures: Mapping[str, Sequence[str]]) -> ScriptedProject:
    """The project with failures: `{"orders": ["transient", "transient"]}` fails the first two writes of `orders`.

    Raises:
        UserError: a kind of failure is none, or the project has no such model.

    """
    given = RockyProject.of(project)
    values = {one.name: getattr(given, one.name) for one in fields(RockyProject)}
    made = ScriptedProject(**values, script=Script({model: list(kinds) for model, kinds in failures.items()}))
    for model in failures:
        made.compilation.model(model)
    return made


def in_memory_project(
    folder: str | Path,
    models: Mapping[str, str],
    *,
    sidecars: Mapping[str, str] | None = None,
    sources: str | None = None,
    failures: Mapping[str, Sequence[str]] | None = None,
) -> ScriptedProject:
    """A project of these models (name to SQL) in an empty folder, over a DuckDB that lives as long as the project.

    `sidecars` are the TOML beside the models, `sources` a script that makes the tables they read.
    """
    place = Path(folder).resolve()
    name = "".join(one if one.isalnum() else "_" for one in f"{place.parent.name}_{place.name}")
    _write(place / "rocky.toml", _ROCKY_TOML.format(name=name))
    _write(place / "models" / "_defaults.toml", _DEFAULTS)
    for model, sql in models.items():
        _write(place / "models" / f"{model}.sql", sql)
    for model, toml in (sidecars or {}).items():
        if model not in models:
            raise UserError(f"there is a sidecar for '{model}', which is not among the models")
        _write(place / "models" / f"{model}.toml", toml)
    if sources is not None:
        _write(place / "data" / "seed.sql", sources)
    connection = duckdb.connect(f":memory:{name}", config=dict(CONNECTION_SETTINGS))
    if sources is not None:
        connection.execute(sources)
    project = RockyProject(place, with_seed=sources is not None)
    return replace(scripted(project, failures or {}), connection=connection)


def materialize(
    project: RockyProject | str | Path,
    *,
    select: Iterable[str] = (),
    partition: str | None = None,
    instance: dg.DagsterInstance | None = None,
    **options: Any,
) -> dg.ExecuteInProcessResult:
    """Build models (all, or those of `select`) as Dagster would, but without waits; failures do not raise."""
    retries = {**AT_ONCE, **options.pop("retries", {})}
    assets = build_rocky_assets(project, retries=retries, **options)
    wanted = set(select)
    keys = [spec.key for one in assets for spec in one.specs if not wanted or spec.metadata.get(names.MODEL) in wanted]
    return dg.materialize(
        assets,
        selection=keys,
        partition_key=partition,
        instance=instance,
        raise_on_error=False,
    )


def simulate_partition(
    project: RockyProject | str | Path, partition: str, *, last: str | None = None, **options: Any
) -> dg.ExecuteInProcessResult:
    """Build a partition, or all from it to `last` in one run as a backfill does, of the models that have them."""
    models = [one for one in RockyProject.of(project).props.values() if one.partitions is not None]
    wanted = options.pop("select", None) or [one.name for one in models]
    if not wanted:
        raise UserError("the project has no model with partitions")
    if last is None:
        return materialize(project, select=wanted, partition=partition, **options)
    assets = build_rocky_assets(project, retries={**AT_ONCE, **options.pop("retries", {})})
    keys = [spec.key for one in assets for spec in one.specs if spec.metadata.get(names.MODEL) in wanted]
    return dg.materialize(
        assets,
        selection=keys,
        tags={"dagster/asset_partition_range_start": partition, "dagster/asset_partition_range_end": last},
        instance=options.pop("instance", None),
        raise_on_error=False,
    )


def assert_materialized(result: dg.ExecuteInProcessResult, *models: str) -> None:
    """These models, and no others, were materialized, each of their partitions once."""
    told = [
        (str(event.materialization.metadata[names.MODEL].value), event.materialization.partition)
        for event in result.get_asset_materialization_events()
        if names.MODEL in event.materialization.metadata
    ]
    found = sorted({model for model, _ in told})
    assert found == sorted(models), f"materialized were {found}, not {sorted(models)}"
    assert len(told) == len(set(told)), f"something was materialized more than once: {sorted(map(str, told))}"


def assert_failed(result: dg.ExecuteInProcessResult, model: str, kind: str) -> None:
    """The run is red, and this model failed with this kind of failure."""
    found = {name: facts.get("failure_kind") for name, facts in failures_of(result).items()}
    assert not result.success, "the run was green"
    assert found.get(model) == kind, f"'{model}' did not fail as {kind}; what failed: {found}"


def assert_blocked(result: dg.ExecuteInProcessResult, model: str, *, by: str) -> None:
    """This model was not tried, because of that one."""
    found = {name: facts.get("blocked_by") for name, facts in failures_of(result).items() if facts.get("blocked_by")}
    assert found.get(model) == by, f"'{model}' was not blocked by '{by}'; what was blocked: {found}"


def assert_retried(project: ScriptedProject, model: str, times: int) -> None:
    """The model was tried again so many times, and written once in the end."""
    attempts, written = project.script.attempts[model], project.script.written[model]
    assert attempts - 1 == times, f"'{model}' was tried again {attempts - 1} times, not {times}"
    assert written == 1, f"'{model}' was written {written} times, not once"


def assert_check(result: dg.ExecuteInProcessResult, model: str, check: str, *, passed: bool) -> None:
    """The check (by Rocky's name, such as `unique:order_id`) was evaluated, with this outcome."""
    found = {
        evaluation.check_name: evaluation.passed
        for evaluation in result.get_asset_check_evaluations()
        if evaluation.asset_key.path[-1] == model
    }
    name = sanitized(check)
    assert name in found, f"'{check}' of '{model}' was not evaluated; what was: {sorted(found)}"
    assert found[name] == passed, f"'{check}' of '{model}' {'passed' if found[name] else 'failed'}"


def failures_of(result: dg.ExecuteInProcessResult) -> Mapping[str, Mapping[str, Any]]:
    """What the run says of each model that is not as it should be, as in the metadata `rocky/failures`."""
    found: dict[str, Mapping[str, Any]] = {}
    for event in result.all_events:
        if not event.is_step_failure:
            continue
        data = event.step_failure_data.user_failure_data
        told = data.metadata.get(names.FAILURES) if data is not None else None
        for one in told.value if isinstance(told, dg.JsonMetadataValue) and isinstance(told.value, list) else ():
            found[str(one["model"])] = one
    return found


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
