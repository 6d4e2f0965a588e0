"""What differs between a table and what is loaded into it."""

import pytest

from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.drift import Drift, TypeChange
from rocky_core.ir.world import ObservedColumn
from rocky_core.planning.detect_drift import detect_drift


def columns(text: str, dialect: str = "duckdb") -> tuple[ObservedColumn, ...]:
    """Columns from `name TYPE; name TYPE`."""
    pairs = (part.strip().split(" ", 1) for part in text.split(";") if part.strip())
    return tuple(ObservedColumn(name, spelled, dialect_named(dialect).parse_type(spelled)) for name, spelled in pairs)


NOTHING = Drift()
CASES = {
    "equal": ("a INTEGER; b VARCHAR", "a INTEGER; b VARCHAR", NOTHING),
    "another order": ("b VARCHAR; a INTEGER", "a INTEGER; b VARCHAR", NOTHING),
    "names in another case": ("ID INTEGER", "id INTEGER", NOTHING),
    "types in another spelling": ("a INT; b TEXT; c DECIMAL(10, 2)", "a integer; b VARCHAR; c DECIMAL(10,2)", NOTHING),
    "lengths that nobody keeps": ("a VARCHAR(10)", "a VARCHAR", NOTHING),
    "added": ("a INTEGER; B DATE", "a INTEGER", Drift(added=columns("B DATE"))),
    "gone": ("a INTEGER", "a INTEGER; b DATE", Drift(missing=columns("b DATE"))),
    "renamed": ("a INTEGER", "b INTEGER", Drift(added=columns("a INTEGER"), missing=columns("b INTEGER"))),
    "widened": ("A BIGINT", "a INTEGER", Drift(changed=(TypeChange("a", "BIGINT", "INTEGER", widens=True),))),
    "widened to text": ("a STRING", "a INTEGER", Drift(changed=(TypeChange("a", "STRING", "INTEGER", widens=True),))),
    "narrowed": ("a INTEGER", "a BIGINT", Drift(changed=(TypeChange("a", "INTEGER", "BIGINT", widens=False),))),
    "a field of a struct": (
        "a STRUCT(x BIGINT)",
        "a STRUCT(x INTEGER)",
        Drift(changed=(TypeChange("a", "STRUCT(x BIGINT)", "STRUCT(x INTEGER)", widens=False),)),
    ),
    "types that nobody knows, spelled alike": ("a MYSTERY", "a mystery", NOTHING),
    "types that nobody knows, spelled otherwise": (
        "a MYSTERY",
        "a INTEGER",
        Drift(changed=(TypeChange("a", "MYSTERY", "INTEGER", widens=False),)),
    ),
}


@pytest.mark.parametrize(("source", "target", "expected"), CASES.values(), ids=list(CASES))
def test_drift_between_a_source_and_its_target(source, target, expected):
    assert detect_drift(columns(source), columns(target), "duckdb") == expected


def test_nullability_is_no_drift():
    required = (ObservedColumn("a", "INTEGER", dialect_named("duckdb").parse_type("INTEGER"), nullable=False),)
    assert detect_drift(required, columns("a INTEGER"), "duckdb") == NOTHING


def test_a_type_that_is_not_known_before_the_query_runs_is_no_drift():
    untyped = (ObservedColumn("a", "", dialect_named("duckdb").parse_type("MYSTERY")),)
    assert detect_drift(untyped, columns("a INTEGER"), "duckdb") == NOTHING


def test_a_text_that_grows_is_drift_where_lengths_are_kept():
    longer = detect_drift(columns("A VARCHAR(20)", "snowflake"), columns("A VARCHAR(10)", "snowflake"), "snowflake")
    assert longer == Drift(changed=(TypeChange("A", "VARCHAR(20)", "VARCHAR(10)", widens=True),))
    shorter = detect_drift(columns("A VARCHAR(5)", "snowflake"), columns("A VARCHAR(10)", "snowflake"), "snowflake")
    assert shorter == NOTHING
