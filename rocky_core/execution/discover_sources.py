"""What a replication's discovery finds, and what a run would make of it; nothing is copied and nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from msgspec import Struct

from rocky_core.config.checks_to_ir import to_pipeline_checks
from rocky_core.config.pipelines import ReplicationPipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.errors import StatementCancelled, UserError, WarehouseError
from rocky_core.execution.choose_copies import ChosenCopies, SourceCopy, choose_copies
from rocky_core.execution.choose_pipeline import ChosenPipeline, choose_pipeline
from rocky_core.execution.run_options import Site
from rocky_core.ir.checks import PipelineChecks
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import LeftOut
from rocky_core.ir.replace import replace
from rocky_core.ir.sources import Discovery, FailedSource
from rocky_core.ir.state import CachedColumn, CachedSchema, table_key
from rocky_core.ir.world import ObservedTable
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_check_tables import CheckedSource
from rocky_core.planning.plan_checks import CheckContext, plan_pipeline_checks
from rocky_core.ports.clock import Clock
from rocky_core.ports.warehouse import Warehouse
from rocky_core.sources.match_pattern import MatchedSource, match_sources


class ConfiguredCheck(Struct, frozen=True):
    """A check that a run makes of a table; a candidate is made only if other sources have the table too."""

    name: str
    kind: str
    is_candidate: bool = False


class UndescribedSource(Struct, frozen=True):
    """A source whose tables could not be described, and why."""

    id: str
    message: str


class Discovered(Struct, frozen=True):
    """Everything that is known of a pipeline's sources without copying a row."""

    pipeline: str
    sources: tuple[MatchedSource, ...]
    variadic: tuple[str, ...]  # Components that may have several parts.
    failed: tuple[FailedSource, ...]
    excluded: tuple[LeftOut, ...]
    checks: Mapping[tuple[str, ...], tuple[ConfiguredCheck, ...]]  # By asset key.
    freshness_seconds: int | None
    collisions: tuple[tuple[str, tuple[str, ...]], ...]  # An object of the world outside, and who brings it.
    collisions_fail: bool
    new_sources: tuple[str, ...]
    schemas_cached: int | None  # None if nobody asked for it.
    undescribed: tuple[UndescribedSource, ...]
    warnings: tuple[str, ...]


def discover_sources(site: Site, pipeline: str | None, *, with_schemas: bool) -> Discovered:
    """Ask the pipeline's discovery; with schemas, its tables are described and remembered, source by source.

    Raises:
        UserError: the pipeline has no sources to find, they cannot be found with this type of adapter, or there is
            no cache for schemas.
        WarehouseError: it does not answer.

    """
    chosen = _replication(site.config, pipeline)
    settings = chosen.settings
    assert isinstance(settings, ReplicationPipeline)  # noqa: S101 — chosen so
    if with_schemas and not site.config.settings.cache.schemas.enabled:
        raise UserError(
            "--with-schemas has nowhere to keep what it finds: [cache.schemas] enabled = false",
            hint="leave the option out, or allow the cache in rocky.toml",
        )
    with closing(site.open_warehouse(chosen.adapter, True)) as warehouse:
        found, catalog = _look(site, chosen, settings, warehouse)
        matched, unmatched = match_sources(settings.source.schema_pattern, found.sources)
        copies, problem = _choose(settings, found, catalog)
        schemas, undescribed = _describe(matched, catalog, warehouse) if with_schemas else ((), ())
        checks = to_pipeline_checks(settings.checks)
        dialect_name = warehouse.dialect_name
    warnings = [f"left out, because it is named otherwise: {one.reason}" for one in unmatched]
    warnings += [problem] if problem is not None else []
    if with_schemas:
        _remember(site, settings.source.catalog or "", schemas)
    discovery = settings.source.discovery
    reports_new = discovery is not None and discovery.report_new_sources
    policy = "off" if discovery is None else discovery.on_collision
    return Discovered(
        pipeline=chosen.name,
        sources=matched,
        variadic=tuple(
            name.removesuffix("...") for name in settings.source.schema_pattern.components if name.endswith("...")
        ),
        failed=found.failed,
        excluded=() if copies is None else copies.left_out,
        checks={} if copies is None else dict(_checks(copies.copies, checks, dialect_name)),
        freshness_seconds=None if checks.freshness is None else checks.freshness.threshold_seconds,
        collisions=() if policy == "off" else tuple(_collisions(matched)),
        collisions_fail=policy == "error",
        new_sources=tuple(_new_sources(site, chosen.name, found)) if reports_new else (),
        schemas_cached=len(schemas) if with_schemas else None,
        undescribed=undescribed,
        warnings=tuple(warnings),
    )


