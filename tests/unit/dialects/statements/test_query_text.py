"""The model's text inside of a statement."""

from __future__ import annotations

from datetime import datetime

import pytest

from rocky_core.dialects.statements.placeholders import END, START, WATERMARK, fill_instants
from rocky_core.dialects.statements.query_text import bare_query, with_queries


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT 1;", "SELECT 1"),
        ("  SELECT 1 ;\n; -- done\n", "SELECT 1"),
        ("SELECT 'a;' -- all;\n", "SELECT 'a;'"),
        ("-- head\nSELECT 1 /* tail */", "SELECT 1"),
        ("SELECT 1 -- mid\n+ 2", "SELECT 1 -- mid\n+ 2"),
        ("SELECT 'é', 'ü';", "SELECT 'é', 'ü'"),
        ("", ""),
    ],
)
def test_what_closes_a_query_is_left_out(text: str, query: str) -> None:
    assert bare_query(text, "duckdb") == query


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        ("SELECT * FROM a", "WITH a AS (\nSELECT 1\n)\nSELECT * FROM a"),
        ("WITH b AS (FROM a) FROM b", "WITH a AS (\nSELECT 1\n),\nb AS (FROM a) FROM b"),
        ("with recursive b AS (FROM a) FROM b", "with recursive a AS (\nSELECT 1\n),\nb AS (FROM a) FROM b"),
    ],
)
def test_a_query_is_inlined_before_the_ones_that_read_it(query: str, whole: str) -> None:
    assert with_queries(query, (("a", "SELECT 1"),), "duckdb") == whole


def test_nothing_to_inline_leaves_the_query_as_it_is() -> None:
    assert with_queries("SELECT 1", (), "duckdb") == "SELECT 1"


INSTANTS = {
    START: datetime(2024, 1, 31),  # noqa: DTZ001 — the engine's instants have no zone.
    END: datetime(2024, 2, 1),  # noqa: DTZ001 — same.
    WATERMARK: datetime(2024, 1, 1, 2, 3, 4, 5000),  # noqa: DTZ001 — same.
}


@pytest.mark.parametrize(
    ("statement", "filled"),
    [
        ("a >= @start_date", "a >= '2024-01-31 00:00:00'"),
        ("a >= '@start_date'", "a >= '2024-01-31 00:00:00'"),
        ("a < @end_date AND b", "a < '2024-02-01 00:00:00' AND b"),
        ("a > @watermark", "a > '2024-01-01 02:03:04.005000'"),
        ("a > @start_dates", "a > @start_dates"),
        ("a > @start_date_2", "a > @start_date_2"),
        ("a = @other", "a = @other"),
    ],
)
def test_placeholders_become_quoted_instants(statement: str, filled: str) -> None:
    assert fill_instants(statement, INSTANTS) == filled


def test_a_placeholder_without_a_value_stays() -> None:
    assert fill_instants("a > @watermark", {}) == "a > @watermark"
