"""What the analyser calls an error is one: DuckDB refuses it too, and nothing that DuckDB accepts is called so."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from truth import CORPUS, SOURCES, open_world, read_cases

from rocky_core.compiler.analyse_model import analyse_model
from rocky_core.compiler.catalog import Catalog
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.source_text import SourceText

TOPICS = sorted(CORPUS.glob("*.sql"))
NATURE = (SOURCES / "nature.sql",)

WRONG = [
    "SELECT wingspan FROM nature.species",
    "SELECT s.name FROM nature.species AS s",
    "SELECT t.family FROM nature.species AS s",
    "SELECT s.family, o.joined FROM nature.species AS s, nature.observers AS o",
    "SELECT species_id FROM nature.species AS a JOIN nature.sightings AS b ON a.species_id = b.species_id",
    "SELECT home.town FROM nature.observers",
    "SELECT {'a': nickname} AS profile, profile.a AS name FROM nature.observers",
    "SELECT {'a': nickname} AS profile FROM nature.observers ORDER BY profile.a",
    "WITH q AS (SELECT family FROM nature.species) SELECT family, status FROM q",
    "SELECT x.* FROM nature.species AS s",
    "SELECT (SELECT max(q.seen_on) FROM nature.sightings AS q WHERE q.species = s.species_id) FROM nature.species AS s",
    "SELECT family FROM nature.species QUALIFY row_number() OVER (ORDER BY masses) = 1",
    "SELECT s.family, FROM nature.species AS s JOIN nature.sightings AS b USING (station_id)",
    "SELECT family, count(*) AS n FROM nature.species GROUP BY families",
]


def errors_of(sql: str, sources: tuple[Path, ...]) -> list[str]:
    dialect = dialect_named("duckdb")
    model = Model("query", SourceText("query.sql", sql, sql), TargetName("", "", "query"))
    found = analyse_model(model, dialect, Catalog((), open_world(sources).schemas, dialect)).diagnostics
    return [f"{each.code} {each.message}" for each in found if each.is_error]


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_what_duckdb_accepts_has_no_error(path):
    alarms = {case.name: found for case in read_cases(path) if (found := errors_of(case.sql, case.sources))}

    assert alarms == {}


@pytest.mark.parametrize("sql", WRONG)
def test_what_has_an_error_is_refused_by_duckdb(sql):
    assert errors_of(sql, NATURE)
    with pytest.raises(duckdb.Error):
        open_world(NATURE).connection.execute(f"DESCRIBE {sql}")
