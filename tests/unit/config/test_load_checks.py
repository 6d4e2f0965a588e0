"""Rules between keys of rocky.toml."""

from __future__ import annotations

import pytest

from rocky_core.config.rocky_toml import parse_config

FIVETRAN = '[adapter.f]\ntype = "fivetran"\nkind = "discovery"\n'
BRONZE = """
[adapter.lake]
type = "duckdb"
[adapter.other]
type = "snowflake"
[pipeline.p]
source = { adapter = "lake", schema_pattern = { prefix = "r", separator = "_", components = ["s"] } }
target = { adapter = "lake", catalog_template = "c", schema_template = "{s}" }
"""


def override(**settings):
    written = "\n".join(f"{key} = {value}" for key, value in settings.items())
    return f"[[pipeline.p.table_overrides]]\n{written}\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            '[adapter.s]\ntype = "snowflake"\nkind = "discovery"\n',
            3,
            "adapter 's' of type snowflake cannot discover; leave 'kind' out or set it to \"data\"",
        ),
        (
            FIVETRAN.replace('"discovery"', '"data"'),
            3,
            "adapter 'f' of type fivetran only discovers: it needs kind = \"discovery\"",
        ),
        (
            FIVETRAN + '[adapter.f.cache]\nbackend = "file"\n',
            5,
            "adapter 'f': this backend needs 'file_root' in [adapter.f.cache]",
        ),
        (
            FIVETRAN + '[adapter.f.cache]\nbackend = "object_store"\n',
            5,
            "adapter 'f': this backend needs 'object_store_url' in [adapter.f.cache]",
        ),
        (
            FIVETRAN + '[adapter.f.stampede]\nbackend = "valkey"\n',
            5,
            "adapter 'f': this backend needs 'valkey_url' in [adapter.f.stampede]",
        ),
        (
            '[adapter.d]\ntype = "duckdb"\nsources = [{ schema = "s", tables = ["t"] }]\n',
            3,
            "adapter 'd' of type duckdb finds its sources itself; only 'manual' ones are listed",
        ),
        (
            (
                '[adapter.m]\ntype = "manual"\nkind = "discovery"\n'
                'sources = [{ schema = "s", tables = ["t"] }, { schema = "s", tables = ["u"] }]\n'
            ),
            4,
            "adapter 'm' lists the source schema 's' more than once",
        ),
        (
            BRONZE.replace(
                'separator = "_", components = ["s"] } }',
                'separator = "_", components = ["s"] }, discovery = { adapter = "other" } }',
            ),
            7,
            "pipeline 'p' discovers through 'other', which cannot",
        ),
        (
            BRONZE
            + override(match='{ connector = "x", table = "t" }')
            + override(match='{ connector = "x", table = "t" }'),
            11,
            "pipeline 'p', table override #2 matches the same table as override #1",
        ),
        (
            BRONZE + override(match='{ table = " " }'),
            10,
            "pipeline 'p', table override #1 has an empty table pattern",
        ),
        (
            BRONZE + override(match='{ table = "t" }', strategy='"merge"'),
            11,
            "pipeline 'p', table override #1 merges, but no merge keys reach it",
        ),
        (
            "[state]\nfreeze_marker_writes = true\n",
            2,
            "freeze_marker_writes needs a backend of objects (s3, gcs, tiered), not 'local'",
        ),
    ],
)
def test_a_broken_rule_is_told_at_its_key(text, line, message):
    checked = parse_config(text, "rocky.toml", {})

    assert [(found.span.line, found.message) for found in checked.diagnostics] == [(line, message)]
    assert checked.value is not None


@pytest.mark.parametrize(
    "text",
    [
        FIVETRAN + '[adapter.f.cache]\nbackend = "file"\nfile_root = "x"\n',
        '[adapter.b]\ntype = "bigquery"\nkind = "discovery"\n',
        BRONZE + override(match='{ table = "t*" }') + override(match='{ table = "t*" }'),
        BRONZE + override(match='{ table = "t" }', strategy='"merge"', merge_keys='["a"]'),
        BRONZE + 'merge_keys = ["a"]\n' + override(match='{ table = "t" }', strategy='"merge"'),
        '[state]\nbackend = "s3"\nfreeze_marker_writes = true\n',
        '[role.a]\npermissions = ["USE CATALOG"]\n[role.b]\ninherits = ["a"]\n',
    ],
)
def test_what_keeps_the_rules_is_not_reported(text):
    assert parse_config(text, "rocky.toml", {}).diagnostics == ()
