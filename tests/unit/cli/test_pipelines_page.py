"""docs/pipelines.md: every project that it shows runs, and does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

PAGE = (Path(__file__).parents[3] / "docs" / "pipelines.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)$.*?```toml\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
SEED = """\
CREATE SCHEMA app__acme;
CREATE TABLE app__acme.orders AS SELECT 1 AS id, 10 AS amount, TIMESTAMP '2026-01-01' AS updated_at;
CREATE TABLE app__acme.audit_log AS SELECT 1 AS id, 1 AS amount;
"""
MODEL = {"models/totals.sql": "SELECT SUM(amount) AS total FROM app__acme.orders"}
MADE = {
    "transformation": ["marts.totals"],
    "replication": ["staging_acme.orders"],
    "snapshot": ["history.orders"],
    "quality": [],
}


def execute(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "lake.duckdb")) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("kind", MADE)
def test_the_project_of_each_section_runs_twice_and_makes_its_tables(kind, rocky, write, tmp_path):
    write({"rocky.toml": SECTIONS[kind], **(MODEL if kind == "transformation" else {})})
    execute(tmp_path, SEED)

    for _ in range(2):
        ran = rocky("run", "-o", "json")
        assert (ran.code, ran.json["status"], ran.json["pipeline_type"], ran.json["warnings"]) == (
            0,
            "Success",
            kind,
            [],
        )
        failed = [check for one in ran.json["check_results"] for check in one["checks"] if not check["passed"]]
        assert failed == []
    found = execute(
        tmp_path, "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE schema_name <> 'app__acme'"
    )
    assert [str(name) for (name,) in found] == MADE[kind]


def test_every_section_has_its_project():
    assert set(SECTIONS) == set(MADE)


def test_the_filters_that_the_page_shows_choose_something(rocky, write, tmp_path):
    write({"rocky.toml": SECTIONS["replication"]})
    execute(tmp_path, SEED)
    for wanted in re.findall(r"--filter (client=\w+|table=\w+)", PAGE):
        assert rocky("run", "--filter", wanted).json["tables_copied"] == 1
    write({"rocky.toml": SECTIONS["transformation"], **MODEL})
    (wanted,) = re.findall(r"--filter (schema=\w+)", PAGE)
    assert rocky("run", "--filter", wanted).json["models_built"] == 1
