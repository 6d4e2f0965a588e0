"""Every command's JSON is what clients of the existing engine read."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from rocky_core.version import VERSION

SCHEMAS = Path(__file__).parents[2] / "schemas"

ANSWERS = [
    (("compile",), "compile", "compile"),
    (("compile", "--with-seed"), "compile", "compile"),
    (("compile", "--model", "daily_sales"), "compile", "compile"),
    (("test",), "test", "test"),
    (("ci",), "ci", "ci"),
    (("lineage", "daily_sales"), "lineage", "lineage"),
    (("lineage", "daily_sales.revenue"), "column_lineage", "lineage"),
    (("lineage", "stg_sales", "--column", "revenue", "--downstream"), "column_lineage", "lineage"),
    (("dag", "--column-lineage"), "dag", "dag"),
    (("validate",), "validate", "validate"),
]


@pytest.mark.parametrize(("arguments", "schema", "command"), ANSWERS, ids=str)
def test_an_answer_validates_and_carries_our_version(playground, arguments, schema, command):
    answer = playground(*arguments)

    assert (answer.code, answer.err) == (0, "")
    jsonschema.validate(answer.json, json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))
    assert (answer.json["version"], answer.json["command"]) == (VERSION, command)


def test_answers_about_failures_validate_too(playground, write):
    write({"bakery/models/marts/broken.sql": "SELECT no_such_column FROM stg_shops"})

    for command in ("compile", "test", "ci"):
        answer = playground(command)
        assert answer.code == 1
        jsonschema.validate(answer.json, json.loads((SCHEMAS / f"{command}.schema.json").read_text()))


def test_an_error_is_an_envelope_on_stderr_when_json_was_asked_for(rocky):
    failed = rocky("lineage", "nothing", "-o", "json")

    assert (failed.code, failed.out) == (1, "")
    jsonschema.validate(json.loads(failed.err), json.loads((SCHEMAS / "error_envelope.schema.json").read_text()))


def test_compile_spells_types_as_the_warehouse_does_and_leaves_unknown_ones_null(playground):
    def columns(answer):
        return next(one["columns"] for one in answer.json["models_detail"] if one["name"] == "stg_sales")

    assert columns(playground("compile", "--with-seed")) == [
        {"name": "sale_id", "data_type": "BIGINT", "nullable": False},
        {"name": "shop_id", "data_type": "INTEGER", "nullable": False},
        {"name": "product_id", "data_type": "INTEGER", "nullable": False},
        {"name": "sale_date", "data_type": "DATE", "nullable": False},
        {"name": "quantity", "data_type": "INTEGER", "nullable": False},
        {"name": "revenue", "data_type": "DECIMAL(12,2)", "nullable": False},
    ]
    assert columns(playground("compile"))[0] == {"name": "sale_id", "data_type": None, "nullable": True}


def test_dependencies_are_the_resolved_ones_everywhere(playground):
    details = playground("compile").json["models_detail"]
    edges = playground("dag").json["edges"]

    assert next(one["depends_on"] for one in details if one["name"] == "daily_sales") == ["stg_sales", "stg_shops"]
    assert playground("list", "deps", "daily_sales").json["depends_on"] == ["stg_sales", "stg_shops"]
    assert playground("list", "consumers", "stg_sales").json["consumers"] == ["best_sellers", "daily_sales"]
    assert {"from": "transformation:stg_sales", "to": "transformation:daily_sales", "edge_type": "data"} in edges
