"""Every `pairs/*.rocky` lowers to the SQL beside it, which DuckDB's parser accepts."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rocky_core.dsl.format import format_text
from rocky_core.dsl.lower import lower_pipeline

PAIRS = sorted((Path(__file__).parent / "pairs").glob("*.rocky"))


def lowered(text: str) -> str:
    checked = lower_pipeline(text, "model.rocky", "model")
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value.sql


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.stem)
def test_a_pipeline_lowers_to_the_sql_beside_it(pair: Path):
    assert lowered(pair.read_text()) + "\n" == pair.with_suffix(".sql").read_text()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.stem)
def test_formatting_does_not_change_the_sql(pair: Path):
    formatted = format_text(pair.read_text())
    assert lowered(formatted) == lowered(pair.read_text())
    assert format_text(formatted) == formatted


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.stem)
def test_the_sql_is_one_statement_for_duckdb(pair: Path):
    # Run variables are replaced before any warehouse sees them.
    sql = pair.with_suffix(".sql").read_text().replace("@start_date", "'2025-01-01'").replace("@var(limit, 2)", "2")
    assert len(duckdb.extract_statements(sql)) == 1


def test_there_are_pairs():
    assert len(PAIRS) >= 15
