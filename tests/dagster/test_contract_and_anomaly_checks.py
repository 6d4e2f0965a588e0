"""What a contract promises, and whether a table has as many rows as before, are checks of their own."""

import dagster as dg
import duckdb
import pytest

from dagster_rocky import RockyProject, build_rocky_assets

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "w.duckdb"

[pipeline.marts]
type = "transformation"
models = "models/**"

[pipeline.marts.checks]
row_count = true
anomaly_threshold_pct = 20
"""
SIDECAR = """\
[target]
catalog = "w"
schema = "main"
table = "{name}"
"""
CONTRACT = """\
[[columns]]
name = "id"
type = "Int64"
nullable = false

[rules]
required = ["id", "amount"]
protected = ["id"]
no_new_nullable = true
"""
PROMISES = {
    "contract_required_columns",
    "contract_protected_columns",
    "contract_column_constraints",
    "contract_no_new_nullable",
}
ORDERS = "SELECT CAST(id AS BIGINT) AS id, amount FROM w.raw.orders WHERE id IS NOT NULL\n"


@pytest.fixture
def orders(tmp_path):
    """A function that writes the model and gives the assets of the project."""
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute("CREATE TABLE raw.orders AS SELECT range AS id, 1.5 AS amount FROM range(100)")
    models = tmp_path / "models"
    models.mkdir()
    (tmp_path / "rocky.toml").write_text(ROCKY_TOML)
    (models / "orders.toml").write_text(SIDECAR.format(name="orders"))
    (models / "orders.contract.toml").write_text(CONTRACT)
    (models / "readers.sql").write_text("SELECT id FROM orders\n")
    (models / "readers.toml").write_text(SIDECAR.format(name="readers"))

    def written(sql=ORDERS):
        (models / "orders.sql").write_text(sql)
        return build_rocky_assets(RockyProject(tmp_path), on_partial_failure="fail")

    return written


def evaluations(result, asset="orders"):
    """Each check with whether it passed; one that was evaluated twice is a mistake."""
    found = [one for one in result.get_asset_check_evaluations() if one.asset_key.path[-1] == asset]
    assert len({one.check_name for one in found}) == len(found)
    return {one.check_name: one for one in found}


def test_each_kind_of_promise_is_declared_and_stops_what_reads_the_model(orders):
    (definition,) = orders()

    specs = {spec.name: spec for spec in definition.check_specs if spec.asset_key.path[-1] == "orders"}

    assert specs.keys() == {"rocky_compile", "row_count", "row_count_anomaly", *PROMISES}
    assert {name for name, spec in specs.items() if spec.blocking} == {"rocky_compile", "row_count", *PROMISES}
    assert specs["contract_required_columns"].description == "These columns are there: id, amount."
    assert specs["contract_required_columns"].metadata["rocky/contract"] == "models/orders.contract.toml"
    assert {spec.name for spec in definition.check_specs if spec.asset_key.path[-1] == "readers"} == {
        "rocky_compile",
        "row_count",
        "row_count_anomaly",
    }


def test_promises_that_are_kept_pass_with_the_materialization(orders):
    result = dg.materialize(orders())

    assert result.success
    found = evaluations(result)
    assert {name for name, one in found.items() if one.passed} == {"rocky_compile", "row_count", *PROMISES}


def test_a_broken_promise_fails_its_own_check_says_where_and_stops_the_model_and_its_readers(orders):
    result = dg.materialize(
        orders("SELECT CAST(id AS BIGINT) AS id FROM w.raw.orders WHERE id IS NOT NULL\n"), raise_on_error=False
    )

    assert not result.success
    found = evaluations(result)
    assert {name for name, one in found.items() if not one.passed} == {"rocky_compile", "contract_required_columns"}
    assert "required column 'amount' missing" in found["contract_required_columns"].description
    assert "orders.contract.toml" in found["contract_required_columns"].description
    assert result.get_asset_materialization_events() == []


def test_a_model_that_cannot_be_parsed_has_neither_kept_nor_broken_its_promises(orders):
    result = dg.materialize(orders("SELECT FROM"), raise_on_error=False)

    assert {name: one.passed for name, one in evaluations(result).items()} == {"rocky_compile": False}


def test_promises_can_be_checked_without_building(orders):
    (definition,) = orders()
    wanted = [dg.AssetCheckKey(key, name) for key in definition.keys if key.path[-1] == "orders" for name in PROMISES]

    result = dg.materialize([definition], selection=dg.AssetSelection.checks(*wanted))

    assert result.success
    assert {name: one.passed for name, one in evaluations(result).items()} == dict.fromkeys(PROMISES, True)
    assert result.get_asset_materialization_events() == []


def test_a_count_that_stands_out_is_a_warning_and_the_first_count_is_held_against_nothing(orders, tmp_path):
    definitions = orders()

    def counted(statement):
        with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
            connection.execute(statement)
        result = dg.materialize(definitions)
        assert result.success
        return evaluations(result).get("row_count_anomaly")

    first, second, third = (
        counted("SELECT 1"),
        counted("DELETE FROM raw.orders WHERE id >= 95"),
        counted("DELETE FROM raw.orders WHERE id >= 10"),
    )

    assert first is None
    assert (second.passed, second.severity) == (True, dg.AssetCheckSeverity.WARN)
    assert (third.passed, third.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert third.description == "10 rows; earlier runs have counted 98 on average (-89.7%)"
