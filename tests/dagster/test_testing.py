"""The test kit: what a user's own tests can script, run and claim, and that false claims do not pass."""

import dagster as dg
import pytest

from dagster_rocky.testing import (
    assert_blocked,
    assert_check,
    assert_failed,
    assert_materialized,
    assert_retried,
    in_memory_project,
    materialize,
    scripted,
    simulate_partition,
)
from rocky_core.errors import UserError

SOURCES = (
    "CREATE SCHEMA raw; CREATE TABLE raw.orders AS SELECT * FROM (VALUES "
    "(1, 10.0, DATE '2026-03-01'), (2, 20.0, DATE '2026-03-02'), (3, 5.0, DATE '2026-03-02')) AS v(id, amount, day);"
)
MODELS = {
    "orders": "SELECT id, amount, day FROM raw.orders",
    "revenue": "SELECT day, SUM(amount) AS amount FROM orders GROUP BY day",
    "other": "SELECT 1 AS id",
}
CHECKED = {"orders": '[[tests]]\ntype = "unique"\ncolumn = "id"\n'}


def shop(folder, **options):
    return in_memory_project(folder, MODELS, sources=SOURCES, sidecars=CHECKED, **options)


def test_a_project_in_memory_is_built_by_a_real_duckdb(tmp_path):
    project = shop(tmp_path)

    result = materialize(project)

    assert_materialized(result, "orders", "revenue", "other")
    assert_check(result, "orders", "unique:id", passed=True)
    assert project.connection.execute("SELECT amount FROM revenue ORDER BY day").fetchall() == [(10,), (25,)]
    assert not list(tmp_path.glob("*.duckdb*"))


def test_a_failure_that_may_pass_is_tried_again_and_what_succeeded_is_not(tmp_path):
    project = shop(tmp_path, failures={"revenue": ["transient", "connection-failed"]})

    result = materialize(project)

    assert result.success
    assert_materialized(result, "orders", "revenue", "other")
    assert_retried(project, "revenue", 2)
    assert_retried(project, "orders", 0)


def test_a_failure_that_will_not_pass_blocks_what_reads_it_and_nothing_else(tmp_path):
    project = shop(tmp_path, failures={"orders": ["query-rejected"]})

    result = materialize(project)

    assert_failed(result, "orders", "query-rejected")
    assert_blocked(result, "revenue", by="orders")
    assert_materialized(result, "other")


def test_partitions_are_built_one_by_one_or_as_a_backfill(tmp_path):
    project = in_memory_project(
        tmp_path,
        {"daily": "SELECT day, id FROM raw.orders WHERE day >= @start_date AND day < @end_date"},
        sources="CREATE SCHEMA raw; CREATE TABLE raw.orders (id INTEGER, day DATE NOT NULL);"
        "INSERT INTO raw.orders VALUES (1, '2026-03-01'), (2, '2026-03-02'), (3, '2026-03-03');",
        sidecars={
            "daily": '[strategy]\ntype = "time_interval"\ntime_column = "day"\ngranularity = "day"\n'
            'first_partition = "2026-03-01"\n'
        },
    )
    with dg.DagsterInstance.ephemeral() as instance:
        one = simulate_partition(project, "2026-03-02", instance=instance)
        rows = project.connection.execute("SELECT id FROM daily").fetchall()
        more = simulate_partition(project, "2026-03-01", last="2026-03-03", instance=instance)

    assert_materialized(one, "daily")
    assert rows == [(2,)]
    assert_materialized(more, "daily")
    assert [event.partition for event in more.get_asset_materialization_events()] == [
        "2026-03-01",
        "2026-03-02",
        "2026-03-03",
    ]
    assert project.connection.execute("SELECT count(*) FROM daily").fetchall() == [(3,)]


def test_a_project_on_disk_can_fail_by_script_too(project):
    flaky = scripted(project, {"stg_weather": ["quota-exceeded"] * 4})

    result = materialize(flaky, select=["stg_weather", "stg_observers"], retries={"quota-exceeded": 0})

    assert_failed(result, "stg_weather", "quota-exceeded")
    assert_materialized(result, "stg_observers")


def test_claims_that_are_false_do_not_pass(tmp_path):
    project = shop(tmp_path, failures={"revenue": ["transient"]})
    result = materialize(project)

    for claim, told in (
        (lambda: assert_materialized(result, "orders"), "materialized were ['orders', 'other', 'revenue']"),
        (lambda: assert_failed(result, "revenue", "transient"), "the run was green"),
        (lambda: assert_blocked(result, "revenue", by="orders"), "what was blocked: {}"),
        (lambda: assert_retried(project, "revenue", 0), "tried again 1 times, not 0"),
        (lambda: assert_check(result, "orders", "unique:id", passed=False), "'unique:id' of 'orders' passed"),
        (lambda: assert_check(result, "orders", "unique:amount", passed=True), "was not evaluated"),
    ):
        with pytest.raises(AssertionError) as refused:
            claim()
        assert told in str(refused.value)


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ({"orders": ["slow"]}, "'slow' is no kind of failure that can be scripted"),
        ({"oders": ["transient"]}, "did you mean 'orders'"),
    ],
)
def test_a_script_that_means_nothing_is_refused(tmp_path, failures, told):
    with pytest.raises(UserError, match=told):
        shop(tmp_path, failures=failures)
