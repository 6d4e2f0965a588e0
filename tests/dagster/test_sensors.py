"""Sensors see what changed outside of Dagster, and wait rather than pile up."""

import dagster as dg
import pytest

from dagster_rocky import BacklogCap, SourceWatch, build_rocky_assets, rocky_partition_sensor, rocky_source_sensor
from dagster_rocky.testing import in_memory_project, materialize

SOURCES = (
    "CREATE SCHEMA raw; CREATE TABLE raw.orders (id INTEGER, day DATE NOT NULL); CREATE TABLE raw.people (id INTEGER);"
    "INSERT INTO raw.orders VALUES (1, '2026-03-01'), (2, '2026-03-02');"
)
MODELS = {
    "orders": "SELECT id, day FROM raw.orders",
    "daily": "SELECT day, id FROM orders WHERE day >= @start_date AND day < @end_date",
    "people": "SELECT id FROM raw.people",
}
DAILY = '[strategy]\ntype = "time_interval"\ntime_column = "day"\ngranularity = "day"\nfirst_partition = "2026-03-01"\n'


@pytest.fixture
def shop(tmp_path):
    return in_memory_project(tmp_path, MODELS, sources=SOURCES, sidecars={"daily": DAILY})


@pytest.fixture
def instance():
    with dg.DagsterInstance.local_temp() as made:
        yield made


def tick(sensor, project, instance, cursor=None):
    definitions = dg.Definitions(assets=build_rocky_assets(project), sensors=[sensor])
    context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=definitions)
    with context:
        return sensor.evaluate_tick(context)


def asked_for(result):
    return [
        (sorted(key.path[-1] for key in request.asset_selection), request.partition_key is not None)
        for request in result.run_requests
    ]


def test_a_source_that_changed_runs_what_reads_it_and_no_more(shop, instance):
    sensor = rocky_source_sensor(shop)
    first = tick(sensor, shop, instance)
    nothing = tick(sensor, shop, instance, first.cursor)
    shop.connection.execute("INSERT INTO raw.orders VALUES (3, '2026-03-03')")
    changed = tick(sensor, shop, instance, first.cursor)

    assert asked_for(first) == [(["orders", "people"], False), (["daily"], True)]
    assert (asked_for(nothing), nothing.skip_message) == ([], "no source has changed")
    assert asked_for(changed) == [(["orders"], False), (["daily"], True)]
    assert all(request.run_key for request in changed.run_requests)


def test_what_changed_waits_while_earlier_runs_are_not_finished(shop, instance):
    sensor = rocky_source_sensor(shop, backlog_cap=BacklogCap(1))
    first = tick(sensor, shop, instance)
    run = instance.create_run_for_job(
        dg.Definitions(assets=build_rocky_assets(shop)).resolve_implicit_global_asset_job_def(),
        tags=first.run_requests[0].tags,
    )
    shop.connection.execute("INSERT INTO raw.people VALUES (1)")
    held = tick(sensor, shop, instance, first.cursor)
    instance.delete_run(run.run_id)
    released = tick(sensor, shop, instance, held.cursor)

    assert (asked_for(held), held.cursor) == ([], first.cursor)
    assert "1 runs of this sensor are not finished" in held.skip_message
    assert asked_for(released) == [(["people"], False)]


def test_large_tables_are_told_apart_by_a_query_of_ones_own(shop, instance):
    watch = SourceWatch(sources=("raw.people",), marks={"raw.people": "SELECT max(id) FROM raw.people"}, most_rows=0)
    sensor = rocky_source_sensor(shop, watch=watch)
    first = tick(sensor, shop, instance)
    shop.connection.execute("INSERT INTO raw.people VALUES (9)")

    assert asked_for(tick(sensor, shop, instance, first.cursor)) == [(["people"], False)]


def test_partitions_that_rocky_built_alone_are_told_to_dagster_once(shop, instance):
    materialize(shop, select=["orders"])
    materialize(shop, select=["daily"], partition="2026-03-02")
    sensor = rocky_partition_sensor(shop)
    told = tick(sensor, shop, instance)
    for event in told.asset_events:
        instance.report_runless_asset_event(event)
    again = tick(sensor, shop, instance)

    assert [(event.asset_key.path[-1], event.partition) for event in told.asset_events] == [("daily", "2026-03-02")]
    assert instance.get_materialized_partitions(dg.AssetKey(["memory", "main", "daily"])) == {"2026-03-02"}
    assert again.skip_message == "Dagster knows every partition that the engine has built"


def test_a_cap_that_lets_nothing_through_is_refused():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="at least 1"):
        BacklogCap(0)
