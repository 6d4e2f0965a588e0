"""With `discover`, every table of a pipeline that builds no models is an asset of its own, with its checks."""

import dagster as dg
import duckdb
import pytest

from dagster_rocky import build_rocky_pipeline_assets

TOML = """
[adapter]
type = "duckdb"
path = "lake.duckdb"

[pipeline.copy]
type = "replication"
strategy = "full_refresh"

[pipeline.copy.source]
schema_pattern = { prefix = "src__", separator = "__", components = ["source"] }

[pipeline.copy.target]
catalog_template = "lake"
schema_template = "staging__{source}"
governance = { auto_create_schemas = true }

[pipeline.copy.checks]
enabled = true
row_count = true

[[pipeline.copy.checks.assertions]]
table = "orders"
type = "not_null"
column = "id"

[pipeline.history]
type = "snapshot"
unique_key = ["id"]
updated_at = "changed_at"
source = { catalog = "lake", schema = "raw", table = "prices" }
target = { catalog = "lake", schema = "history", table = "prices", governance = { auto_create_schemas = true } }

[pipeline.intake]
type = "quality"
tables = [{ catalog = "lake", schema = "raw", table = "prices" }]

[pipeline.intake.checks]
enabled = true

[[pipeline.intake.checks.assertions]]
table = "prices"
type = "not_null"
column = "price"

[pipeline.files]
type = "load"
source_dir = "files"
format = "csv"
target = { catalog = "lake", schema = "landing" }
"""


@pytest.fixture
def lake(tmp_path):
    folder = tmp_path / "lake"
    (folder / "files").mkdir(parents=True)
    (folder / "rocky.toml").write_text(TOML)
    (folder / "files" / "rates.csv").write_text("day,rate\n2026-01-01,1.5\n")
    execute(
        folder,
        "CREATE SCHEMA raw; CREATE SCHEMA src__shop; CREATE SCHEMA src__crm; CREATE SCHEMA landing",
        "CREATE TABLE src__shop.orders AS SELECT range AS id FROM range(3)",
        "CREATE TABLE src__shop.users AS SELECT range AS id FROM range(2)",
        "CREATE TABLE src__crm.orders AS SELECT range AS id FROM range(5)",
        "CREATE TABLE raw.prices AS SELECT 1 AS id, 2.5 AS price, TIMESTAMP '2026-01-01' AS changed_at",
    )
    return folder


def execute(folder, *statements):
    with duckdb.connect(str(folder / "lake.duckdb")) as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
        return rows


def assets(folder, **options):
    return build_rocky_pipeline_assets(folder, discover=True, **options)


def shown(result):
    """What was materialized with how many rows, and which checks were evaluated, with their outcome."""
    written = {
        event.asset_key.to_user_string(): event.materialization.metadata["rocky/rows_affected"].value
        for event in result.get_asset_materialization_events()
    }
    checks = {
        (one.asset_key.to_user_string(), one.check_name): one.passed for one in result.get_asset_check_evaluations()
    }
    return written, checks


COPIES = {"lake/staging__crm/orders": 5, "lake/staging__shop/orders": 3, "lake/staging__shop/users": 2}
COPY_CHECKS = {(key, "row_count") for key in COPIES} | {
    (key, "not_null__id") for key in COPIES if key.endswith("orders")
}


def copies(folder, *keys):
    """The assets of the replication, or some of them."""
    (definition,) = [one for one in assets(folder) if one.node_def.name == "rocky_lake_copy"]
    return dg.materialize(
        [definition], selection=[dg.AssetKey(key.split("/")) for key in keys] or None, raise_on_error=False
    )


def test_every_table_is_declared_with_its_checks(lake):
    found = assets(lake, deps={"history": [["raw", "prices"]]})

    specs = {
        spec.key.to_user_string(): spec
        for one in found
        if not isinstance(one, dg.AssetChecksDefinition)
        for spec in one.specs
    }
    assert specs.keys() == {*COPIES, "lake/history/prices", "lake/landing/rates"}
    assert [dep.asset_key.to_user_string() for dep in specs["lake/history/prices"].deps] == ["raw/prices"]
    checks = {(key.asset_key.to_user_string(), key.name) for one in found for key in one.check_keys}
    assert checks == {*COPY_CHECKS, ("lake/raw/prices", "not_null__price")}
    assert all(spec.blocking for one in found for spec in one.check_specs)


