"""Sensors over a project: runs when sources change, and partitions that were built without Dagster."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.declare import DeclaredModel, declare_models
from dagster_rocky.jobs import RETRY_TAGS
from dagster_rocky.project import RockyProject
from dagster_rocky.translator import RockyDagsterTranslator
from rocky_core.errors import RockyError
from rocky_core.watching import built_partitions, table_marks

if TYPE_CHECKING:  # See rocky_core.watching.
    from rocky_core.ir.state import PartitionBuild

SENSOR_TAG: Final = "rocky/source_sensor"
_UNFINISHED: Final = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
)
_MOST_EVENTS: Final = 500  # Of one tick of the reconciliation; the next one goes on.


@dataclass(frozen=True, slots=True)
class BacklogCap:
    """How many runs of a source sensor may be waiting or running; beyond that it waits too, and forgets nothing."""

    max_in_flight: int = 1

    def __post_init__(self) -> None:
        if self.max_in_flight < 1:
            raise dg.DagsterInvalidDefinitionError("BacklogCap: max_in_flight must be at least 1")


@dataclass(frozen=True)
class SourceWatch:
    """What a source sensor looks at, and how it tells that a table has changed: by its shape and rows.

    For tables above `most_rows`, which would be costly, `marks` gives a query of one value, such as
    `{"raw.events": "SELECT max(loaded_at) FROM raw.events"}`.
    """

    sources: tuple[str, ...] | None = None  # All that models read, if it is left out.
    marks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    most_rows: int = 1_000_000

    def chosen_from(self, tables: Iterable[str]) -> list[str]:
        return [table for table in tables if self.sources is None or table in self.sources]


def rocky_source_sensor(
    project: RockyProject | str | Path,
    *,
    name: str = "rocky_source_sensor",
    watch: SourceWatch | None = None,
    backlog_cap: BacklogCap | None = None,
    translator: RockyDagsterTranslator | None = None,
    **options: Any,
) -> dg.SensorDefinition:
    """Runs the models that read a table which somebody else has changed, with all that reads those.

    Watched are the tables that models read and do not build, as `watch` says. `options` go to `SensorDefinition`.
    """
    chosen, cap = RockyProject.of(project), backlog_cap or BacklogCap()
    watched_as = watch or SourceWatch()

    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        waiting = context.instance.get_runs_count(dg.RunsFilter(statuses=_UNFINISHED, tags={SENSOR_TAG: name}))
        if waiting >= cap.max_in_flight:
            return dg.SkipReason(f"{waiting} runs of this sensor are not finished; changes wait for them")
        wanted = watched_as.chosen_from(dict.fromkeys((*_sources_of(chosen), *watched_as.marks)))
        try:
            found = _marks_of(chosen, wanted, watched_as)
        except RockyError as error:
            return dg.SkipReason(f"the sources cannot be looked at now: {error}")
        before: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
        changed = [table for table, mark in found.items() if before.get(table) != mark]
        if not changed:
            unseen = [table for table in wanted if table not in found]
            more = f"; not watched (missing, or too large without a query in `marks`): {', '.join(unseen)}"
            return dg.SkipReason("no source has changed" + (more if unseen else ""))
        declared = declare_models(_buildable(chosen), translator or RockyDagsterTranslator())
        return dg.SensorResult(
            run_requests=list(_requests(name, changed, found, declared)),
            cursor=json.dumps({**before, **found}),
        )

    return dg.SensorDefinition(
        name=name,
        evaluation_fn=look,
        target=options.pop("target", None) or dg.AssetSelection.all(),
        description=options.pop("description", None) or "Builds what reads a source that has changed.",
        **options,
    )


def rocky_partition_sensor(
    project: RockyProject | str | Path,
    *,
    name: str = "rocky_partition_sensor",
    translator: RockyDagsterTranslator | None = None,
    **options: Any,
) -> dg.SensorDefinition:
    """Tells Dagster of partitions that were built without it, such as by `rocky run`, and names those it has in excess.

    The engine's state is the truth: a partition that it holds and Dagster does not is materialized without a run.
    """
    chosen = RockyProject.of(project)

    def reconcile(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        events: list[dg.AssetMaterialization] = []
        excess: list[str] = []
        try:
            for model, builds in _partitioned(chosen, translator or RockyDagsterTranslator()):
                known = set(context.instance.get_materialized_partitions(model.spec.key))
                built = {build.partition_key: build for build in builds}
                events += [_told(model, built[key]) for key in sorted(built.keys() - known)]
                excess += [f"{model.props.name} {key}" for key in sorted(known - built.keys())]
        except RockyError as error:
            return dg.SkipReason(f"the engine's state cannot be read now: {error}")
        if excess:
            context.log.warning(
                "Dagster shows partitions that the engine's state does not hold; build them again or wipe them: %s",
                ", ".join(excess[:20]),
            )
        if not events:
            return dg.SkipReason("Dagster knows every partition that the engine has built")
        return dg.SensorResult(asset_events=events[:_MOST_EVENTS])

    return dg.SensorDefinition(
        name=name,
        evaluation_fn=reconcile,
        asset_selection=None,
        description=options.pop("description", None) or "Tells Dagster of partitions that were built without it.",
        minimum_interval_seconds=options.pop("minimum_interval_seconds", 300),
        **options,
    )


def _buildable(project: RockyProject) -> list[Any]:
    return [one for one in project.props.values() if one.pipeline is not None]


def _sources_of(project: RockyProject) -> Iterator[str]:
    """The tables that models read and nobody here builds."""
    for props in _buildable(project):
        yield from props.reads_tables


def _marks_of(project: RockyProject, tables: Sequence[str], watch: SourceWatch) -> Mapping[str, str]:
    adapters = {pipeline.name: pipeline.adapter for pipeline in project.pipelines}
    by_adapter: dict[str, list[str]] = {}
    for table in tables:
        reader = next((one for one in _buildable(project) if table in one.reads_tables), None)
        pipeline = reader.pipeline if reader is not None else next(iter(adapters))
        by_adapter.setdefault(adapters[pipeline], []).append(table)
    found: dict[str, str] = {}
    for adapter, own in by_adapter.items():
        found.update(table_marks(project.opened, adapter, own, watch.marks, most_rows=watch.most_rows))
    return found


def _requests(
    name: str, changed: Sequence[str], found: Mapping[str, str], declared: Sequence[DeclaredModel]
) -> Iterator[dg.RunRequest]:
    """One run for what has no partitions, and one for the newest partition of each grid."""
    affected = _affected(changed, declared)
    mark = blake2b("\n".join(f"{table} {found[table]}" for table in changed).encode(), digest_size=8).hexdigest()
    grids: dict[Any, list[dg.AssetKey]] = {}
    for model in affected:
        grids.setdefault(model.spec.partitions_def, []).append(model.spec.key)
    tags = {**RETRY_TAGS, SENSOR_TAG: name, "rocky/changed_sources": ",".join(changed)[:200]}
    for number, (grid, keys) in enumerate(sorted(grids.items(), key=lambda one: one[0] is not None)):
        newest = None if grid is None else grid.get_last_partition_key()
        if grid is None or newest is not None:
            yield dg.RunRequest(
                run_key=f"{name}:{mark}:{number}", asset_selection=keys, partition_key=newest, tags=tags
            )


def _affected(changed: Iterable[str], declared: Sequence[DeclaredModel]) -> list[DeclaredModel]:
    tables, reached = set(changed), set[str]()
    grown = True
    while grown:
        before = len(reached)
        for model in declared:
            props = model.props
            if not tables.isdisjoint(props.reads_tables) or not reached.isdisjoint(props.depends_on):
                reached.add(props.name)
        grown = len(reached) > before
    return [model for model in declared if model.props.name in reached]


def _partitioned(
    project: RockyProject, translator: RockyDagsterTranslator
) -> Iterator[tuple[DeclaredModel, tuple[PartitionBuild, ...]]]:
    declared = [one for one in declare_models(_buildable(project), translator) if one.props.partitions is not None]
    for pipeline in dict.fromkeys(one.props.pipeline for one in declared):
        own = {one.props.name: one for one in declared if one.props.pipeline == pipeline}
        targets = {name: one.props.target for name, one in own.items()}
        for name, builds in built_partitions(project.opened, str(pipeline), targets).items():
            yield own[name], builds


def _told(model: DeclaredModel, build: PartitionBuild) -> dg.AssetMaterialization:
    about = {
        names.MODEL: model.props.name,
        names.RUN_ID: build.run_id,
        names.DURATION: build.duration_ms,
        "dagster/partition_row_count": build.row_count,
        "rocky/built_at": build.computed_at.isoformat(),
    }
    return dg.AssetMaterialization(
        asset_key=model.spec.key,
        partition=build.partition_key,
        description="Built without Dagster; told from the engine's state.",
        metadata=names.present(about),
    )
