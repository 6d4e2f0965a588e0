"""Loads the seeds of a project into their tables, each of them whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.checked import Checked
from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.file_loads import FileRead, read_file
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.dialects.statements.tables import create_schema
from rocky_core.errors import FailureKind, StatementCancelled, UserError, WarehouseError
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.file_errors import is_about_layout, tell_file_error
from rocky_core.execution.read_files import first_bad_row
from rocky_core.ir.load import DataFile, FileFormat
from rocky_core.ir.model import TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ports.clock import Clock
from rocky_core.ports.warehouse import CsvFile, Session, Warehouse
from rocky_core.project_files.seeds import Seed

_STAGING: Final = "__rocky_staged_seed"


class SeedOutcome(Struct, frozen=True):
    """One seed; with an error its table holds what it held before."""

    name: str
    target: str
    columns: int = 0
    rows: int = 0
    duration_ms: int = 0
    error: str | None = None
    kind: FailureKind | None = None


def load_seeds(
    seeds: Checked[tuple[Seed, ...]], root: Path, warehouse: Warehouse, clock: Clock
) -> Iterator[SeedOutcome]:
    """Load every seed that can be read; those that cannot are told, and stop no other."""
    for found in seeds.diagnostics:
        if found.is_error:
            place = "" if found.span is None else f"{found.span.file}: "
            yield SeedOutcome(found.model, "", error=f"{place}{found.message}", kind=FailureKind.COMPILE_ERROR)
    for seed in seeds.value:
        yield _load(seed, root, warehouse, clock)


def adapter_of_seeds(config: RockyConfig, pipeline: str | None) -> str:
    """The adapter whose warehouse the seeds go into: that of the pipeline, else the only one that pipelines write to.

    Raises:
        UserError: there is no such pipeline, or several warehouses could be meant.

    """
    if pipeline is not None:
        return choose_pipeline(config, pipeline).adapter
    adapters = tuple(dict.fromkeys(one.target.adapter for one in config.pipelines.values())) or tuple(config.adapters)
    if len(adapters) == 1:
        return adapters[0]
    raise UserError(
        f"the seeds could go into several warehouses: {', '.join(adapters) or 'there is no adapter'}",
        hint="choose one by a pipeline that writes to it, with --pipeline NAME",
    )


def _load(seed: Seed, root: Path, warehouse: Warehouse, clock: Clock) -> SeedOutcome:
    target = seed.target or TargetName("", "", seed.name)
    started = clock.monotonic()
    shapes = shapes_of(warehouse.dialect_name)
    delimiter = "\t" if seed.file.endswith(".tsv") else ","
    header = tuple(name for name, _ in seed.columns)
    file = DataFile(seed.file, str(root / seed.file), FileFormat.CSV, target, delimiter=delimiter, header=header)
    rows, error, kind = 0, None, None
    try:
        with warehouse.session() as session:
            load = _read_whole if shapes.reads_files else _sent
            rows = load(seed, file, shapes, session)
    except StatementCancelled:
        raise
    except WarehouseError as failure:
        reason = failure.message
        if shapes.reads_files and is_about_layout(reason):
            with warehouse.session() as session:
                reason = first_bad_row(session, shapes, file, has_header=True) or reason
        error, kind = tell_file_error(reason, file.location, seed.file).reason, failure.failure_kind
        rows = 0
    return SeedOutcome(
        name=seed.name,
        target=str(target),
        columns=len(seed.columns),
        rows=rows,
        duration_ms=round(1000 * (clock.monotonic() - started)),
        error=None if error is None else f"{seed.file}: {error}",
        kind=kind,
    )


def _read_whole(seed: Seed, file: DataFile, shapes: StatementShapes, session: Session) -> int:
    """Where a query reads the file: everything in one transaction."""
    rows = 0
    with session.transaction():
        for statement in _statements(seed, file, shapes):
            affected = session.execute(statement).rows_affected
            rows = affected if affected is not None and statement.startswith("CREATE OR REPLACE TABLE") else rows
    return rows


def _sent(seed: Seed, file: DataFile, shapes: StatementShapes, session: Session) -> int:
    """Where a file must be sent: it fills a table beside the target, which one statement puts in the target's place."""
    target = file.target
    staging = replace(target, table=f"{target.table}{_STAGING}")
    names = tuple(shapes.configured(name) for name, _ in seed.columns)
    columns = tuple(zip(names, (_service_type(kind, shapes) for _, kind in seed.columns), strict=True))
    if target.schema:
        session.execute(create_schema(shapes, target))
    for statement in seed.pre_hook:
        session.execute(statement)
    listed = ", ".join(f"{shapes.quote(name)} {kind}" for name, kind in columns)
    session.execute(f"CREATE OR REPLACE TABLE {shapes.table(staging)} ({listed})")
    try:
        loaded = session.load_csv(CsvFile(file.location, names, file.delimiter), staging)
        session.execute(shapes.replace_with(target, staging, TableFormat()))
    finally:
        with suppress(WarehouseError):  # It is replaced the next time.
            session.execute(f"DROP TABLE IF EXISTS {shapes.table(staging)}")
    for statement in seed.post_hook:
        session.execute(statement)
    return loaded.rows_affected or 0


def _service_type(kind: str, shapes: StatementShapes) -> str:
    """A type that was inferred from the file, in the warehouse's words; one that it knows itself stays as it is."""
    found = dialect_named("duckdb").parse_type(kind)
    return dialect_named(shapes.name).spell_type(found) or kind


def _statements(seed: Seed, file: DataFile, shapes: StatementShapes) -> Iterable[str]:
    target = file.target
    if target.schema:
        yield create_schema(shapes, target)
    yield from seed.pre_hook
    types = tuple((name, shapes.text_type if kind.upper() == "STRING" else kind) for name, kind in seed.columns)
    yield f"CREATE OR REPLACE TABLE {shapes.table(target)} AS\n{read_file(shapes, FileRead(file, columns=types))}"
    yield from seed.post_hook
