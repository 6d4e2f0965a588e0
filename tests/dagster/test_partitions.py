"""Models built window by window are Dagster partitions: Rocky's keys, one statement per range, what is done is kept."""

from datetime import UTC, datetime

import dagster as dg
import duckdb
import pytest

from dagster_rocky import build_rocky_assets, partitions_def_for_time_interval
from tests.dagster.scripted import AT_ONCE, Script, scripted_project

DAILY = '[strategy]\ntype = "time_interval"\ntime_column = "day"\ngranularity = "day"\nfirst_partition = "{first}"\n'


@pytest.mark.parametrize(
    ("grain", "first", "keys"),
    [
        ("hour", "2026-04-08T13", ["2026-04-08T13", "2026-04-08T14"]),
        ("day", "2026-04-08", ["2026-04-08", "2026-04-09"]),
        ("month", "2026-04", ["2026-04", "2026-05"]),
        ("year", "2024", ["2024", "2025"]),
    ],
)
def test_keys_are_rockys(grain, first, keys):
    definition = partitions_def_for_time_interval(grain, first)

    assert definition.get_partition_keys(current_time=datetime(2026, 12, 1, tzinfo=UTC))[:2] == keys


def test_a_first_partition_that_is_none_is_told_with_an_example():
    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match="'2026-04-01' is no month partition; write it like 2020-01"
    ):
        partitions_def_for_time_interval("month", "2026-04-01")


@pytest.fixture
def daily(tmp_path):
    """A daily model over a table of events, and one without partitions that reads it."""
    folder = tmp_path / "p"
    project = scripted_project(
        folder, {"a": (), "b": ("a",)}, Script(), sidecar={"a": DAILY.format(first="2026-04-01")}
    )
    (folder / "models" / "a.sql").write_text(
        "SELECT id, day FROM raw.events WHERE day >= @start_date AND day < @end_date"
    )
    toml = folder / "models" / "a.toml"
    toml.write_text(toml.read_text().replace('catalog = "db"', 'catalog = "unused"'))
    return project


def materialize(project, *, partition=None, first=None, last=None, instance=None, assets=("a",)):
    tags = (
        {}
        if first is None
        else {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    )
    return dg.materialize(
        build_rocky_assets(project, retries=AT_ONCE),
        selection=[f"{project.props[name].target[0]}/main/{name}" for name in assets],
        partition_key=partition,
        tags=tags,
        instance=instance,
        raise_on_error=False,
    )


def load_events(folder, days):
    with duckdb.connect(str(folder / "unused.duckdb")) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS raw; CREATE TABLE raw.events (id INTEGER, day DATE NOT NULL)")
        for day in days:
            connection.execute(f"INSERT INTO raw.events VALUES ({day}, DATE '2026-04-{day:02}')")


def rows_of(folder):
    with duckdb.connect(str(folder / "unused.duckdb")) as connection:
        return connection.execute("SELECT id FROM main.a ORDER BY id").fetchall()


def test_one_partition_and_then_a_range_are_built_and_told_under_their_keys(daily):
    from dagster_rocky import RockyProject  # noqa: PLC0415 — the real warehouse this time

    project = RockyProject(daily.project_dir)
    load_events(daily.project_dir, range(1, 6))
    with dg.DagsterInstance.ephemeral() as instance:
        one = materialize(project, partition="2026-04-02", instance=instance)
        many = materialize(project, first="2026-04-03", last="2026-04-05", instance=instance)

    told = [[event.partition for event in result.get_asset_materialization_events()] for result in (one, many)]
    (first, *_) = one.get_asset_materialization_events()
    assert (one.success, many.success) == (True, True)
    assert told == [["2026-04-02"], ["2026-04-03", "2026-04-04", "2026-04-05"]]
    assert first.materialization.metadata["dagster/partition_row_count"].value == 1
    assert rows_of(daily.project_dir) == [(2,), (3,), (4,), (5,)]


def test_of_a_range_only_the_partitions_that_failed_are_tried_again(daily):
    daily.script.fails_once_at["2026-04-01"] = "transient"

    result = materialize(daily, first="2026-04-01", last="2026-04-04")

    inserted = [one for one in daily.script.statements if one.startswith("INSERT")]
    days = [
        next(day for day in range(1, 5) if f">= '2026-04-0{day}" in one or f">= DATE '2026-04-0{day}" in one)
        for one in inserted
    ]
    assert (result.success, days) == (True, [2, 3, 4, 1])
    assert [event.partition for event in result.get_asset_materialization_events()] == [
        f"2026-04-0{day}" for day in range(1, 5)
    ]


def test_two_daily_models_share_one_definition_from_the_earliest_start_on(tmp_path):
    sidecar = {"a": DAILY.format(first="2026-04-01"), "b": DAILY.format(first="2025-12-24")}
    project = scripted_project(tmp_path / "p", {"a": (), "b": (), "c": ()}, Script(), sidecar=sidecar)

    assets = build_rocky_assets(project)

    definitions = {spec.key.path[-1]: spec.partitions_def for one in assets for spec in one.specs}
    assert definitions == {"a": definitions["b"], "b": definitions["b"], "c": None}
    assert definitions["a"].get_first_partition_key() == "2025-12-24"
    assert {one.backfill_policy for one in assets} == {dg.BackfillPolicy.single_run(), None}
