"""Runs a model's unit tests, each in a database of its own that holds nothing but the given rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import duckdb

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dialects.base import Dialect
from rocky_core.execution.compare_rows import compare_rows
from rocky_core.execution.duckdb_literals import literal, quote_identifier
from rocky_core.execution.local_database import LocalDatabase, fresh_database, name_parts
from rocky_core.execution.local_sql import NotTranslatable, local_query
from rocky_core.ir.checks import Row, UnitTest, UnitTestInput
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.schema import Column, SourceSchemas
from rocky_core.ir.types import INTEGERS, DataType, is_known
from rocky_core.results.testing import RowMismatch, UnitTestResult

_NUMBERS: Final = frozenset({"FLOAT", "DOUBLE", "BIGNUM", *map(str, INTEGERS)})


class UnitTestUnusable(Exception):
    """The test itself cannot be carried out; the message says what to change in it."""


def run_unit_tests(
    project: CompiledProject, dialect: Dialect, source_schemas: SourceSchemas, only: Sequence[str] | None = None
) -> tuple[UnitTestResult, ...]:
    """Run the unit tests of all models, or of `only` these, in reading order."""
    return tuple(
        _run(project.models[name], test, project, dialect, source_schemas)
        for name in project.order
        if only is None or name in only
        for test in project.models[name].model.unit_tests
    )


def _run(
    compiled: CompiledModel, test: UnitTest, project: CompiledProject, dialect: Dialect, source_schemas: SourceSchemas
) -> UnitTestResult:
    name = compiled.model.name
    try:
        with fresh_database() as database:
            database.attach(other.model.target.catalog for other in _read_models(compiled, project))
            for given in test.given:
                _create_input(database, given, project, source_schemas)
            database.add_source_names(compiled.facts.reads_tables)
            _check_every_read_is_given(compiled, test, project)
            mismatches = _compare(database, local_query(compiled, dialect), test)
    except (duckdb.Error, NotTranslatable, UnitTestUnusable) as error:
        return UnitTestResult(name, test.name, passed=False, error=str(error), mismatches=())
    return UnitTestResult(name, test.name, passed=not mismatches, error=None, mismatches=mismatches)


def _read_models(compiled: CompiledModel, project: CompiledProject) -> list[CompiledModel]:
    return [project.models[name] for name in compiled.depends_on if name in project.models]


def _create_input(
    database: LocalDatabase, given: UnitTestInput, project: CompiledProject, source_schemas: SourceSchemas
) -> None:
    model = _model_of(given.ref, project)
    if model is not None:
        columns = model.facts.columns if model.facts.complete else ()
        database.create_model(model.model.name, model.model.target, _rows_query(given, columns))
        return
    parts = name_parts(given.ref)
    if not 1 <= len(parts) <= 3:
        raise UnitTestUnusable(f"[[test.given]] ref = '{given.ref}' is not a table's name")
    known = source_schemas.get(tuple(part.lower() for part in parts), ())
    database.create_table(parts, _rows_query(given, known))


def _model_of(ref: str, project: CompiledProject) -> CompiledModel | None:
    """The model a ref means: by its name, or by the full name of its target."""
    if ref in project.models:
        return project.models[ref]
    parts = tuple(part.lower() for part in name_parts(ref))
    if len(parts) < 2:
        return None
    return next((m for m in project.models.values() if m.model.target.folded()[-len(parts) :] == parts), None)


def _rows_query(given: UnitTestInput, known: Sequence[Column]) -> str:
    """A query that yields the rows; columns that no row states are NULL when the table's columns are known."""
    types = {column.name.lower(): column.data_type for column in known}
    stated = sorted({key for row in given.rows for key in row})
    names = [*stated, *(column.name for column in known if column.name.lower() not in {n.lower() for n in stated})]
    if not names:
        raise UnitTestUnusable(
            f"the columns of '{given.ref}' are not known, so an empty table cannot be made; give one row"
        )
    if not given.rows:
        return f"{_select({}, names, types)} LIMIT 0"
    return "\nUNION ALL\n".join(_select(row, names, types) for row in given.rows)


