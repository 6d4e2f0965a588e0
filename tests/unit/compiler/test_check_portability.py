"""Constructs that the declared target does not have, each at its place."""

import pytest

from rocky_core.compiler.check_context import CheckContext
from rocky_core.compiler.check_portability import check_portability, read_pragmas
from rocky_core.compiler.portable_constructs import FLATTEN, FUNCTIONS, ILIKE
from rocky_core.dialects.registry import DIALECT_NAMES, dialect_named
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.source_text import SourceText

DUCKDB = dialect_named("duckdb")


def check(sql: str, target: str | None, *, allow: frozenset[str] = frozenset(), parsed: bool = True):
    model = Model("m", SourceText("models/m.sql", sql, sql), TargetName("", "s", "m"))
    rules = ProjectRules(portability_target=target, portability_allow=allow)
    return list(check_portability(model, ModelFacts("m", parsed=parsed), CheckContext(DUCKDB, rules)))


def labels(sql: str, target: str = "bigquery", **more) -> list[str]:
    return [found.message.split()[0] for found in check(sql, target, **more)]


def test_a_finding_names_who_supports_the_construct_and_what_to_write():
    (found,) = check("SELECT 1,\n  nvl(a, 0) AS x FROM t", "duckdb")
    assert (found.code, found.message, found.suggestion) == (
        "P001",
        "NVL is not portable to DuckDB (supported by: Snowflake, Databricks)",
        "replace NVL(...) with COALESCE(...)",
    )
    assert (found.span.line, found.span.col, found.span.length) == (2, 3, 3)


@pytest.mark.parametrize("target", DIALECT_NAMES)
@pytest.mark.parametrize("label", FUNCTIONS)
def test_a_function_is_found_exactly_where_it_is_not_native(label, target):
    expected = [] if target in FUNCTIONS[label].native else [label]
    assert labels(f"SELECT {label.lower()}(a, b) FROM t", target) == expected


@pytest.mark.parametrize("target", DIALECT_NAMES)
def test_ilike_and_flatten_are_found_exactly_where_they_are_not_native(target):
    assert labels("SELECT a ILIKE 'x' FROM t", target) == ([] if target in ILIKE.native else ["ILIKE"])
    assert labels("SELECT * FROM flatten(x)", target) == ([] if target in FLATTEN.native else ["FLATTEN"])


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT nvl(nvl(a, b), c) FROM t", ["NVL", "NVL"]),
        ("WITH c AS (SELECT len(a) FROM t) SELECT (SELECT nvl(x, 1) FROM c)", ["LEN", "NVL"]),
        ("SELECT main.nvl(a, b) FROM t", ["NVL"]),
        ("SELECT NVL\n(a, b) FROM t", ["NVL"]),
        ("SELECT a FROM t WHERE a NOT ILIKE 'x' OR b ILIKE 'y'", ["ILIKE", "ILIKE"]),
        ("SELECT * FROM a, LATERAL flatten(a.x)", ["FLATTEN"]),
        ("SELECT * FROM a, flatten(a.x)", ["FLATTEN"]),
        ("SELECT * FROM TABLE(flatten(a.x))", ["FLATTEN"]),
        ("SELECT * FROM a JOIN flatten(a.x) ON true", ["FLATTEN"]),
        ("SELECT flatten(x) FROM t", []),
        ("SELECT a, flatten(x) FROM t", []),
        ("SELECT * FROM t WHERE a IN (1, flatten(x))", []),
        ("SELECT * FROM unnest([1], flatten(x)) AS u", []),
        ("SELECT nvl FROM t", []),
        ("SELECT 'nvl(a)' AS x -- nvl(a)\nFROM t", []),
        ("WITH len(a) AS (SELECT 1) SELECT a FROM len", []),
        ("SELECT * FROM (SELECT 1) AS len(a)", []),
        ('SELECT "nvl"(a) FROM t', []),
        ("SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY a) = 1", []),
        ("SELECT a", []),
        ("", []),
    ],
)
def test_only_real_uses_count(sql, expected):
    assert labels(sql) == expected


def test_qualify_is_portable_everywhere():
    sql = "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1"
    assert [labels(sql, target) for target in DIALECT_NAMES] == [[]] * len(DIALECT_NAMES)


def test_without_a_target_everything_is_portable():
    assert check("SELECT nvl(a, b) FROM t", None) == []


def test_a_text_that_is_no_sql_is_left_to_the_parser():
    assert check("SELECT '", "bigquery", parsed=False) == []


def test_the_project_and_the_model_may_allow_constructs():
    sql = "-- rocky-allow: len, TO_CHAR\nSELECT len(a), to_char(b), nvl(c, d) FROM t"
    assert labels(sql) == ["NVL"]
    assert labels(sql, allow=frozenset({"NVL"})) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-- rocky-allow: NVL", {"NVL"}),
        ("  --rocky-allow :nvl , len,", {"NVL", "LEN"}),
        ("SELECT 1\n-- ROCKY-ALLOW: ILIKE\n-- rocky-allow: NVL", {"ILIKE", "NVL"}),
        ("SELECT 1 -- rocky-allow: NVL", set()),
        ("-- about rocky-allow: NVL", set()),
        ("-- rocky-allowed: NVL", set()),
        ("", set()),
    ],
)
def test_a_pragma_stands_on_a_line_of_its_own(text, expected):
    assert read_pragmas(text) == expected
