"""`discover`: the sources of a replication, looked at and not touched."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import jsonschema
import pytest

from rocky_core.execution.system_clock import SystemClock
from rocky_core.state.open_state import open_state_for_reading

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "discover.schema.json").read_text())

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "w.duckdb"

[pipeline.copy]
type = "replication"
strategy = "full_refresh"

[pipeline.copy.source]
schema_pattern = { prefix = "raw__", separator = "__", components = ["region...", "source"] }
discovery = { report_new_sources = true }

[pipeline.copy.target]
catalog_template = "w"
schema_template = "staging__{source}"
governance = { auto_create_schemas = true }

[[pipeline.copy.table_overrides]]
match = { table = "secrets" }
enabled = false

[pipeline.copy.checks]
enabled = true
row_count = true
freshness = { threshold_seconds = 3600 }
"""
SOURCES = """\
CREATE SCHEMA raw__eu__west__shopify;
CREATE TABLE raw__eu__west__shopify.orders (id INTEGER NOT NULL, amount DECIMAL(9,2));
CREATE TABLE raw__eu__west__shopify.secrets (id INTEGER);
CREATE SCHEMA raw__us__stripe;
CREATE TABLE raw__us__stripe.charges (id INTEGER);
CREATE SCHEMA other;
"""


@pytest.fixture
def discover(rocky, write, tmp_path):
    """A function that discovers, in a project whose sources are there."""
    write({"rocky.toml": ROCKY_TOML})
    execute(tmp_path, SOURCES)

    def run(*arguments: str):
        ran = rocky("discover", "-o", "json", *arguments)
        if ran.out:
            jsonschema.validate(ran.json, SCHEMA)
        return ran

    return run


def execute(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def test_sources_are_shown_with_their_components_tables_and_checks(discover, tmp_path):
    ran = discover()

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["sources"] == [
        {
            "id": "raw__eu__west__shopify",
            "components": {"region": ["eu", "west"], "source": "shopify"},
            "source_type": "duckdb",
            "tables": [{"name": "orders"}, {"name": "secrets"}],
        },
        {
            "id": "raw__us__stripe",
            "components": {"region": ["us"], "source": "stripe"},
            "source_type": "duckdb",
            "tables": [{"name": "charges"}],
        },
    ]
    assert [(one["table_name"], one["reason"]) for one in ran.json["excluded_tables"]] == [
        ("secrets", "table_override_disabled")
    ]
    assert ran.json["checks"]["freshness"] == {"threshold_seconds": 3600}
    assert {
        key: [(check["name"], check["kind"]) for check in checks]
        for key, checks in ran.json["checks"]["configured_checks"].items()
    } == {
        "duckdb/eu/west/shopify/orders": [("row_count", "row_count"), ("freshness", "freshness")],
        "duckdb/us/stripe/charges": [("row_count", "row_count"), ("freshness", "freshness")],
    }
    assert not (tmp_path / ".rocky-state.db").exists()


def test_new_sources_are_those_that_the_last_run_has_not_seen(discover, rocky, tmp_path):
    before = discover().json["new_sources"]
    rocky("run")
    execute(tmp_path, "CREATE SCHEMA raw__us__hubspot; CREATE TABLE raw__us__hubspot.deals (id INTEGER)")

    assert before == []
    assert [discover().json["new_sources"] for _ in range(2)] == [["raw__us__hubspot"]] * 2


def test_with_schemas_the_columns_of_every_table_are_remembered(discover, rocky, tmp_path):
    ran = discover("--with-schemas")

    assert (ran.code, ran.json["schemas_cached"], ran.json["schema_errors"]) == (0, 3, [])
    store = open_state_for_reading(tmp_path / ".rocky-state.db", SystemClock())
    cached = store.cached_schemas(timedelta(hours=1))
    store.close()
    described = {
        table: [(one.name, one.data_type, one.nullable) for one in found.columns] for table, found in cached.items()
    }
    assert described == {
        "raw__eu__west__shopify.orders": [("id", "INTEGER", False), ("amount", "DECIMAL(9,2)", True)],
        "raw__eu__west__shopify.secrets": [("id", "INTEGER", True)],
        "raw__us__stripe.charges": [("id", "INTEGER", True)],
    }
    assert rocky("state", "clear-schema-cache", "-o", "json").code == 0


def test_sources_that_are_written_down_are_shown_and_what_is_not_there_is_named(discover, write):
    manual = ROCKY_TOML.replace("[adapter]", "[adapter.default]").replace(
        "discovery = { report_new_sources = true }", 'discovery = { adapter = "list" }'
    )
    manual += """
[adapter.list]
type = "manual"
kind = "discovery"
[[adapter.list.sources]]
schema = "raw__us__stripe"
tables = ["charges", "refunds"]
"""
    write({"rocky.toml": manual})

    ran = discover("--with-schemas")

    assert [one["source_type"] for one in ran.json["sources"]] == ["manual"]
    assert (ran.code, ran.json["schemas_cached"]) == (1, 1)
    assert ran.json["schema_errors"] == [{"id": "raw__us__stripe", "message": "there is no table refunds"}]


def test_sources_named_otherwise_and_targets_that_clash_are_told(discover, tmp_path):
    execute(tmp_path, "CREATE SCHEMA raw__odd; CREATE SCHEMA raw__de__stripe")
    execute(tmp_path, "CREATE TABLE raw__de__stripe.charges (id INT)")

    ran = discover()

    assert ran.code == 0
    assert any("raw__odd" in warning for warning in ran.json["warnings"])
    assert any("a run would refuse: nothing was copied, because" in warning for warning in ran.json["warnings"])


REFUSED = {
    "no replication": ('[pipeline.p]\ntype = "transformation"\n', (), "declares no replication"),
    "another type": ('[pipeline.p]\ntype = "transformation"\n', ("--pipeline", "p"), "has no sources to find"),
}


@pytest.mark.parametrize(("pipelines", "arguments", "told"), REFUSED.values(), ids=REFUSED)
def test_pipelines_without_sources_are_a_mistake(pipelines, arguments, told, discover, write):
    write({"rocky.toml": ROCKY_TOML.partition("[pipeline")[0] + pipelines})

    ran = discover(*arguments)

    assert (ran.code, ran.out) == (1, "")
    assert told in json.loads(ran.err)["message"]


def test_types_without_a_client_are_refused_in_words(discover, write):
    trino = ROCKY_TOML.replace("[adapter]", "[adapter.default]").replace(
        "discovery = { report_new_sources = true }", 'discovery = { adapter = "other" }'
    )
    write({"rocky.toml": trino + '\n[adapter.other]\ntype = "trino"\nhost = "h"\n'})

    ran = discover()

    assert (ran.code, ran.out) == (1, "")
    assert "adapter 'other' is of type 'trino'" in json.loads(ran.err)["message"]


def test_a_filter_is_no_option_and_text_names_every_source(discover, rocky):
    assert "No such option" in discover("--filter", "id=x").err
    ran = rocky("discover", "-o", "table")
    assert "raw__us__stripe  region = us, source = stripe" in ran.out
    assert "2 sources with 3 tables." in ran.out
