"""The work of a quality pipeline: tables that others make, and what is measured of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from msgspec import Struct

from rocky_core.config.pipelines import QualityPipeline, TableReference
from rocky_core.errors import FailureKind, UserError
from rocky_core.execution.check_rules import CheckRules
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.observe import MarkedTable, Outside, observe
from rocky_core.execution.pipeline_rules import check_rules, idle_settings, refuse_models
from rocky_core.execution.run_filter import RunFilter, parse_filter
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.ir.checks import PipelineChecks
from rocky_core.ir.names import TargetName, is_catalog, is_engines_own, is_identifier
from rocky_core.ir.plan import Plan, PlannedTable, Refusal, TableKind
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.state import LoadedFile
from rocky_core.ir.world import ObservedTable, Watermark
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_pipeline_checks
from rocky_core.planning.plan_quarantine import plan_quarantine
from rocky_core.ports.warehouse import Warehouse

STRATEGY: Final = "quality"


class QualityWork(Struct, frozen=True):
    """Tables by name and whole schemas; nothing is built."""

    site: Site
    pipeline: ChosenPipeline
    settings: QualityPipeline
    options: RunOptions
    wanted: RunFilter | None

    def marked_tables(self, warehouse: Warehouse) -> Iterator[MarkedTable]:
        """None: nothing is written that could be cut short."""
        del warehouse
        return iter(())

    def unrecorded_files(self, tables: Collection[str], outside: Outside) -> tuple[LoadedFile, ...]:
        """None: nothing is written."""
        del tables, outside
        return ()

    def plan(self, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
        """Which tables are looked at, and the queries that measure them."""
        warehouse = outside.warehouse
        notes = list(idle_settings(self.site.config, self.settings, warehouse.dialect_name))
        if not self.settings.checks.enabled:
            notes.append("nothing is measured, because checks.enabled is not true")
            return Plan(self.pipeline.name, "quality", (), notes=tuple(notes))
        targets = tuple(dict.fromkeys(self._targets(warehouse, notes)))
        if self.wanted is not None:
            targets = tuple(target for target in targets if self.wanted.takes_target(target))
        if not targets:
            notes.append("there is no table to look at" if self.wanted is None else f"{self.wanted} matches nothing")
        world = observe((), targets, outside, proven)
        rules = check_rules(self.site, self.settings, self.options)
        tables = tuple(_planned(target, world.tables.get(target), rules, warehouse.dialect_name) for target in targets)
        return Plan(self.pipeline.name, "quality", tables, notes=(*notes, *_unused(rules.pipeline, targets)))

    def _targets(self, warehouse: Warehouse, notes: list[str]) -> Iterator[TargetName]:
        for reference in self.settings.tables:
            if reference.table is not None:
                yield TargetName(reference.catalog, reference.schema_name, reference.table)
                continue
            found = warehouse.list_tables(reference.schema_name, catalog=reference.catalog)
            if not found:
                notes.append(f"schema {reference.catalog}.{reference.schema_name} holds no table")
            suffixes = self._of_quarantines()
            for name in found:
                if not name.endswith(suffixes) and not is_engines_own(name):
                    yield TargetName(reference.catalog, reference.schema_name, name)

    def _of_quarantines(self) -> tuple[str, ...]:
        """How tables end that an earlier run has set apart: they are not measured as if they were the schema's own."""
        quarantine = self.settings.checks.quarantine
        if quarantine is None or not quarantine.enabled:
            return ()
        return tuple(suffix for suffix in (quarantine.suffix_valid, quarantine.suffix_quarantine) if suffix)


def quality_work(site: Site, pipeline: ChosenPipeline, settings: QualityPipeline, options: RunOptions) -> QualityWork:
    """The tables that the pipeline names.

    Raises:
        UserError: a name is none, or the wishes do not fit a quality pipeline.

    """
    refuse_models(pipeline, options)
    for reference in settings.tables:
        _require_names(pipeline.name, reference)
    return QualityWork(site, pipeline, settings, options, parse_filter(options.filter))


def _require_names(pipeline: str, reference: TableReference) -> None:
    for name, is_valid in (
        (reference.catalog, is_catalog),
        (reference.schema_name, is_identifier),
        (reference.table, is_identifier),
    ):
        if name and not is_valid(name):
            raise UserError(
                f"pipeline '{pipeline}': '{name}' is not a valid name in 'tables'",
                hint="names are made of letters, digits and '_'",
            )


def _planned(target: TargetName, observed: ObservedTable | None, rules: CheckRules, dialect_name: str) -> PlannedTable:
    table = PlannedTable(
        (target.catalog, target.schema, target.table), str(target), target, STRATEGY, (), kind=TableKind.MEASURED
    )
    if observed is None:
        return replace(table, refusal=Refusal(FailureKind.NOT_FOUND, f"there is no table {target}"))
    columns = tuple(Column(column.name, column.data_type, column.nullable) for column in observed.columns)
    checked, context = CheckedTable(target, columns=columns), CheckContext(dialect_name)
    pipeline = rules.pipeline
    quarantine = None
    if pipeline.quarantine is not None:
        named = [(one.name, one.test) for one in pipeline.assertions if one.table.lower() == target.table.lower()]
        quarantine = plan_quarantine(pipeline.quarantine, named, checked, context)
    return replace(table, checks=plan_pipeline_checks(pipeline, checked, context), quarantine=quarantine)


def _unused(checks: PipelineChecks, targets: tuple[TargetName, ...]) -> Iterator[str]:
    """Assertions of tables that are not looked at: whoever wrote them believes that they hold."""
    names = {target.table.lower() for target in targets}
    for table in dict.fromkeys(one.table for one in checks.assertions):
        if table.lower() not in names:
            yield f"the assertions of '{table}' are not evaluated: no such table is looked at"
