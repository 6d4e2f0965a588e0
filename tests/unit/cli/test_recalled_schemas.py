"""What `discover --with-schemas` has seen is known to whoever compiles without a connection."""

from __future__ import annotations

import duckdb
import pytest

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "w.duckdb"

[pipeline.copy]
type = "replication"

[pipeline.copy.source]
schema_pattern = { prefix = "raw__", separator = "__", components = ["source"] }

[pipeline.copy.target]
catalog_template = "w"
schema_template = "staging__{source}"

[pipeline.marts]
type = "transformation"
models = "models/**"
target = { catalog = "w", schema = "main" }
"""


@pytest.fixture
def shop(rocky, write, tmp_path):
    """A project whose one model reads a source that can be discovered."""
    write(
        {
            "rocky.toml": ROCKY_TOML,
            "models/paid.sql": "SELECT id, amount, discount FROM raw__shop.orders",
        }
    )
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(
            "CREATE SCHEMA raw__shop; CREATE TABLE raw__shop.orders (id INT NOT NULL, amount DECIMAL(9,2))"
        )
    return rocky


def types(shop, *options: str) -> dict[str, str | None]:
    """The types of the model's columns, and that nothing is said against it."""
    ran = shop("compile", "-o", "json", *options)
    assert (ran.code, [one for one in ran.json["diagnostics"] if one["severity"] == "Error"]) == (0, [])
    (model,) = ran.json["models_detail"]
    return {column["name"]: column["data_type"] for column in model["columns"]}


UNKNOWN = {"id": None, "amount": None, "discount": None}
# Whoever added a column to the source since is not told that there is none.
SEEN = {"id": "INTEGER", "amount": "DECIMAL(9,2)", "discount": None}


def test_described_sources_type_the_models_that_read_them(shop):
    before = types(shop)
    assert shop("discover", "--pipeline", "copy", "--with-schemas").code == 0

    assert (before, types(shop), types(shop, "--no-cache")) == (UNKNOWN, SEEN, SEEN)
    assert types(shop, "--cache-ttl", "0") == UNKNOWN

    assert shop("state", "clear-schema-cache", "-o", "json").json["entries_deleted"] == 1
    assert types(shop) == UNKNOWN


def test_what_was_described_too_long_ago_is_not_believed(shop, write):
    shop("discover", "--pipeline", "copy", "--with-schemas")
    write({"rocky.toml": ROCKY_TOML + "[cache.schemas]\nttl_seconds = 0\n"})

    assert types(shop) == UNKNOWN
    assert types(shop, "--cache-ttl", "3600") == SEEN


def test_a_cache_that_is_switched_off_is_neither_read_nor_written(shop, write):
    shop("discover", "--pipeline", "copy", "--with-schemas")
    write({"rocky.toml": ROCKY_TOML + "[cache.schemas]\nenabled = false\n"})
    refused = shop("discover", "--pipeline", "copy", "--with-schemas")

    assert types(shop, "--cache-ttl", "3600") == UNKNOWN
    assert refused.code == 1
    assert "[cache.schemas] enabled = false" in refused.err


def test_a_state_that_cannot_be_read_ends_no_compile(shop, tmp_path):
    shop("discover", "--pipeline", "copy", "--with-schemas")
    (tmp_path / "models" / ".rocky-state.db").write_bytes(b"no state at all" * 100)

    assert types(shop) == UNKNOWN


def test_a_compile_makes_no_state(shop, tmp_path):
    types(shop)

    assert not (tmp_path / "models" / ".rocky-state.db").exists()
