"""Raw tables, loaded with dagster-duckdb as any team would: every run brings in the whole season again."""

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

import dagster as dg
from dagster_duckdb import DuckDBResource

from birding import field_data

OWNERS = ["team:field"]


def load(warehouse: DuckDBResource, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> dg.MaterializeResult:
    """Replace a table by rows, in one transaction."""
    values = list(zip(*rows, strict=True))
    names = [column.split()[0] for column in columns.split(",\n")]
    parameters = ", ".join(f"unnest(${at})" for at in range(1, len(values) + 1))
    with warehouse.get_connection() as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
        connection.begin()
        connection.execute(f"CREATE OR REPLACE TABLE raw.{table} ({columns})")
        connection.execute(f"INSERT INTO raw.{table} SELECT {parameters}", [list(column) for column in values])
        connection.commit()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(values[0]),
            "dagster/table_name": f"birding.raw.{table}",
            "columns": ", ".join(names),
        }
    )


@dg.asset(key=["raw", "observations"], group_name="ingestion", kinds={"python", "duckdb"}, owners=OWNERS)
def observations(warehouse: DuckDBResource) -> dg.MaterializeResult:
    """What observers have reported, slips of the pen included."""
    columns = (
        "observation_id BIGINT NOT NULL,\nspecies_code VARCHAR,\nobserver_id INTEGER NOT NULL,\n"
        "station_id VARCHAR NOT NULL,\nobserved_at TIMESTAMP NOT NULL,\nhow_many INTEGER,\ncomments VARCHAR"
    )
    return load(warehouse, "observations", columns, map(astuple, field_data.sightings()))


@dg.asset(key=["raw", "species"], group_name="ingestion", kinds={"python", "duckdb"}, owners=OWNERS)
def species(warehouse: DuckDBResource) -> dg.MaterializeResult:
    """The checklist of species."""
    columns = (
        "species_code VARCHAR NOT NULL,\ncommon_name VARCHAR NOT NULL,\nfamily VARCHAR NOT NULL,\n"
        "mass_g DECIMAL(8, 2),\nrevised_at TIMESTAMP NOT NULL"
    )
    return load(warehouse, "species", columns, field_data.species())


@dg.asset(key=["raw", "observers"], group_name="ingestion", kinds={"python", "duckdb"}, owners=OWNERS)
def observers(warehouse: DuckDBResource) -> dg.MaterializeResult:
    """Who reports."""
    columns = (
        "observer_id INTEGER NOT NULL,\nfull_name VARCHAR NOT NULL,\nemail VARCHAR,\nupdated_at TIMESTAMP NOT NULL"
    )
    return load(warehouse, "observers", columns, field_data.observers())


@dg.asset(key=["raw", "weather"], group_name="ingestion", kinds={"python", "duckdb"}, owners=OWNERS)
def weather(warehouse: DuckDBResource) -> dg.MaterializeResult:
    """Daily weather at the stations."""
    columns = (
        "station_id VARCHAR NOT NULL,\nmeasured_on DATE NOT NULL,\ntemperature_c DOUBLE,\nwind_kmh DOUBLE,\n"
        "rain_mm DECIMAL(6, 1)"
    )
    return load(warehouse, "weather", columns, field_data.weather())


RAW_ASSETS = [observations, species, observers, weather]
