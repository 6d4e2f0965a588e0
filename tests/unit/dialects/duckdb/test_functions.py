"""Every function of DuckDB's catalogue yields, for every kind of argument it takes, the type that DuckDB says."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path

import pytest
from duckdb_truth import CONSTANTS, DIALECT, EVERY, LITERALS, operand, run, spelled, type_of

from rocky_core.dialects.base import FunctionKind, NullRule, Operand
from rocky_core.ir.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    JSON,
    STRING_LITERAL,
    UNKNOWN,
    VARCHAR,
    Decimal,
    Field,
    IntegerLiteral,
    LambdaOf,
    ListOf,
    StructOf,
)

_ROOT = Path(__file__).parents[4]
_TOOL = _ROOT / "tools" / "duckdb_functions.py"
_FUNCTIONS = {
    row[0]: row[1]
    for row in run(
        "SELECT DISTINCT lower(function_name), function_type FROM duckdb_functions() "
        "WHERE function_type IN ('scalar', 'aggregate', 'window', 'macro') ORDER BY ALL"
    )
    if row[0].isidentifier() and not row[0].startswith("__")
}
# `'x'` is no part of a date, and sequences must exist.
_LEFT_OUT = {"date_part", "datepart", "nextval", "currval", "error"}
_PAIRED = [f"CAST(NULL AS {name})" for name in ("INTEGER", "DOUBLE", "DECIMAL(9,2)", "VARCHAR", "DATE", "INTEGER[]")]
# Types that every function treats as it does a neighbour, left out of the long table.
_ALIKE = (
    "SMALLINT",
    "UINTEGER",
    "UBIGINT",
    "DECIMAL(4,1)",
    "DECIMAL(18,3)",
    "DECIMAL(30,20)",
    "TIMESTAMP_MS",
    "ENUM('b'",
)
_MOST_UNKNOWN = 0.02


def _sweep(names, tuples):
    """The calls whose type is not DuckDB's, how many were compared, and how many of ours are Unknown."""
    wrong, compared, unknown = [], 0, 0
    for name, arguments in itertools.product(names, tuples):
        window = " OVER (ORDER BY 1)" if _FUNCTIONS[name] == "window" else ""
        expected = type_of(f'"{name}"({", ".join(arguments)}){window}')
        if expected is None:
            continue
        outcome = DIALECT.function(name, [operand(argument) for argument in arguments])
        assert outcome is not None, name
        found = spelled(outcome.data_type)
        compared += 1
        unknown += found is None
        if found not in {None, expected}:
            wrong.append((name, arguments, expected, found))
    return wrong, compared, unknown


def test_no_argument_or_one_of_every_type_gives_what_duckdb_says():
    names = sorted(set(_FUNCTIONS) - _LEFT_OUT)

    arguments = [text for text in EVERY if not any(name in text for name in _ALIKE)]

    wrong, compared, unknown = _sweep(names, [(), *((argument,) for argument in arguments)])

    assert wrong == []
    assert compared > 4_000
    assert unknown <= _MOST_UNKNOWN * compared


@pytest.mark.parametrize(
    "step",
    [pytest.param(5, id="of some", marks=pytest.mark.slow), pytest.param(1, id="of all", marks=pytest.mark.soak)],
)
def test_two_arguments_give_what_duckdb_says(step):
    # Types of values that a call reads from its arguments at run time.
    names = sorted(set(_FUNCTIONS) - _LEFT_OUT)
    arguments = [*_PAIRED, *(literal for literal in LITERALS if literal in CONSTANTS or literal == "1.5")]

    pairs = list(itertools.product(arguments, arguments))[::step]

    wrong, compared, unknown = _sweep(names, pairs)

    assert wrong == []
    assert compared > 5_000 / step
    assert unknown <= 0.1 * compared  # Mostly internal macros and JSON structures that are not constants.


