"""A Python asset between two models: it reads one and is read by another."""

import dagster as dg
from dagster_duckdb import DuckDBResource

from dagster_rocky import RockyResource

STG_WEATHER = dg.AssetKey(["birding", "staging", "stg_weather"])


def comfort_of(temperature_c: float, wind_kmh: float, rain_mm: float) -> float:
    """How pleasant it is to stand still outside, from 0 to 1."""
    warmth = max(0.0, min(1.0, (temperature_c - wind_kmh * 0.15) / 18))
    return round(warmth * max(0.0, 1 - rain_mm / 6), 3)


@dg.asset(
    key=["lab", "comfort"], deps=[STG_WEATHER], group_name="lab", kinds={"python", "duckdb"}, owners=["team:field"]
)
def comfort(rocky: RockyResource, warehouse: DuckDBResource) -> dg.MaterializeResult:
    """An index that is easier to write in Python than in SQL."""
    days = rocky.relation("stg_weather").records()
    rows = [
        (
            day["station_id"],
            day["measured_on"],
            comfort_of(day["temperature_c"], day["wind_kmh"], float(day["rain_mm"])),
        )
        for day in days
        if day["temperature_c"] is not None
    ]
    with warehouse.get_connection() as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS lab")
        connection.execute(
            "CREATE OR REPLACE TABLE lab.comfort"
            " (station_id VARCHAR NOT NULL, measured_on DATE NOT NULL, comfort DOUBLE)"
        )
        connection.execute(
            "INSERT INTO lab.comfort SELECT unnest($1), unnest($2), unnest($3)",
            [list(column) for column in zip(*rows, strict=True)],
        )
    return dg.MaterializeResult(metadata={"dagster/row_count": len(rows)})
