"""Users' own assets run Rocky in-process, and one line decides on a retry."""

import dagster as dg
import pytest
from dagster_duckdb import DuckDBResource

from dagster_rocky import RockyResource, rocky_assets


def failing(project):
    (project / "models" / "staging" / "stg_weather.sql").write_text("SELECT * FROM raw.nowhere")


def test_a_run_is_answered_with_the_kinds_of_its_failures(project):
    failing(project)
    result = RockyResource(project_dir=str(project)).run("stg_weather+")

    assert result.status == "Failure"
    assert {one.model: one.failure_kind for one in result.errors} == {"stg_weather": "not-found"}
    assert {one.model for one in result.contained} == {"fct_sightings", "species_by_day"}


def test_one_line_ends_a_step_whose_failure_cannot_pass(project):
    failing(project)

    @dg.asset
    def refreshed(context: dg.AssetExecutionContext, rocky: RockyResource):
        rocky.raise_for_retry(rocky.run("stg_weather"), context)

    result = dg.materialize(
        [refreshed], resources={"rocky": RockyResource(project_dir=str(project))}, raise_on_error=False
    )

    (step,) = [event for event in result.all_events if event.is_step_failure]
    failures = step.step_failure_data.user_failure_data.metadata["rocky/failures"].value
    assert (result.success, [one["failure_kind"] for one in failures]) == (False, ["not-found"])
    assert not [event for event in result.all_events if event.is_step_up_for_retry]


def test_a_step_of_ones_own_streams_what_it_is_asked_for(project):
    @rocky_assets(project, name="mine")
    def mine(context: dg.AssetExecutionContext, rocky: RockyResource):
        yield from rocky.stream(context=context)

    result = dg.materialize(
        [mine],
        selection=dg.AssetSelection.assets(["birding", "staging", "stg_observers"]),
        resources={"rocky": RockyResource(project_dir=str(project))},
    )

    assert [event.asset_key.path[-1] for event in result.get_asset_materialization_events()] == ["stg_observers"]


def test_models_and_tables_can_be_read(project):
    rocky = RockyResource(project_dir=str(project))
    rocky.run("top_observers+ +top_observers")

    assert rocky.relation("top_observers").columns[0] == "full_name"
    assert len(rocky.relation("top_observers").rows(limit=2)) == 2
    assert rocky.relation("raw.species").records(limit=1)[0]["species_code"]
    assert [run.status.value for run in rocky.history()] == ["Success"]
    assert set(rocky.health().values()) == {None}


def test_a_name_that_means_nothing_is_told_with_the_nearest(project):
    with pytest.raises(Exception, match="did you mean 'top_observers'"):
        RockyResource(project_dir=str(project)).relation("top_observer")


def test_the_duckdb_resource_of_dagster_and_rocky_share_a_file_in_one_process(project):
    file = str(project / "birding.duckdb")

    @dg.asset
    def counted(duckdb: DuckDBResource, rocky: RockyResource):
        with duckdb.get_connection() as connection:
            built = rocky.run("stg_observers")
            checked = rocky.relation("stg_observers").rows()
            (count,) = connection.execute("SELECT count(*) FROM birding.staging.stg_observers").fetchone()
        return dg.MaterializeResult(metadata={"built": built.status, "same": count == len(checked)})

    resources = {"duckdb": DuckDBResource(database=file), "rocky": RockyResource(project_dir=str(project))}
    result = dg.materialize([counted], resources=resources)

    (event,) = result.asset_materializations_for_node("counted")
    assert (event.metadata["built"].value, event.metadata["same"].value) == ("Success", True)
