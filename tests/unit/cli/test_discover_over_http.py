"""`discover` and `run` of a replication whose sources an API over HTTP knows."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

from tests.unit.sources.conftest import Reply, api  # noqa: F401 — a fixture

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "discover.schema.json").read_text())
ROCKY_TOML = """\
[adapter.lake]
type = "duckdb"
path = "w.duckdb"

[adapter.ft]
type = "fivetran"
kind = "discovery"
host = "{address}"
destination_id = "dest"
api_key = "key"
api_secret = "${{FT_SECRET}}"
retry = {{ max_retries = 0 }}

[pipeline.copy]
type = "replication"
strategy = "full_refresh"

[pipeline.copy.source]
adapter = "lake"
schema_pattern = {{ prefix = "raw__", separator = "__", components = ["source"] }}
discovery = {{ adapter = "ft", on_collision = "error" }}

[pipeline.copy.target]
adapter = "lake"
catalog_template = "w"
schema_template = "staging__{{source}}"
governance = {{ auto_create_schemas = true }}
"""


@pytest.fixture
def fivetran(api, write, tmp_path, monkeypatch):  # noqa: F811 — the fixture that is imported
    """The API, with two connectors of which the second cannot be looked at."""
    monkeypatch.setenv("FT_SECRET", "hush")
    write({"rocky.toml": ROCKY_TOML.format(address=api.address)})
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("CREATE SCHEMA raw__shop; CREATE TABLE raw__shop.orders AS SELECT 7 AS id")
    items = [{"id": name, "schema": f"raw__{name}", "service": "shopify"} for name in ("shop", "crm")]
    api.says("/v1/groups/dest/connectors?limit=100", {"data": {"items": items}})
    api.says("/v1/connectors/shop/schemas", {"data": {"schemas": {"a": {"tables": {"orders": {}}}}}})
    api.says("/v1/connectors/crm/schemas", Reply({"message": "try later"}, 429, {"Retry-After": "600"}))
    for name in ("shop", "crm"):
        api.says(f"/v1/connectors/{name}", {"data": {"service": "shopify", "config": {"shop": name}}})
    return api


@pytest.mark.usefixtures("fivetran")
def test_what_could_not_be_looked_at_is_told_beside_what_was_found(rocky):
    ran = rocky("discover", "-o", "json")

    jsonschema.validate(ran.json, SCHEMA)
    assert ran.code == 1
    assert [(one["id"], one["source_type"], one["tables"]) for one in ran.json["sources"]] == [
        ("shop", "shopify", [{"name": "orders"}])
    ]
    assert ran.json["failed_sources"] == [
        {
            "id": "crm",
            "schema": "raw__crm",
            "source_type": "shopify",
            "error_class": "rate_limit",
            "message": "Fivetran answered HTTP 429 to /v1/connectors/crm/schemas: try later",
            "cooldown_seconds": 600,
        }
    ]
    assert "hush" not in ran.out + ran.err


@pytest.mark.usefixtures("fivetran")
def test_what_was_found_is_copied_and_what_was_not_fails_the_run(rocky, tmp_path):
    ran = rocky("run", "-o", "json")

    assert ran.code != 0
    assert [one["asset_key"][-1] for one in ran.json["materializations"]] == ["orders"]
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        assert connection.execute("SELECT id FROM staging__shop.orders").fetchall() == [(7,)]


def test_two_connectors_that_read_the_same_are_an_error_where_the_settings_say_so(rocky, fivetran):
    fivetran.says("/v1/connectors/crm/schemas", {"data": {"schemas": {"a": {"tables": {"leads": {}}}}}})
    fivetran.says("/v1/connectors/crm", {"data": {"service": "shopify", "config": {"shop": "shop"}}})

    found, ran = rocky("discover", "-o", "json"), rocky("run", "-o", "json")

    assert (found.code, ran.code) == (1, 1)
    assert found.json["collision_candidates"] == [
        {"external_object_id": "shopify:shop=shop", "sources": ["crm", "shop"]}
    ]
    assert "'shopify:shop=shop' is brought by several sources: raw__crm, raw__shop" in ran.err


def test_a_refused_key_says_so_and_copies_nothing(rocky, fivetran):
    fivetran.says("/v1/groups/dest/connectors?limit=100", Reply({"message": "Invalid key"}, 401))

    found, ran = rocky("discover"), rocky("run", "-o", "json")

    assert (found.code, ran.code) == (1, 1)
    assert "Invalid key" in found.err
    assert "auth-failed" in ran.out + ran.err