def test_the_catalogue_is_the_one_of_this_duckdb():
    spec = importlib.util.spec_from_file_location("duckdb_functions", _TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    assert tool.render() == tool.TARGET.read_text(encoding="utf-8")


_INTS = ListOf(INTEGER)
_STRUCT = StructOf((Field("a", INTEGER), Field("b", VARCHAR)))


@pytest.mark.parametrize(
    ("name", "operands", "call"),
    [
        (
            "date_part",
            (Operand(STRING_LITERAL, "year"), Operand(EVERY["CAST(NULL AS DATE)"])),
            "('year', DATE '2020-01-01')",
        ),
        (
            "date_part",
            (Operand(STRING_LITERAL, "epoch"), Operand(EVERY["CAST(NULL AS DATE)"])),
            "('epoch', DATE '2020-01-01')",
        ),
        (
            "date_part",
            (Operand(ListOf(STRING_LITERAL), ("year", "epoch")), Operand(EVERY["CAST(NULL AS DATE)"])),
            "(['year', 'epoch'], DATE '2020-01-01')",
        ),
        ("round", (Operand(Decimal(10, 2)), Operand(IntegerLiteral(1), 1)), "(1.5::DECIMAL(10, 2), 1)"),
        ("round", (Operand(Decimal(10, 2)), Operand(IntegerLiteral(5), 5)), "(1.5::DECIMAL(10, 2), 5)"),
        ("round", (Operand(Decimal(10, 2)), Operand(IntegerLiteral(-1), -1)), "(1.5::DECIMAL(10, 2), -1)"),
        ("list_transform", (Operand(_INTS), Operand(LambdaOf(Decimal(12, 1)))), "([1], lambda x: x + 1.5)"),
        ("list_filter", (Operand(_INTS), Operand(LambdaOf(INTEGER))), "([1], lambda x: x > 1)"),
        ("list_reduce", (Operand(_INTS), Operand(LambdaOf(INTEGER))), "([1], lambda x, y: x + y)"),
        ("list_aggregate", (Operand(_INTS), Operand(STRING_LITERAL, "sum")), "([1], 'sum')"),
        ("list_aggregate", (Operand(ListOf(Decimal(9, 2))), Operand(STRING_LITERAL, "avg")), "([1.5], 'avg')"),
        ("struct_pack", (Operand(INTEGER, name="a"), Operand(VARCHAR, name="key")), "(a := 1, \"key\" := 's')"),
        ("row", (Operand(INTEGER), Operand(VARCHAR)), "(1, 's')"),
        ("struct_extract", (Operand(_STRUCT), Operand(STRING_LITERAL, "B")), "({'a': 1, 'b': 's'}, 'B')"),
        ("struct_insert", (Operand(_STRUCT), Operand(DOUBLE, name="c")), "({'a': 1, 'b': 's'}, c := 1e0)"),
        ("struct_update", (Operand(_STRUCT), Operand(DOUBLE, name="a")), "({'a': 1, 'b': 's'}, a := 1e0)"),
        ("union_value", (Operand(INTEGER, name="k"),), "(k := 1)"),
        (
            "regexp_extract",
            (Operand(VARCHAR), Operand(STRING_LITERAL), Operand(ListOf(STRING_LITERAL), ("x", "y"))),
            "('s', '(a)(b)', ['x', 'y'])",
        ),
        ("strptime", (Operand(VARCHAR), Operand(STRING_LITERAL, "%Y %z")), "('2020 +00', '%Y %z')"),
        ("strptime", (Operand(VARCHAR), Operand(STRING_LITERAL, "%Y")), "('2020', '%Y')"),
        (
            "json_transform",
            (Operand(JSON), Operand(STRING_LITERAL, '{"a":"INTEGER","b":["DATE"]}')),
            """('{}'::JSON, '{"a":"INTEGER","b":["DATE"]}')""",
        ),
        ("quantile_cont", (Operand(INTEGER), Operand(ListOf(Decimal(2, 1)))), "(1, [0.5])"),
        ("quantile_disc", (Operand(Decimal(9, 2)), Operand(Decimal(2, 1))), "(1.5::DECIMAL(9, 2), 0.5)"),
        ("arg_max", (Operand(VARCHAR), Operand(Decimal(9, 2)), Operand(IntegerLiteral(2), 2)), "('s', 1.5, 2)"),
        (
            "if",
            (Operand(EVERY["CAST(NULL AS BOOLEAN)"]), Operand(IntegerLiteral(1)), Operand(Decimal(2, 1))),
            "(true, 1, 2.5)",
        ),
        ("weighted_avg", (Operand(Decimal(9, 2)), Operand(INTEGER)), "(1.5::DECIMAL(9, 2), 1)"),
        ("fmod", (Operand(INTEGER), Operand(INTEGER)), "(1, 2)"),
        ("list_zip", (Operand(_INTS), Operand(ListOf(VARCHAR))), "([1], ['s'])"),
        ("generate_series", (Operand(IntegerLiteral(1)), Operand(IntegerLiteral(2))), "(1, 2)"),
        ("to_base", (Operand(INTEGER), Operand(IntegerLiteral(2))), "(1, 2)"),
    ],
)
def test_a_call_that_reads_its_constants_gives_what_duckdb_says(name, operands, call):
    outcome = DIALECT.function(name, operands)

    assert outcome is not None
    assert DIALECT.spell_type(outcome.data_type) == type_of(f'"{name}"{call}')


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("upper", (Operand(UNKNOWN),), "VARCHAR"),  # Every overload yields the same.
        ("count", (Operand(UNKNOWN),), "BIGINT"),
        ("abs", (Operand(UNKNOWN),), None),
        ("max", (Operand(UNKNOWN),), None),
        ("coalesce", (Operand(UNKNOWN), Operand(INTEGER)), None),
        ("current_setting", (Operand(STRING_LITERAL, "threads"),), "BIGINT"),
        ("current_setting", (Operand(STRING_LITERAL, "no_such_setting"),), None),
        ("getvariable", (Operand(STRING_LITERAL, "v"),), None),
    ],
)
def test_an_unknown_argument_is_no_obstacle_where_the_result_does_not_depend_on_it(name, operands, expected):
    outcome = DIALECT.function(name, operands)

    assert outcome is not None
    assert DIALECT.spell_type(outcome.data_type) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SUM", FunctionKind.AGGREGATE),
        ("row_number", FunctionKind.WINDOW),
        ("upper", FunctionKind.SCALAR),
        ("coalesce", FunctionKind.SCALAR),
        ("list_sum", FunctionKind.SCALAR),
        ("read_csv", FunctionKind.TABLE),
        ("no_such_function", None),
    ],
)
def test_the_kind_of_a_function(name, kind):
    assert DIALECT.function_kind(name) == kind


def test_a_name_duckdb_does_not_know_has_no_outcome():
    assert DIALECT.function("no_such_function", ()) is None


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("list_transform", (Operand(_INTS),), (INTEGER, BIGINT)),
        ("list_reduce", (Operand(_INTS),), (INTEGER, INTEGER, BIGINT)),
        ("list_reduce", (Operand(_INTS), Operand(Decimal(2, 1))), (Decimal(11, 1), INTEGER, BIGINT)),
        ("list_filter", (Operand(UNKNOWN),), (UNKNOWN, BIGINT)),
    ],
)
def test_a_lambda_gets_the_elements(name, operands, expected):
    assert DIALECT.lambda_parameters(name, operands) == expected


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("count", NullRule.NEVER),
        ("coalesce", NullRule.IF_ALL),
        ("lag", NullRule.ALWAYS),
        ("nullif", NullRule.ALWAYS),
        ("upper", NullRule.PROPAGATES),
    ],
)
def test_when_a_call_yields_null(name, rule):
    outcome = DIALECT.function(name, (Operand(VARCHAR),))

    assert outcome is not None
    assert outcome.nulls is rule