def _replication(config: RockyConfig, name: str | None) -> ChosenPipeline:
    if name is None:
        replications = [one for one, settings in config.pipelines.items() if isinstance(settings, ReplicationPipeline)]
        if len(replications) > 1:
            raise UserError(
                f"there are several replications: {', '.join(replications)}", hint="choose one with --pipeline NAME"
            )
        if not replications:
            raise UserError(
                f"'{config.file}' declares no replication, so there are no sources to find",
                hint='add [pipeline.NAME] with type = "replication" to say where sources are and how they are named',
            )
        name = replications[0]
    chosen = choose_pipeline(config, name)
    if not isinstance(chosen.settings, ReplicationPipeline):
        raise UserError(
            f"pipeline '{name}' is of type '{chosen.settings.type}' and has no sources to find",
            hint="`rocky list sources` shows the pipelines that have",
        )
    return chosen


def _look(
    site: Site, chosen: ChosenPipeline, settings: ReplicationPipeline, warehouse: Warehouse
) -> tuple[Discovery, str]:
    source, discovery = settings.source, settings.source.discovery
    if discovery is None:
        raise UserError(
            f"pipeline '{chosen.name}' does not say which adapter finds its sources",
            hint=f"add [pipeline.{chosen.name}.source.discovery] with adapter = NAME",
        )
    finder = site.open_sources(warehouse, chosen.adapter, discovery, source.catalog or "")
    found = finder.discover(source.schema_pattern.prefix)
    return found, site.attach(warehouse, chosen.adapter, source.adapter, source.catalog or "")


def _choose(settings: ReplicationPipeline, found: Discovery, catalog: str) -> tuple[ChosenCopies | None, str | None]:
    """What a run would copy, or why it would refuse; what was found is worth showing all the same."""
    try:
        return choose_copies(settings, found, None, catalog), None
    except UserError as refusal:
        return None, f"a run would refuse: {refusal.message}"


def _describe(
    sources: Sequence[MatchedSource], catalog: str, warehouse: Warehouse
) -> tuple[tuple[ObservedTable, ...], tuple[UndescribedSource, ...]]:
    described: list[ObservedTable] = []
    undescribed: list[UndescribedSource] = []
    for matched in sources:
        source = matched.source
        targets = [TargetName(catalog, source.schema, table.name) for table in source.tables]
        try:
            tables = warehouse.describe(targets)
        except StatementCancelled:
            raise
        except WarehouseError as error:
            undescribed.append(UndescribedSource(source.id, error.message))
            continue
        described += (table for table in tables.values() if table is not None)
        missing = [target.table for target, table in tables.items() if table is None]
        if missing:
            undescribed.append(UndescribedSource(source.id, f"there is no table {', '.join(missing)}"))
    return tuple(described), tuple(undescribed)


def _remember(site: Site, catalog: str, tables: Sequence[ObservedTable]) -> None:
    """Keep the columns under the names that the project's SQL uses, on this machine: compiling asks no server."""
    with closing(site.open_place("local", None)) as store:
        store.cache_schemas(_cached(table, catalog, site.clock) for table in tables)


def _cached(table: ObservedTable, catalog: str, clock: Clock) -> CachedSchema:
    columns = tuple(CachedColumn(column.name, column.type_text, column.nullable) for column in table.columns)
    return CachedSchema(table_key(replace(table.target, catalog=catalog)), columns, clock.now())


def _checks(
    copies: Sequence[SourceCopy], checks: PipelineChecks, dialect_name: str
) -> Iterator[tuple[tuple[str, ...], tuple[ConfiguredCheck, ...]]]:
    context = CheckContext(dialect_name)
    for one in copies:
        source = CheckedSource(one.copy.source)
        planned = plan_pipeline_checks(checks, CheckedTable(one.copy.target), context, source, one.timestamp_column)
        found = [ConfiguredCheck(check.name, check.kind) for check in planned]
        if checks.overlap is not None:
            name = f"cross_source_overlap:{one.source_type}.{one.source_table}"
            found.append(ConfiguredCheck(name, "cross_source_overlap", is_candidate=True))
        if found:
            yield one.copy.asset_key, tuple(found)


def _collisions(sources: Sequence[MatchedSource]) -> Iterator[tuple[str, tuple[str, ...]]]:
    bringing: dict[str, list[str]] = {}
    for matched in sources:
        for external in matched.source.external_object_ids:
            bringing.setdefault(external, []).append(matched.source.id)
    yield from ((external, tuple(ids)) for external, ids in sorted(bringing.items()) if len(ids) > 1)


def _new_sources(site: Site, pipeline: str, found: Discovery) -> Iterator[str]:
    """Schemas that the last run had not seen; only a run moves what they are compared with."""
    store = site.read_state(pipeline)
    if store is None:
        return
    with closing(store):
        before = store.discovered(pipeline)
    if before is not None:
        names = {*(one.schema for one in found.sources), *(one.schema for one in found.failed)}
        yield from sorted(names.difference(before))
