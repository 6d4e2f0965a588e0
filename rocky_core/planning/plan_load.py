"""Plans a load pipeline: an entry per file, written whole or not at all; those of one table follow each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.file_loads import (
    FileRead,
    create_ledger,
    create_table,
    drop_staged,
    empty_unless_begun,
    forget_lost_table,
    insert_staged,
    record_file,
    stage_file,
    staged_table,
)
from rocky_core.dialects.statements.load_records import create_records
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.sent_types import read_as, takes_texts
from rocky_core.dialects.statements.tables import create_schema
from rocky_core.errors import FailureKind
from rocky_core.ir.load import DataFile, LoadRules, PlannedLoad, ReadFile
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import Plan, PlannedTable, Refusal, Step, TableKind
from rocky_core.ir.replace import replace
from rocky_core.ir.types import UNKNOWN
from rocky_core.ir.world import ObservedTable, ObservedWorld
from rocky_core.planning.choose_files import ChosenFiles
from rocky_core.planning.plan_named_load import name_file, naming_steps
from rocky_core.planning.plan_options import PlanOptions
from rocky_core.planning.plan_sent_file import send_file, sending_steps
from rocky_core.planning.sent_columns import SentLoad

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect
    from rocky_core.dialects.statements.shapes import StatementShapes

LOAD: Final = "load"
FORGET_LOST: Final = "forget_lost_table"

Columns = tuple[tuple[str, str], ...]  # Name and type.


class _Group(Struct, frozen=True):
    """The files of one table, and the columns that it has or will have."""

    observed: ObservedTable | None
    columns: Columns
    batch: str


class _Context(Struct, frozen=True):
    rules: LoadRules
    dialect: Dialect  # Of whoever reads the files: the warehouse, or the DuckDB of this process.
    reader: StatementShapes  # Likewise.
    shapes: StatementShapes  # Of the warehouse.
    begun: Mapping[str, str]  # The names under which files were begun, by path.


def plan_load(
    chosen: ChosenFiles, read: Mapping[str, ReadFile], world: ObservedWorld, rules: LoadRules, options: PlanOptions
) -> Plan:
    """What a run does with these files; their tables must have been looked at, and so must every readable file."""
    shapes = shapes_of(options.dialect_name)
    reader = shapes if shapes.reads_files else shapes_of("duckdb")
    context = _Context(rules, dialect_named(reader.name), reader, shapes, chosen.begun)
    groups: dict[tuple[str, str, str], _Group] = {}
    tables = []
    for file in chosen.wanted:
        key = file.target.folded()
        if key not in groups:
            members = [read.get(one.path) for one in chosen.wanted if one.target.folded() == key]
            observed = world.tables.get(file.target)
            columns = _columns_of(observed, [one for one in members if one is not None], context)
            groups[key] = _Group(observed, columns, chosen.batches.get(key, ""))
        tables.append(_planned(file, read.get(file.path), groups[key], context))
    return Plan(options.pipeline, LOAD, tuple(tables), chosen.excluded)


def _planned(file: DataFile, read: ReadFile | None, group: _Group, context: _Context) -> PlannedTable:
    target = file.target
    entry = PlannedTable(
        (target.catalog, target.schema, target.table), target.table, target, LOAD, (), kind=TableKind.FILE
    )
    load = _described(file, read, group, context)
    entry = replace(entry, load=load)
    refusal = _refusal(file, read, group, context)
    if refusal is not None:
        return replace(entry, refusal=refusal)
    shapes, rules = context.shapes, context.rules
    needs_schema = rules.creates_schema and bool(target.schema) and target.schema.lower() != "main"
    prepare = (
        *((create_schema(shapes, target),) if needs_schema else ()),
        create_records(shapes, target) if shapes.names_loads else create_ledger(shapes, target),
    )
    # Apart from what all files of a schema begin with, so that it is done once in a run.
    forget = () if shapes.names_loads else (Step(FORGET_LOST, (forget_lost_table(shapes, target),)),)
    before = (Step("create_schema", prepare), *forget)
    lost = f"the rows that {target} holds now" if rules.truncates and group.observed is not None else None
    recipe = blake2b(f"{file.path}\0{file.content_hash}\0{rules!r}".encode("utf-8", "surrogatepass"), digest_size=8)
    entry = replace(entry, recipe_hash=recipe.hexdigest())
    if not shapes.reads_files:
        sent = SentLoad(file, load, group.observed, group.columns, group.batch)
        if shapes.names_loads:
            load = name_file(shapes, sent, rules, context.begun.get(file.path))
            steps = naming_steps(shapes, sent, lost)
        else:
            load, steps = send_file(shapes, sent, rules), sending_steps(shapes, sent, rules, lost)
        return replace(entry, steps=(*before, *steps), load=load)
    statements = (
        stage_file(shapes, FileRead(file, rules.has_header, load.columns)),
        *((create_table(shapes, target, group.columns),) if group.observed is None else ()),
        *(empty_unless_begun(shapes, target, group.batch) if rules.truncates else ()),
        *record_file(shapes, target, file, group.batch, staged_table(shapes)),
        insert_staged(shapes, target, [name for name, _ in load.columns]),
        drop_staged(shapes),
    )
    return replace(entry, steps=(*before, Step(LOAD, statements, is_atomic=True, destroys=lost)))


def _refusal(file: DataFile, read: ReadFile | None, group: _Group, context: _Context) -> Refusal | None:
    problem = file.problem if file.problem is not None or read is None else read.problem
    if problem is not None:
        return Refusal(FailureKind.QUERY_REJECTED, f"{file.path}: {problem}")
    if group.observed is None:
        if not context.rules.creates_table:
            reason = f"{file.path}: the table {file.target} is not there, and create_table = false"
            return Refusal(FailureKind.NOT_FOUND, reason)
        problem = _bad_type(context)
    else:
        problem = _misfit(file, read, group.observed, context)
    return None if problem is None else Refusal(FailureKind.QUERY_REJECTED, f"{file.path}: {problem}")


def _bad_type(context: _Context) -> str | None:
    contract = context.rules.contract
    for column in contract.required if contract is not None else ():
        if context.dialect.parse_type(column.type_text) == UNKNOWN:
            return f"the contract gives column '{column.name}' the type '{column.type_text}', which there is not"
    return None


def _misfit(file: DataFile, read: ReadFile | None, table: ObservedTable, context: _Context) -> str | None:
    """Why the file's columns cannot go into the table that is there."""
    if table.kind != "table":
        return f"{file.target} is a {table.kind}, which no rows can be added to"
    offered = () if read is None else read.columns
    if file.header is not None and not context.rules.has_header:
        if len(offered) != len(table.columns):
            return f"it has {len(offered)} columns and no header, and {file.target} has {len(table.columns)} columns"
        return None
    known = {column.name.lower() for column in table.columns}
    extra = [column.name for column in offered if column.name.lower() not in known]
    if extra:
        columns = ", ".join(f"'{name}'" for name in extra)
        return (
            f"{file.target} has no column {columns}; add it with ALTER TABLE, or take it out of the file "
            f"(the table has {', '.join(column.name for column in table.columns)})"
        )
    if not context.shapes.reads_files:
        named = {column.name.lower() for column in offered}
        for one in table.columns:
            if one.name.lower() in named and not takes_texts(context.shapes.name, one.type_text):
                return f"column '{one.name}' is of type {one.type_text}, which no file is loaded into; make it JSON"
    return None


