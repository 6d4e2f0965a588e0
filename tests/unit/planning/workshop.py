"""A small workshop for planning tests: models from text, compiled, planned, and run on a real DuckDB."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from rocky_core.compiler.compile_project import compile_project
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import NewWatermark, Plan, PlannedTable
from rocky_core.ir.project import CompiledProject, ProjectSource
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.state import table_key
from rocky_core.ir.strategy import Strategy, View
from rocky_core.ir.world import GracePeriod, ObservedColumn, ObservedTable, ObservedWorld, PartitionRecord, Watermark
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.trace_inputs import tables_to_observe

NOW = datetime(2024, 3, 10, 12, 30, tzinfo=UTC)
OPTIONS = PlanOptions("main", "duckdb")
DUCKDB = dialect_named("duckdb")


def model(name: str, sql: str, strategy: Strategy | None = None, **fields: object) -> Model:
    """A model that writes `marts.<name>`; a view unless a strategy is given."""
    target = fields.pop("target", TargetName("", "marts", name))
    text = SourceText(f"models/{name}.sql", sql, sql)
    return Model(name=name, source=text, target=target, strategy=strategy or View(), **fields)


def compiled(*models: Model, sources: Mapping[str, Mapping[str, str]] | None = None) -> CompiledProject:
    """The models compiled; `sources` are tables as `schema.table` to column name to type, none of them NULL."""
    schemas = {
        tuple(table.split(".")): tuple(
            Column(name, DUCKDB.parse_type(text), nullable=False) for name, text in columns.items()
        )
        for table, columns in (sources or {}).items()
    }
    return compile_project(ProjectSource(models, source_schemas=schemas), DUCKDB)


def table(name: str, columns: Mapping[str, str], kind: str = "table") -> ObservedTable:
    """A table that was seen as `marts.<name>`."""
    return ObservedTable(TargetName("", "marts", name), observed(columns), kind)


def observed(columns: Mapping[str, str]) -> tuple[ObservedColumn, ...]:
    """Columns as DuckDB describes them."""
    return tuple(ObservedColumn(name, text, DUCKDB.parse_type(text)) for name, text in columns.items())


def absent(*models: Model, now: datetime = NOW) -> ObservedWorld:
    """A world in which the models' tables were looked for and not found."""
    return ObservedWorld(now, tables=dict.fromkeys(one.target for one in models))


@dataclass
class Warehouse:
    """A DuckDB in memory that runs plans, with the bookkeeping that a run would keep."""

    database: duckdb.DuckDBPyConnection
    now: datetime = NOW
    watermarks: dict[str, Watermark] = field(default_factory=dict)
    partitions: dict[str, tuple[PartitionRecord, ...]] = field(default_factory=dict)
    grace_periods: dict[str, tuple[GracePeriod, ...]] = field(default_factory=dict)

    def source(self, name: str, rows: str) -> None:
        """Replace a source table by the result of a query."""
        schema = name.partition(".")[0]
        self.database.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE OR REPLACE TABLE {name} AS {rows}")

    def source_types(self) -> dict[str, dict[str, str]]:
        found = self.database.execute(
            "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE schema_name = 'raw' ORDER BY table_name, column_index"
        ).fetchall()
        types: dict[str, dict[str, str]] = {}
        for name, column, text in found:
            types.setdefault(name, {})[column] = text
        return types

    def observe(self, targets: Iterable[TargetName]) -> ObservedWorld:
        return ObservedWorld(
            now=self.now,
            tables={target: self._look_at(target) for target in targets},
            watermarks=dict(self.watermarks),
            partitions=dict(self.partitions),
            grace_periods=dict(self.grace_periods),
        )

    def plan(self, *models: Model, options: PlanOptions = OPTIONS) -> Plan:
        """The plan of all these models against what is there."""
        project = compiled(*models, sources=self.source_types())
        names = tuple(project.models)
        return build_plan(project, names, self.observe(tables_to_observe(project, names, options)), options)

    def run(self, *models: Model, options: PlanOptions = OPTIONS, remember: bool = True) -> Plan:
        """Plan the models and run just what was planned; without `remember` the run is cut short after its writes."""
        plan = self.plan(*models, options=options)
        for entry in plan.tables:
            assert entry.refusal is None, entry.refusal
            self.run_table(entry)
            if remember:
                self.remember(entry)
        return plan

    def run_table(self, entry: PlannedTable) -> None:
        for step in entry.steps:
            if step.is_atomic:
                self.database.begin()
            for statement in step.statements:
                self.database.execute(statement)
            if step.is_atomic:
                self.database.commit()

    def rows(self, query: str) -> list[tuple]:
        return self.database.execute(query).fetchall()

    def remember(self, entry: PlannedTable) -> None:
        key = table_key(entry.target)
        if entry.new_watermark is NewWatermark.MAX_OF_TARGET:
            newest = self.rows(f"SELECT max({entry.watermark_column})::VARCHAR FROM {entry.target}")[0][0]
            if newest is not None:
                self.watermarks[key] = Watermark(newest, self.now)
        if entry.forgets_partitions:
            self.partitions.pop(key, None)
        if entry.partition is not None:
            keys = (entry.partition.key, *entry.partition.batched_with)
            kept = tuple(record for record in self.partitions.get(key, ()) if record.key not in keys)
            self.partitions[key] = (*kept, *(PartitionRecord(one, self.now, entry.recipe_hash) for one in keys))
        self.grace_periods[key] = entry.grace_periods

    def _look_at(self, target: TargetName) -> ObservedTable | None:
        found = self.database.execute(
            "SELECT column_name, data_type, is_nullable FROM duckdb_columns() "
            "WHERE schema_name = ? AND table_name = ? ORDER BY column_index",
            [target.schema or "main", target.table],
        ).fetchall()
        if not found:
            return None
        views = self.database.execute(
            "SELECT 1 FROM duckdb_views() WHERE schema_name = ? AND view_name = ?",
            [target.schema or "main", target.table],
        ).fetchall()
        columns = tuple(ObservedColumn(name, text, DUCKDB.parse_type(text), null) for name, text, null in found)
        return ObservedTable(target, columns, "view" if views else "table")


def with_options(**changes: object) -> PlanOptions:
    return replace(OPTIONS, **changes)


def steps_of(plan: Plan) -> Sequence[tuple[str, str, str | None]]:
    """Model, purpose and what is lost of every step."""
    return [(entry.name, step.purpose, step.destroys) for entry in plan.tables for step in entry.steps]
