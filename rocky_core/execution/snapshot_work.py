"""The work of a snapshot: one table, and the history of its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from rocky_core.config.pipelines import SnapshotPipeline
from rocky_core.errors import UserError
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.honour_creation import honour_creation
from rocky_core.execution.observe import MarkedTable, Outside, observe
from rocky_core.execution.pipeline_rules import check_rules, drift_policy, idle_settings, refuse_models
from rocky_core.execution.run_filter import RunFilter, parse_filter
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.ir.copy import TableHistory
from rocky_core.ir.names import TargetName, is_catalog, is_identifier
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.state import LoadedFile
from rocky_core.ir.world import ObservedWorld, Watermark
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_pipeline_checks
from rocky_core.planning.plan_history import plan_history
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.ports.warehouse import Warehouse


class SnapshotWork(Struct, frozen=True):
    """The history of one table."""

    site: Site
    pipeline: ChosenPipeline
    settings: SnapshotPipeline
    options: RunOptions
    wanted: RunFilter | None

    def marked_tables(self, warehouse: Warehouse) -> Iterator[MarkedTable]:
        """None: writing the same versions again changes nothing."""
        del warehouse
        return iter(())

    def unrecorded_files(self, tables: Collection[str], outside: Outside) -> tuple[LoadedFile, ...]:
        """None: versions are not made of files."""
        del tables, outside
        return ()

    def plan(self, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
        """What a run would do to the history now."""
        warehouse = outside.warehouse
        history = self._history(warehouse)
        options = PlanOptions(
            pipeline=self.pipeline.name,
            dialect_name=warehouse.dialect_name,
            pipeline_type="snapshot",
            drift=drift_policy(self.site.config, self.settings),
        )
        notes = tuple(idle_settings(self.site.config, self.settings, warehouse.dialect_name))
        if self.wanted is not None and not self.wanted.takes_target(history.target):
            return Plan(self.pipeline.name, "snapshot", (), notes=(*notes, f"{self.wanted} matches nothing"))
        world = observe((), (history.source, history.target), outside, proven)
        plan = honour_creation(plan_history(history, world, options), self.settings.target.governance, warehouse)
        tables = tuple(self._checked(table, history, world, warehouse.dialect_name) for table in plan.tables)
        return replace(plan, tables=tables, notes=notes)

    def _history(self, warehouse: Warehouse) -> TableHistory:
        source, target = self.settings.source, self.settings.target
        catalog = self.site.attach(warehouse, target.adapter, source.adapter, source.catalog)
        return TableHistory(
            source=TargetName(catalog, source.schema_name, source.table),
            target=TargetName(target.catalog, target.schema_name, target.table),
            unique_key=self.settings.unique_key,
            updated_at=self.settings.updated_at,
            closes_deleted=self.settings.invalidate_hard_deletes,
        )

    def _checked(
        self, table: PlannedTable, history: TableHistory, world: ObservedWorld, dialect_name: str
    ) -> PlannedTable:
        source = world.tables.get(history.source)
        if table.refusal is not None or source is None:
            return table
        columns = tuple(Column(column.name, column.data_type, column.nullable) for column in source.columns)
        rules = check_rules(self.site, self.settings, self.options)
        checked = CheckedTable(history.target, columns=columns)
        context = CheckContext(dialect_name)
        checks = plan_pipeline_checks(rules.pipeline, checked, context, timestamp_column=history.updated_at)
        return replace(table, checks=checks)


def snapshot_work(
    site: Site, pipeline: ChosenPipeline, settings: SnapshotPipeline, options: RunOptions
) -> SnapshotWork:
    """The one table that the pipeline is for.

    Raises:
        UserError: its names are none, or the wishes do not fit a snapshot.

    """
    refuse_models(pipeline, options)
    for role, place in (("source", settings.source), ("target", settings.target)):
        for name, is_valid in (
            (place.catalog, is_catalog),
            (place.schema_name, is_identifier),
            (place.table, is_identifier),
        ):
            if name and not is_valid(name):
                raise UserError(
                    f"pipeline '{pipeline.name}': '{name}' is not a valid name in [{role}]",
                    hint="names are made of letters, digits and '_'",
                )
    return SnapshotWork(site, pipeline, settings, options, parse_filter(options.filter))
