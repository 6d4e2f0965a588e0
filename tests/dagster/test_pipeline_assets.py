"""Pipelines that build no models are assets that tell of every table they write."""

import dagster as dg
import duckdb
import pytest

from dagster_rocky import build_rocky_pipeline_assets

TOML = """
[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline.history]
type = "snapshot"
unique_key = ["id"]
updated_at = "changed_at"
source = { catalog = "shop", schema = "raw", table = "prices" }
target = { catalog = "shop", schema = "history", table = "prices", governance = { auto_create_schemas = true } }

[pipeline.intake]
type = "quality"
tables = [{ catalog = "shop", schema = "raw", table = "prices" }]

[pipeline.intake.checks]
enabled = true

[[pipeline.intake.checks.assertions]]
table = "prices"
type = "not_null"
column = "price"
"""


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "rocky.toml").write_text(TOML)
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute(
            "CREATE SCHEMA raw; CREATE TABLE raw.prices AS "
            "SELECT 1 AS id, 2.5 AS price, TIMESTAMP '2026-01-01' AS changed_at"
        )
    return folder


def test_a_snapshot_tells_of_its_table_and_of_itself(shop):
    assets = build_rocky_pipeline_assets(shop, deps={"history": [["raw", "prices"]]})

    result = dg.materialize(assets, selection=["shop/history"])

    told = [event.asset_key.to_user_string() for event in result.get_asset_materialization_events()]
    assert (result.success, told) == (True, ["shop/history/prices", "shop/history"])


def test_a_quality_pipeline_is_red_when_a_check_that_decides_fails(shop):
    with duckdb.connect(str(shop / "shop.duckdb")) as connection:
        connection.execute("INSERT INTO raw.prices VALUES (2, NULL, TIMESTAMP '2026-01-02')")

    result = dg.materialize(build_rocky_pipeline_assets(shop), selection=["shop/intake"], raise_on_error=False)

    (check,) = result.get_asset_check_evaluations()
    assert (result.success, check.passed, check.asset_key.to_user_string()) == (False, False, "shop/intake")
    assert "1 row is NULL in 'price'" in check.description


def test_a_pipeline_that_cannot_run_says_why_and_what_to_do(shop):
    with duckdb.connect(str(shop / "shop.duckdb")) as connection:
        connection.execute("DROP TABLE raw.prices")

    result = dg.materialize(build_rocky_pipeline_assets(shop), selection=["shop/history"], raise_on_error=False)

    (failed,) = [event for event in result.all_events if event.is_step_failure]
    failures = failed.step_failure_data.user_failure_data.metadata["rocky/failures"].value
    assert (result.success, {one["failure_kind"] for one in failures}) == (False, {"not-found"})


def test_a_dependency_of_no_pipeline_is_refused(shop):
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="no pipeline 'histroy'; there are history, intake"):
        build_rocky_pipeline_assets(shop, deps={"histroy": []})
