"""The river agency's own database, which somebody else changes without asking."""

import os
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb

from birding import field_data


class AgencyConfig(dg.Config):
    """The switch for trying out drift: in the launchpad, or BIRDING_RIVER_DRIFT=1 in the environment."""

    drifted: bool = os.environ.get("BIRDING_RIVER_DRIFT") == "1"


def agency_asset(folder: Path) -> dg.AssetsDefinition:
    """The asset that stands for what the agency does; a real one would be an external asset."""

    @dg.asset(
        key=["agency", "streamflow"],
        group_name="ingestion",
        kinds={"duckdb"},
        owners=["team:rivers"],
        description="Hourly gauges as the river agency publishes them. With `drifted: true` it measures a day more, "
        "wider numbers, and the water's temperature as well.",
    )
    def streamflow(config: AgencyConfig) -> dg.MaterializeResult:
        rows = list(field_data.streamflow())
        with duckdb.connect(str(folder / "agency.duckdb")) as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS pub__north")
            connection.execute(
                "CREATE OR REPLACE TABLE pub__north.streamflow (gauge_id VARCHAR NOT NULL, station_id VARCHAR NOT NULL,"
                " measured_at TIMESTAMP NOT NULL, discharge_m3s INTEGER NOT NULL)"
            )
            connection.execute(
                "INSERT INTO pub__north.streamflow SELECT unnest($1), unnest($2), unnest($3), unnest($4)",
                [list(column) for column in zip(*rows, strict=True)],
            )
            if config.drifted:
                connection.execute("ALTER TABLE pub__north.streamflow ALTER discharge_m3s TYPE BIGINT")
                connection.execute("ALTER TABLE pub__north.streamflow ADD COLUMN water_c DOUBLE")
                connection.execute(
                    "INSERT INTO pub__north.streamflow SELECT gauge_id, station_id, measured_at + INTERVAL 1 DAY,"
                    " discharge_m3s, 9.5 FROM pub__north.streamflow WHERE measured_at >= $1",
                    [_last_day()],
                )
            counted = connection.execute("SELECT count(*) FROM pub__north.streamflow").fetchall()
        return dg.MaterializeResult(metadata={"dagster/row_count": counted[0][0], "drifted": config.drifted})

    return streamflow


def _last_day() -> date:
    return field_data.FIRST_DAY + timedelta(days=field_data.DAYS - 1)