def _select(row: Row, names: Sequence[str], types: Mapping[str, DataType]) -> str:
    cells = []
    for name in names:
        data_type = types.get(name.lower())
        value = literal(row.get(name))
        spelled = f"CAST({value} AS {data_type})" if data_type is not None and is_known(data_type) else value
        cells.append(f"{spelled} AS {quote_identifier(name)}")
    return "SELECT " + ", ".join(cells)


def _check_every_read_is_given(compiled: CompiledModel, test: UnitTest, project: CompiledProject) -> None:
    """A read that the test does not give would show as a missing table; say what to add instead."""
    given = [_model_of(entry.ref, project) for entry in test.given]
    have = {model.model.name for model in given if model is not None}
    absent = [name for name in compiled.facts.reads_models if name not in have]
    tails = [tuple(part.lower() for part in name_parts(entry.ref)) for entry in test.given]
    for table in compiled.facts.reads_tables:
        parts = tuple(part.lower() for part in name_parts(table))
        if not any(parts[-min(len(parts), len(tail)) :] == tail[-min(len(parts), len(tail)) :] for tail in tails):
            absent.append(table)
    if absent:
        hint = did_you_mean(absent[0], (entry.ref for entry in test.given))
        what_to_add = f'add [[test.given]] ref = "{absent[0]}"'
        raise UnitTestUnusable(f"the model reads '{absent[0]}', which the test does not give{hint}: {what_to_add}")


def _compare(database: LocalDatabase, query: str, test: UnitTest) -> tuple[RowMismatch, ...]:
    connection = database.connection
    connection.execute(f"CREATE OR REPLACE TEMP TABLE __rocky_actual AS\n{query}")
    described = connection.execute("DESCRIBE __rocky_actual").fetchall()
    types = {str(row[0]).lower(): str(row[1]) for row in described}
    spelled = {str(row[0]).lower(): str(row[0]) for row in described}
    if not test.expect_rows:
        actual = connection.execute("SELECT * FROM __rocky_actual").fetchall()
        return compare_rows([str(row[0]) for row in described], [], actual, ordered=test.ordered)
    names = list(dict.fromkeys(key for row in test.expect_rows for key in row))
    for name in names:
        if name.lower() not in types:
            hint = did_you_mean(name, spelled.values())
            raise UnitTestUnusable(f"the test expects a column '{name}', which the model does not give{hint}")
    expected = "\nUNION ALL\n".join(
        f"SELECT 0 AS side, {index} AS row, "
        + ", ".join(_expected_cell(row.get(name), types[name.lower()], name) for name in names)
        for index, row in enumerate(test.expect_rows)
    )
    columns = ", ".join(quote_identifier(name) for name in names)
    # One query for both sides, so that DuckDB gives equal values one spelling (1 and 1.00, FLOAT and DOUBLE).
    both = connection.execute(f"{expected}\nUNION ALL\nSELECT 1, rowid, {columns} FROM __rocky_actual").fetchall()
    both.sort(key=lambda row: (row[0], row[1]))
    wanted, given = ([row[2:] for row in both if row[0] == side] for side in (0, 1))
    return compare_rows(names, wanted, given, ordered=test.ordered)


def _expected_cell(value: object, actual_type: str, name: str) -> str:
    """A value is read as the column's type unless that could round it; numbers keep their digits."""
    is_number = actual_type in _NUMBERS or actual_type.startswith("DECIMAL")
    keeps = value is None or isinstance(value, bool) or is_number or actual_type == "VARCHAR"
    spelled = literal(value) if keeps else f"CAST({literal(value)} AS {actual_type})"
    return f"{spelled} AS {quote_identifier(name)}"
