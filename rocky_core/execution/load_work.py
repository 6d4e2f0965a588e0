"""The work of a load pipeline: which files there are, which of them their tables lack, which statements load them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from rocky_core.config.load_to_ir import to_load_rules
from rocky_core.config.pipelines import LoadPipeline
from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.sent_files import drop_staging, staging_of
from rocky_core.errors import UserError, WarehouseError
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.observe import MarkedTable, Outside
from rocky_core.execution.pipeline_rules import check_rules, idle_settings, refuse_models
from rocky_core.execution.read_files import read_columns
from rocky_core.execution.read_ledgers import read_ledgers
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.ir.checks import PipelineChecks
from rocky_core.ir.load import FileFormat, LoadRules
from rocky_core.ir.names import TargetName, is_catalog, is_identifier
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.state import LoadedFile, table_key
from rocky_core.ir.world import ObservedWorld, Watermark
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.choose_files import choose_files
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.planning.plan_checks import CheckContext, named_apart, plan_pipeline_checks
from rocky_core.planning.plan_load import plan_load, targets_of
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.ports.warehouse import LoadsOnce, Warehouse
from rocky_core.project_files.data_files import FileSearch, FoundFiles, find_data_files, source_folder


class LoadWork(Struct, frozen=True):
    """The files of a folder and the tables that they belong to."""

    pipeline: ChosenPipeline
    root: Path
    search: FileSearch
    rules: LoadRules
    checks: PipelineChecks
    open_local: Callable[[], Warehouse]
    notes: tuple[str, ...] = ()  # What the settings ask for and no load does.

    def marked_tables(self, warehouse: Warehouse) -> Iterator[MarkedTable]:
        """None: the ledger beside each table says what it holds."""
        del warehouse
        yield from ()

    def unrecorded_files(self, tables: Collection[str], outside: Outside) -> tuple[LoadedFile, ...]:
        """What the ledgers of these tables say of files that are there; what held files that were sent is dropped."""
        _drop_left_overs(tables, outside.warehouse)
        files = [one for one in self._find().files if table_key(one.target) in tables and one.problem is None]
        ledgers = read_ledgers(outside.warehouse, targets_of(files))
        return tuple(
            LoadedFile(
                pipeline=self.pipeline.name,
                path=file.path,
                loaded_at=datetime.fromisoformat(entry.loaded_at).replace(tzinfo=UTC),
                rows_loaded=entry.rows,
                bytes_read=entry.size,
                file_hash=entry.content_hash,
            )
            for file in files
            for entry in ledgers[file.target].held
            if entry.path == file.path
        )

    def plan(self, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
        """What a run would load now; the files are looked into as far as they are to be loaded."""
        del proven  # Ledgers are written with the rows, so they are never behind.
        warehouse = outside.warehouse
        found = self._find()
        options = PlanOptions(self.pipeline.name, warehouse.dialect_name, "load")
        shapes = shapes_of(warehouse.dialect_name)
        targets = targets_of(found.files)
        world = ObservedWorld(outside.clock.now(), warehouse.describe(targets))
        chosen = choose_files(found.files, world.tables, read_ledgers(warehouse, targets), self.rules)
        absent = [target for target in targets if world.tables.get(target) is None]
        with nullcontext(warehouse) if shapes.reads_files else closing(self.open_local()) as reader:
            read = read_columns(reader, chosen.wanted, absent, has_header=self.rules.has_header)
        plan = plan_load(chosen, read, world, self.rules, options)
        return replace(
            plan,
            tables=tuple(self._checked(plan, warehouse.dialect_name)),
            excluded=(*plan.excluded, *((self._in_folder(name), self._left_out) for name in found.left_out)),
            notes=(*self.notes, *(() if found.files else (f"there is no file to load in '{self.search.source_dir}'",))),
        )

    def _find(self) -> FoundFiles:
        return find_data_files(self.root, self.search)

    def _in_folder(self, name: str) -> str:
        return f"{self.search.source_dir.rstrip('/')}/{name}"

    @property
    def _left_out(self) -> str:
        wanted = self.search.format
        return "no file of a format that is loaded" if wanted is None else f"not of the format '{wanted.value}'"

    def _checked(self, plan: Plan, dialect_name: str) -> Iterator[PlannedTable]:
        """The entries, the last one of each table with what the pipeline checks."""
        last = {table.name.lower(): index for index, table in enumerate(plan.tables)}
        for index, table in enumerate(plan.tables):
            if table.load is None or table.refusal is not None or last[table.name.lower()] != index:
                yield table
                continue
            parse = dialect_named("duckdb" if table.load.is_read_here else dialect_name).parse_type
            columns = tuple(Column(name, parse(kind)) for name, kind in table.load.table_columns)
            checked = CheckedTable(table.target, columns=columns)
            planned = plan_pipeline_checks(self.checks, checked, CheckContext(dialect_name, {}), timestamp_column=None)
            yield replace(table, checks=named_apart(planned))


def load_work(site: Site, pipeline: ChosenPipeline, settings: LoadPipeline, options: RunOptions) -> LoadWork:
    """The work that the pipeline's settings and the wishes describe; the files are looked for when it is planned.

    Raises:
        UserError: the wishes do not fit, a name of the target is no identifier, or the folder is out of the project.

    """
    refuse_models(pipeline, options)
    for option, is_said in (
        ("--filter", options.filter is not None),
        ("--all", options.all_models),
        ("a choice of partitions", options.partitions != PartitionChoice()),
    ):
        if is_said:
            raise UserError(
                f"pipeline '{pipeline.name}' loads files, and {option} is about tables of other pipelines",
                hint="leave it out, or choose another pipeline with --pipeline NAME",
            )
    target = settings.target
    for key, name in (("catalog", target.catalog), ("schema", target.schema_name), ("table", target.table)):
        if name is not None and not (is_catalog(name) if key == "catalog" else is_identifier(name)):
            raise UserError(f"[pipeline.{pipeline.name}.target] {key} = '{name}' is not a valid identifier")
    source_folder(site.root, settings.source_dir)
    search = FileSearch(
        source_dir=settings.source_dir,
        target=TargetName(target.catalog, target.schema_name, target.table or ""),
        format=None if settings.format is None else FileFormat(settings.format),
        delimiter=settings.options.csv_delimiter,
        has_header=settings.options.csv_has_header,
    )
    rules = to_load_rules(settings, reloads=options.reload)
    checks = check_rules(site, settings, options).pipeline
    notes = tuple(_idle_settings(site, settings, pipeline.adapter))
    return LoadWork(pipeline, site.root, search, rules, checks, site.open_local, notes)


def _drop_left_overs(tables: Iterable[str], warehouse: Warehouse) -> None:
    """Drop what took files for these tables when a run was cut short; the next file would only replace it."""
    shapes = shapes_of(warehouse.dialect_name)
    if shapes.reads_files:
        return
    targets = tuple(TargetName(*("", "", *key.split("."))[-3:]) for key in tables)
    names = [one.last_name for one in read_ledgers(warehouse, targets).values()] if shapes.names_loads else []
    with warehouse.session() as session:
        if shapes.names_loads and isinstance(session, LoadsOnce):
            for name in filter(None, names):
                with suppress(WarehouseError):  # Nothing depends on it, though nobody will look for it again.
                    session.forget_load(name)
        else:
            for target in targets:
                with suppress(WarehouseError):  # Nothing depends on it, and it is replaced when it is needed.
                    session.execute(drop_staging(shapes, staging_of(target)))


def _idle_settings(site: Site, settings: LoadPipeline, adapter: str) -> Iterator[str]:
    configured = site.config.adapters.get(adapter)
    yield from idle_settings(site.config, settings, "" if configured is None else configured.type)
    if "batch_size" in settings.options.model_fields_set:
        yield "options.batch_size is set, but every file is taken in as a whole"
