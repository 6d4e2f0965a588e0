"""Models are materialized in-process, in any subset, and each says for itself how it went."""

import dagster as dg

from dagster_rocky import build_rocky_assets


def test_every_model_is_materialized_and_every_check_is_evaluated(project):
    result = dg.materialize(build_rocky_assets(project))

    assert result.success
    assert {event.asset_key.path[-1] for event in result.get_asset_materialization_events()} == {
        "fct_sightings",
        "top_observers",
        "species_by_day",
        "stg_observations",
        "stg_observers",
        "stg_weather",
    }
    assert {one.check_name for one in result.get_asset_check_evaluations() if one.passed} == {
        "rocky_compile",
        "contract_column_constraints",
        "contract_protected_columns",
        "contract_required_columns",
        "unique__observation_id",
        "in_range__birds",
    }
