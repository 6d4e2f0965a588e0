"""Models of one project that are written for different warehouses."""

from __future__ import annotations

from pathlib import Path

from rocky_core.api import ProjectOptions, open_project
from rocky_core.dialects.statements.rendered import Statements

CONFIG = """
[adapter.lake]
type = "databricks"
[adapter.local]
type = "duckdb"
[pipeline.local]
type = "transformation"
models = "models/local/**"
target = { adapter = "local", catalog = "l", schema = "s" }
[pipeline.lake]
type = "transformation"
models = "models/lake/**"
target = { adapter = "lake", catalog = "l", schema = "s" }
"""


def test_each_model_is_compiled_and_rendered_for_the_warehouse_that_its_pipeline_or_itself_names(project):
    root = project(
        {
            "rocky.toml": CONFIG,
            "models/local/on_duckdb.sql": "SELECT 1 AS id, 'x' AS name, 5 / 2 AS half",
            "models/lake/on_databricks.sql": "SELECT named_struct('k', 1) AS s, `a b` AS x FROM (SELECT 2 AS `a b`)",
            "models/lake/quotes.rocky": 'from t\nselect { x: "it\'s" }\n',
            "models/local/moved.sql": "SELECT named_struct('k', 1) AS s",
            "models/local/moved.toml": 'adapter = "lake"\n',
        }
    )
    compilation = open_project(ProjectOptions(config_file=Path(root, "rocky.toml"))).compile()

    types = {
        name: [
            (column.name, compilation.dialect_of(name).spell_type(column.data_type))
            for column in compiled.facts.columns
        ]
        for name, compiled in compilation.project.models.items()
    }
    assert types == {
        "on_duckdb": [("id", "INTEGER"), ("name", "VARCHAR"), ("half", "DOUBLE")],
        "on_databricks": [("s", "struct<k:int>"), ("x", "int")],
        "quotes": [("x", "string")],
        "moved": [("s", "struct<k:int>")],
    }
    assert not compilation.project.has_errors
    rendered = compilation.render_sql("quotes")
    assert isinstance(rendered, Statements)
    assert "`l`.`s`.`quotes`" in rendered.statements[0]
    assert r"'it\'s'" in rendered.statements[0]
