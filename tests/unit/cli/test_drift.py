"""`rocky drift` and the drift that runs report, on a DuckDB file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

ROCKY_TOML = '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n[pipeline.shop]\ntype = "transformation"\n'
SIDECAR = '[target]\ncatalog = "shop"\nschema = "out"\n[strategy]\ntype = "merge"\nunique_key = ["id"]\n'
ORDERS = "CREATE SCHEMA raw; CREATE TABLE raw.orders AS SELECT 1 AS id, 10 AS amount, 'x' AS note"


@pytest.fixture
def shop(rocky, write, tmp_path):
    """A model over a table of which the compiler knows nothing, built once."""
    write({"rocky.toml": ROCKY_TOML, "models/orders.sql": "SELECT * FROM raw.orders", "models/orders.toml": SIDECAR})
    execute(tmp_path, ORDERS)
    assert rocky("run").code == 0
    return rocky


def execute(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def test_no_drift_is_told_as_none(shop):
    answer = shop("drift", "-o", "json").json

    assert {**answer, "version": ""} == {
        "version": "",
        "command": "drift",
        "pipeline": "shop",
        "tables_checked": 1,
        "tables_drifted": 0,
        "results": [],
    }


def test_drift_is_told_column_by_column_and_nothing_is_changed(shop, tmp_path):
    execute(tmp_path, "ALTER TABLE raw.orders ALTER amount TYPE BIGINT; ALTER TABLE raw.orders ADD COLUMN tip DOUBLE")
    execute(tmp_path, "ALTER TABLE raw.orders DROP COLUMN note")

    (result,) = shop("drift", "-o", "json").json["results"]
    (grace,) = result.pop("grace_period_columns")

    assert result == {
        "table": "shop.out.orders",
        "drifted_columns": [{"name": "amount", "source_type": "BIGINT", "target_type": "INTEGER"}],
        "action": "alter_column_types",
        "reason": "column 'amount' widened INTEGER → BIGINT",
        "added_columns": [{"name": "tip", "data_type": "DOUBLE", "nullable": True}],
        "columns_to_drop": [],
    }
    assert (grace["name"], grace["data_type"], grace["days_remaining"]) == ("note", "VARCHAR", 6)
    assert execute(tmp_path, "DESCRIBE out.orders")[1][:2] == ("amount", "INTEGER")
    text = shop("drift", "-o", "table").out
    assert "shop.out.orders: alter_column_types" in text
    assert "column 'note' is gone from the source and kept until" in text
    assert "| shop.out.orders | alter_column_types |" in shop("drift", "-o", "markdown").out


def test_a_run_brings_a_table_in_line_whose_query_only_the_warehouse_knows(shop, tmp_path):
    execute(tmp_path, "ALTER TABLE raw.orders ALTER amount TYPE BIGINT; ALTER TABLE raw.orders ADD COLUMN tip DOUBLE")
    execute(tmp_path, "UPDATE raw.orders SET amount = 9000000000, tip = 0.5")

    ran = shop("run", "-o", "json")

    assert (ran.code, [one["action"] for one in ran.json["drift"]["actions_taken"]]) == (0, ["alter_column_types"])
    assert execute(tmp_path, "SELECT id, amount, tip FROM out.orders") == [(1, 9_000_000_000, 0.5)]


@pytest.mark.parametrize(("mode", "action"), [("warn", "ignore"), ("fail", "fail")])
def test_what_a_run_would_do_follows_the_mode(shop, write, tmp_path, mode, action):
    execute(tmp_path, "ALTER TABLE raw.orders ADD COLUMN tip DOUBLE")
    write({"rocky.toml": ROCKY_TOML + f'[drift]\nmode = "{mode}"\n'})

    (result,) = shop("drift").json["results"]

    assert (result["action"], [one["name"] for one in result["added_columns"]]) == (action, ["tip"])


def test_drift_that_was_applied_is_reported_though_the_rows_failed_afterwards(shop, write, tmp_path):
    execute(tmp_path, "ALTER TABLE raw.orders ADD COLUMN tip DOUBLE")
    write({"models/orders.sql": "SELECT *, CAST(note AS INTEGER) AS number FROM raw.orders"})

    failed = shop("run", "-o", "json")

    assert (failed.code, failed.json["errors"][0]["failure_kind"]) == (1, "query-rejected")
    assert [one["action"] for one in failed.json["drift"]["actions_taken"]] == ["add_columns"]
    assert shop("drift").json["tables_drifted"] == 0


@pytest.mark.usefixtures("shop")
def test_the_event_of_drift_names_its_columns(tmp_path):
    from threading import Event  # noqa: PLC0415 — only this test listens to events

    from rocky_core.api import ProjectOptions, open_project  # noqa: PLC0415 — same
    from rocky_core.execution.run_options import RunOptions  # noqa: PLC0415 — same
    from rocky_core.ir.run import DriftApplied  # noqa: PLC0415 — same

    execute(tmp_path, "ALTER TABLE raw.orders ADD COLUMN tip DOUBLE")

    events = tuple(open_project(ProjectOptions()).run(RunOptions(), Event()))

    assert [event.columns for event in events if isinstance(event, DriftApplied)] == [("tip",)]
