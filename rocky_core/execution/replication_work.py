"""The work of a replication: which tables its sources have, and what brings each copy up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from msgspec import Struct

from rocky_core.config.pipelines import ReplicationPipeline
from rocky_core.errors import UserError
from rocky_core.execution.check_copies import CopyChecking, attach_copy_checks
from rocky_core.execution.choose_copies import ChosenCopies, SourceCopy, choose_copies
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.honour_creation import honour_creation
from rocky_core.execution.models_after_copies import models_after_copies
from rocky_core.execution.observe import MarkedTable, Outside, observe
from rocky_core.execution.pipeline_rules import check_rules, drift_policy, idle_settings
from rocky_core.execution.prune_copies import Pruning, prune_copies
from rocky_core.execution.run_filter import RunFilter, parse_filter
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.table_overrides import strategy_problems
from rocky_core.execution.transformation_work import TransformationWork, all_models
from rocky_core.ir.plan import LeftOut, Plan
from rocky_core.ir.replace import replace
from rocky_core.ir.sources import Discovery
from rocky_core.ir.state import LoadedFile
from rocky_core.ir.strategy import Incremental
from rocky_core.ir.world import ObservedWorld, Watermark
from rocky_core.planning.plan_copies import plan_copies, tables_to_observe_for
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.ports.warehouse import Warehouse

MISSING: Final = "missing_from_source"


class ReplicationWork(Struct):
    """The tables of all sources; which there are is asked once, when somebody wants to know."""

    site: Site
    pipeline: ChosenPipeline
    settings: ReplicationPipeline
    options: RunOptions
    wanted: RunFilter | None
    models: TransformationWork | None
    _chosen: ChosenCopies | None = None

    def marked_tables(self, warehouse: Warehouse) -> Iterator[MarkedTable]:
        """The copies that are appended to, those that were not asked for included; and models."""
        for copy in self._choose(warehouse).everything:
            if isinstance(copy.strategy, Incremental):
                yield MarkedTable(copy.target, copy.strategy.timestamp_column)
        if self.models is not None:
            yield from self.models.marked_tables(warehouse)

    def unrecorded_files(self, tables: Collection[str], outside: Outside) -> tuple[LoadedFile, ...]:
        """None: copies are not made of files."""
        del tables, outside
        return ()

    def plan(self, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
        """What a run of the copies would do now, and then of the models where they are asked for."""
        chosen = self._choose(outside.warehouse)
        copies = tuple(one.copy for one in chosen.copies)
        world = observe((), tables_to_observe_for(copies), outside, proven)
        there = tuple(one for one in chosen.copies if world.tables.get(one.copy.source) is not None)
        pruning = self._prune(there, world, outside)
        rest = tuple(one for one in there if one not in pruning.unchanged)
        plan = pruning.remember(self._plan_copies(rest, pruning.unchanged, world, outside.warehouse))
        gone = (one for one in chosen.copies if world.tables.get(one.copy.source) is None)
        plan = replace(
            plan,
            tables=(*chosen.refused, *plan.tables),
            left_out=(*chosen.left_out, *map(_missing, gone), *pruning.left_out),
            override_warnings=chosen.override_warnings,
            notes=(*chosen.notes, *plan.notes, *self._idle_settings(outside.warehouse)),
            discovered=chosen.discovered if self._tells_new_sources() else None,
        )
        if self.models is None:
            return plan
        return models_after_copies(plan, self.models.project, self.models.plan(outside, proven))

    def _prune(self, there: tuple[SourceCopy, ...], world: ObservedWorld, outside: Outside) -> Pruning:
        if not self.settings.prune_unchanged:
            return Pruning({}, ())
        return prune_copies(there, world, outside, may_skip=not self.options.no_prune)

    def _plan_copies(
        self,
        wanted: tuple[SourceCopy, ...],
        unchanged: tuple[SourceCopy, ...],
        world: ObservedWorld,
        warehouse: Warehouse,
    ) -> Plan:
        options = PlanOptions(
            pipeline=self.pipeline.name,
            dialect_name=warehouse.dialect_name,
            pipeline_type="replication",
            drift=drift_policy(self.site.config, self.settings),
        )
        plan = plan_copies(tuple(one.copy for one in wanted), world, options)
        plan = honour_creation(plan, self.settings.target.governance, warehouse)
        rules = check_rules(self.site, self.settings, self.options)
        checking = CopyChecking(world, rules, warehouse.dialect_name)
        return attach_copy_checks(plan, wanted, unchanged, checking)

    def _choose(self, warehouse: Warehouse) -> ChosenCopies:
        if self._chosen is None:
            source, discovery = self.settings.source, self.settings.source.discovery
            own = self.pipeline.adapter
            catalog = self.site.attach(warehouse, own, source.adapter, source.catalog or "")
            if discovery is None:
                raise UserError(
                    f"pipeline '{self.pipeline.name}' does not say which adapter finds its sources",
                    hint=f"add [pipeline.{self.pipeline.name}.source.discovery] with adapter = NAME",
                )
            found = self.site.open_sources(warehouse, own, discovery, source.catalog or "").discover(
                self.settings.source.schema_pattern.prefix
            )
            notes = _collisions(found, self.settings)
            chosen = choose_copies(self.settings, found, self.wanted, catalog)
            self._chosen = replace(chosen, notes=(*notes, *chosen.notes))
        return self._chosen

    def _tells_new_sources(self) -> bool:
        discovery = self.settings.source.discovery
        return discovery is not None and discovery.report_new_sources

    def _idle_settings(self, warehouse: Warehouse) -> Iterator[str]:
        if self.options.all_models and self.models is None:
            yield "there are no models to be built after the copies"
        yield from idle_settings(self.site.config, self.settings, warehouse.dialect_name)


def replication_work(
    site: Site, pipeline: ChosenPipeline, settings: ReplicationPipeline, options: RunOptions
) -> ReplicationWork:
    """The copies that were asked for, and the project's models if they were.

    Raises:
        UserError: the settings name strategies that there are not, or the wishes do not fit a replication.

    """
    problems = tuple(strategy_problems(settings))
    if problems:
        raise UserError(f"pipeline '{pipeline.name}': {'; '.join(problems)}")
    if options.models and not options.all_models:
        raise UserError(
            f"pipeline '{pipeline.name}' copies tables, and --model chooses models",
            hint="choose sources with --filter, or add --all to build models after the copies",
        )
    models = all_models(site, pipeline, options) if options.all_models else None
    return ReplicationWork(site, pipeline, settings, options, parse_filter(options.filter), models)


def _missing(one: SourceCopy) -> LeftOut:
    return LeftOut(one.copy.asset_key, one.source_schema, one.source_table, MISSING)


def _collisions(found: Discovery, settings: ReplicationPipeline) -> tuple[str, ...]:
    """Sources that bring the same object of the world outside.

    Raises:
        UserError: there are such, and the settings call that an error.

    """
    policy = "off" if settings.source.discovery is None else settings.source.discovery.on_collision
    if policy == "off":
        return ()
    bringing: dict[str, list[str]] = {}
    for source in found.sources:
        for external in source.external_object_ids:
            bringing.setdefault(external, []).append(source.schema)
    told = tuple(
        f"'{external}' is brought by several sources: {', '.join(schemas)}"
        for external, schemas in sorted(bringing.items())
        if len(schemas) > 1
    )
    if told and policy == "error":
        raise UserError(f"nothing was copied: {'; '.join(told)}", hint="leave all but one of them out")
    return told
