"""A Rocky project is a Dagster asset graph with schema, lineage and versions, and a broken model takes nothing down."""

import dagster as dg

from dagster_rocky import RockyDagsterTranslator, load_rocky_assets


def specs_of(project, **options):
    return {spec.key.path[-1]: spec for spec in load_rocky_assets(project, with_seed=True, **options)}


def test_every_model_is_an_asset_in_the_order_of_the_files(project):
    assert list(specs_of(project)) == [
        "fct_sightings",
        "top_observers",
        "species_by_day",
        "stg_observations",
        "stg_observers",
        "stg_weather",
    ]


def test_an_asset_knows_its_table_its_upstream_and_what_it_is_made_of(project):
    spec = specs_of(project)["fct_sightings"]

    assert spec.key == dg.AssetKey(["birding", "marts", "fct_sightings"])
    assert {dep.asset_key for dep in spec.deps} == {
        dg.AssetKey(["birding", "staging", "stg_weather"]),
        dg.AssetKey(["birding", "staging", "stg_observations"]),
        dg.AssetKey(["raw", "species"]),
    }
    assert spec.kinds == {"sql", "duckdb"}
    assert spec.group_name == "marts"
    assert spec.metadata["dagster/table_name"] == "birding.marts.fct_sightings"
    lineage = spec.metadata["dagster/column_lineage"].deps_by_column
    assert {(dep.asset_key.to_user_string(), dep.column_name) for dep in lineage["total_mass_g"]} == {
        ("birding/staging/stg_observations", "birds"),
        ("raw/species", "mass_g"),
    }


def test_the_schema_is_spelled_as_the_warehouse_spells_it(project):
    columns = specs_of(project)["fct_sightings"].metadata["dagster/column_schema"].columns

    assert [
        (c.name, c.type, c.constraints.nullable) for c in columns if c.name in {"observation_id", "temperature_c"}
    ] == [
        ("observation_id", "BIGINT", False),
        ("temperature_c", "DOUBLE", True),
    ]


def test_the_code_version_ignores_formatting_but_not_meaning(project):
    file = project / "models" / "staging" / "stg_observers.sql"
    before = specs_of(project)["stg_observers"].code_version
    file.write_text("-- who counts\n" + file.read_text().replace("LOWER(", "lower("))
    reformatted = specs_of(project)["stg_observers"].code_version
    file.write_text(file.read_text().replace("lower(", "UPPER("))

    assert reformatted == before
    assert specs_of(project)["stg_observers"].code_version != before


def test_a_broken_model_is_one_asset_that_says_what_is_wrong(project):
    (project / "models" / "staging" / "stg_weather.sql").write_text("SELECT station_id FROM raw.weathr WHERE")
    specs = specs_of(project)

    assert len(specs) == 6
    assert specs["stg_weather"].metadata["rocky/errors"].startswith("models/staging/stg_weather.sql:1:")
    assert "rocky/errors" not in specs["stg_observers"].metadata


def test_a_translator_changes_what_it_overrides_and_nothing_else(project):
    class Owned(RockyDagsterTranslator):
        def get_asset_spec(self, props):
            return super().get_asset_spec(props).replace_attributes(owners=["team:birds"])

    changed, plain = specs_of(project, translator=Owned())["top_observers"], specs_of(project)["top_observers"]

    assert changed == plain.replace_attributes(owners=["team:birds"])


def test_dagster_accepts_the_graph(project):
    definitions = dg.Definitions(assets=load_rocky_assets(project, with_seed=True))

    assert len(definitions.resolve_asset_graph().get_all_asset_keys()) >= 6