def _described(file: DataFile, read: ReadFile | None, group: _Group, context: _Context) -> PlannedLoad:
    """The file with the types that it is read as: those of its table, so that no value is changed on the way."""
    offered = () if read is None else read.columns
    names = [column.name for column in offered]
    if file.header is not None and not context.rules.has_header and group.observed is not None:
        names = [column.name for column in group.observed.columns][: len(names)]
    wanted = {name.lower(): kind for name, kind in group.columns}
    types = [
        column.type_text if file.format.has_types else wanted.get(name.lower(), column.type_text)
        for name, column in zip(names, offered, strict=False)
    ]
    columns = tuple(zip(names, types, strict=False))
    contract = context.rules.contract
    not_null = _not_null(columns, context)
    counts = ", ".join(f"COUNT(*) - COUNT({context.reader.quote(name)})" for name in not_null)
    return PlannedLoad(
        path=file.path,
        location=file.location,
        format=file.format,
        size=file.size,
        content_hash=file.content_hash,
        columns=columns,
        table_columns=_read_columns(group.observed, context),
        contract=contract,
        null_count=f"SELECT {counts} FROM {staged_table(context.reader)}" if not_null else None,
        not_null=not_null,
    )


def _not_null(columns: Columns, context: _Context) -> tuple[str, ...]:
    contract, present = context.rules.contract, {name.lower() for name, _ in columns}
    required = contract.required if contract is not None else ()
    return tuple(one.name for one in required if not one.nullable and one.name.lower() in present)


def _columns_of(observed: ObservedTable | None, files: Sequence[ReadFile], context: _Context) -> Columns:
    """The columns that the table has; of one that is to be made, those of all its files, wide enough for each."""
    if observed is not None:
        return _read_columns(observed, context)
    contract = context.rules.contract
    stated = {one.name.lower(): one.type_text for one in (contract.required if contract is not None else ())}
    names: dict[str, str] = {}
    kinds: dict[str, list[str]] = {}
    for read in files:
        for column in read.columns if read.problem is None else ():
            names.setdefault(column.name.lower(), column.name)
            told = kinds.setdefault(column.name.lower(), [])
            # Without a single row every column looks like text.
            told += [column.type_text] if read.file.has_rows else []
    return tuple((name, stated.get(key) or _widest(kinds[key], context)) for key, name in names.items())


def _read_columns(observed: ObservedTable | None, context: _Context) -> Columns:
    """The columns of the table, each with the type that the values of files are read as."""
    columns = () if observed is None else observed.columns
    is_read_there = context.shapes.reads_files
    return tuple(
        (one.name, one.type_text if is_read_there else read_as(context.shapes.name, one.type_text)) for one in columns
    )


def _widest(kinds: Sequence[str], context: _Context) -> str:
    if len(set(kinds)) <= 1:
        return next(iter(kinds), context.reader.text_type)
    dialect = context.dialect
    return dialect.spell_type(dialect.common_type([dialect.parse_type(kind) for kind in kinds])) or (
        context.reader.text_type
    )


def targets_of(files: Sequence[DataFile]) -> tuple[TargetName, ...]:
    """The tables that must be looked at before the files can be chosen."""
    return tuple(dict.fromkeys(file.target for file in files))