def test_a_replication_tells_of_every_table_and_every_check(lake):
    result = copies(lake)

    assert result.success
    assert shown(result) == (COPIES, dict.fromkeys(COPY_CHECKS, True))


def test_some_tables_are_copied_and_the_others_left_alone(lake):
    result = copies(lake, "lake/staging__crm/orders")

    assert result.success
    assert shown(result)[0] == {"lake/staging__crm/orders": 5}
    assert execute(lake, "SELECT table_name FROM duckdb_tables() WHERE schema_name LIKE 'staging%'") == [("orders",)]


def test_a_table_whose_check_fails_is_red_alone_and_says_what_to_do(lake):
    execute(lake, "INSERT INTO src__shop.orders VALUES (NULL)")

    result = copies(lake)

    written, checks = shown(result)
    assert not result.success
    assert written.keys() == COPIES.keys()
    assert {key for key, passed in checks.items() if not passed} == {("lake/staging__shop/orders", "not_null__id")}
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert "1 of 3 tables of pipeline 'copy'" in failed.step_failure_data.user_failure_data.description


def test_a_table_that_is_gone_fails_and_the_others_are_written(lake):
    (definition,) = [one for one in assets(lake) if one.node_def.name == "rocky_lake_copy"]
    execute(lake, "DROP TABLE src__shop.users")

    result = dg.materialize([definition], raise_on_error=False)

    assert not result.success
    assert shown(result)[0].keys() == COPIES.keys() - {"lake/staging__shop/users"}
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert "reload the code location" in failed.step_failure_data.user_failure_data.description


def test_a_table_that_came_later_is_told_of_when_it_is_written(lake):
    (definition,) = [one for one in assets(lake) if one.node_def.name == "rocky_lake_copy"]
    execute(lake, "CREATE TABLE src__crm.leads AS SELECT 1 AS id")

    result = dg.materialize([definition])

    assert shown(result)[0] == COPIES | {"lake/staging__crm/leads": 1}


def test_quality_pipelines_are_checks_of_the_tables_that_they_look_at(lake):
    execute(lake, "INSERT INTO raw.prices VALUES (2, NULL, TIMESTAMP '2026-01-02')")
    (checks,) = [one for one in assets(lake) if isinstance(one, dg.AssetChecksDefinition)]

    result = dg.materialize([checks], selection=dg.AssetSelection.all_asset_checks(), raise_on_error=False)

    (found,) = result.get_asset_check_evaluations()
    assert (found.asset_key.to_user_string(), found.check_name, found.passed) == (
        "lake/raw/prices",
        "not_null__price",
        False,
    )
    assert found.metadata["rocky/failed_sample"] is not None


def test_a_snapshot_and_a_load_are_assets(lake):
    chosen = [one for one in assets(lake) if one.node_def.name in {"rocky_lake_history", "rocky_lake_files"}]

    result = dg.materialize(chosen)

    assert result.success
    assert shown(result)[0] == {"lake/history/prices": 1, "lake/landing/rates": 1}


def test_a_pipeline_whose_tables_are_not_known_is_one_asset(lake):
    (lake / "lake.duckdb").write_bytes(b"no database")

    found = {one.node_def.name: one for one in assets(lake)}

    assert [key.to_user_string() for key in found["rocky_lake_history"].keys] == ["lake/history"]


@pytest.mark.parametrize("discover", [True, False])
def test_each_step_is_where_it_is_said_to_be(lake, discover):
    made = build_rocky_pipeline_assets(lake, discover=discover, pool="warehouse", op_tags={"queue": "large"})

    assert {one.op.name: (one.op.pool, dict(one.op.tags)) for one in made} == {
        f"rocky_lake_{name}": ("warehouse", {"queue": "large"}) for name in ("copy", "history", "intake", "files")
    }
