"""The checks of `[pipeline.X.checks]` on a real DuckDB."""

from __future__ import annotations

import pytest

from rocky_core.execution.run_checks import run_checks, run_shared_check
from rocky_core.ir.checks import (
    Assertion,
    CheckSeverity,
    CustomCheck,
    DeclarativeTest,
    FreshnessCheck,
    NullRateCheck,
    OverlapCheck,
    PipelineChecks,
)
from rocky_core.ir.names import TargetName
from rocky_core.ir.planned_checks import NullShare, SharedCheck
from rocky_core.ir.replace import replace
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_check_overlaps import OverlappingTable, plan_overlaps
from rocky_core.planning.plan_check_tables import CheckedSource
from rocky_core.planning.plan_checks import CheckContext, plan_pipeline_checks
from rocky_core.ports.warehouse import Session

TARGET = TargetName("", "marts", "orders")
SOURCE = CheckedSource(TargetName("", "raw", "orders"), ("ID", "status"), ("loaded_by",))
CONTEXT = CheckContext("duckdb")
ERROR, WARNING = CheckSeverity.ERROR, CheckSeverity.WARNING
PASSED, FAILED, SKIPPED, ERRORED = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.SKIPPED, CheckStatus.ERRORED


def fill(session: Session, name: str, query: str) -> None:
    session.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")


def only(
    checks: PipelineChecks, session: Session, source: CheckedSource | None = None, timestamp_column: str | None = None
) -> CheckEvaluated:
    planned = plan_pipeline_checks(checks, CheckedTable(TARGET), CONTEXT, source, timestamp_column)
    (event,) = run_checks("orders", ("orders",), planned, session)
    return event


def said(event: CheckEvaluated) -> tuple[object, ...]:
    return event.status, event.failures, event.message, dict(event.details)


def test_row_count_compares_the_copy_with_its_source(session: Session) -> None:
    fill(session, "raw.orders", "SELECT range AS id FROM range(5)")
    fill(session, "marts.orders", "SELECT range AS id FROM range(3)")
    checks = PipelineChecks(row_count=WARNING)
    assert only(checks, session, SOURCE) == CheckEvaluated(
        name="orders",
        asset_key=("orders",),
        check="row_count",
        kind="row_count",
        severity=WARNING,
        status=FAILED,
        failures=2,
        message="the source has 5 rows and the target 3",
        details=(("source_count", 5), ("target_count", 3)),
    )
    fill(session, "raw.orders", "SELECT range AS id FROM range(3)")
    assert said(only(checks, session, SOURCE)) == (PASSED, 0, None, {"source_count": 3, "target_count": 3})


def test_row_count_without_a_source_wants_any_row(session: Session) -> None:
    checks = PipelineChecks(row_count=ERROR)
    fill(session, "marts.orders", "SELECT 1 AS id WHERE false")
    empty = {"source_count": 0, "target_count": 0}
    assert said(only(checks, session)) == (FAILED, 0, "the table has 0 rows, expected at least 1", empty)
    fill(session, "marts.orders", "SELECT 1 AS id")
    assert said(only(checks, session)) == (PASSED, 0, None, {"source_count": 1, "target_count": 1})


def test_column_match_ignores_order_case_and_what_the_copy_adds(session: Session) -> None:
    checks = PipelineChecks(column_match=ERROR)
    fill(session, "marts.orders", "SELECT 'x' AS Status, 1 AS id, 'me' AS loaded_by")
    assert said(only(checks, session, SOURCE)) == (PASSED, 0, None, {"missing": (), "extra": ()})
    fill(session, "marts.orders", "SELECT 1 AS id, 2 AS other")
    different = {"missing": ("status",), "extra": ("other",)}
    message = "missing: status; not expected: other"
    assert said(only(checks, session, SOURCE)) == (FAILED, 2, message, different)


def test_column_match_is_skipped_where_the_source_is_not_known(session: Session) -> None:
    fill(session, "marts.orders", "SELECT 1 AS id")
    unknown = replace(SOURCE, columns=())
    status, _, message, _ = said(only(PipelineChecks(column_match=ERROR), session, unknown))
    assert (status, message) == (SKIPPED, "the columns of 'raw.orders' are not known")


@pytest.mark.parametrize(
    ("rows", "status", "lag"),
    [
        ("SELECT CURRENT_TIMESTAMP - INTERVAL 100 SECOND AS at", PASSED, 100),
        ("SELECT CURRENT_TIMESTAMP - INTERVAL 2 HOUR AS at", FAILED, 7200),
        ("SELECT CURRENT_TIMESTAMP AT TIME ZONE 'UTC' - INTERVAL 100 SECOND AS at", PASSED, 100),
        ("SELECT CURRENT_TIMESTAMP + INTERVAL 2 HOUR AS at", FAILED, 7200),
        ("SELECT unnest([NULL, CURRENT_TIMESTAMP - INTERVAL 9 SECOND]) AS at", PASSED, 9),
    ],
)
def test_freshness_is_the_age_of_the_newest_row(rows: str, status: CheckStatus, lag: int, session: Session) -> None:
    fill(session, "marts.orders", rows)
    event = only(PipelineChecks(freshness=FreshnessCheck(3600)), session, timestamp_column="at")
    details = dict(event.details)
    assert (event.status, details["threshold_seconds"], event.column) == (status, 3600, "at")
    measured = details["lag_seconds"]
    assert isinstance(measured, int)
    assert abs(measured - lag) <= 30


def test_freshness_of_no_rows_does_not_pass(session: Session) -> None:
    fill(session, "marts.orders", "SELECT CURRENT_TIMESTAMP AS at WHERE false")
    event = only(PipelineChecks(freshness=FreshnessCheck(3600)), session, timestamp_column="at")
    assert (event.status, event.failures, event.message) == (FAILED, 1, "no row has a value in 'at'")


def test_freshness_is_skipped_without_a_column_and_errored_with_one_that_holds_no_instants(session: Session) -> None:
    fill(session, "marts.orders", "SELECT 'yesterday' AS at")
    checks = PipelineChecks(freshness=FreshnessCheck(3600))
    skipped = only(checks, session)
    assert (skipped.status, skipped.message) == (SKIPPED, "freshness needs a timestamp_column")
    assert only(checks, session, timestamp_column="at").status is ERRORED


@pytest.mark.parametrize("table", ["Orders", "marts.orders"])
def test_freshness_may_be_another_for_one_table(table: str, session: Session) -> None:
    fill(session, "marts.orders", "SELECT CURRENT_TIMESTAMP - INTERVAL 100 SECOND AS at")
    checks = PipelineChecks(freshness=FreshnessCheck(3600, {table: 10, "others": 9999}))
    event = only(checks, session, timestamp_column="at")
    assert (event.status, dict(event.details)["threshold_seconds"]) == (FAILED, 10)


@pytest.mark.parametrize(
    ("query", "status", "failures", "share"),
    [
        ("SELECT CASE WHEN range < 3 THEN 'x' END AS status FROM range(4)", PASSED, 0, 0.25),
        ("SELECT CASE WHEN range < 2 THEN 'x' END AS status FROM range(4)", FAILED, 2, 0.5),
        ("SELECT 'x' AS status WHERE false", PASSED, 0, 0.0),
    ],
)
def test_null_rate_of_all_rows(query: str, status: CheckStatus, failures: int, share: float, session: Session) -> None:
    fill(session, "marts.orders", query)
    event = only(PipelineChecks(null_rate=NullRateCheck(("status",), 0.25, 100)), session)
    assert (event.check, event.status, event.failures) == ("null_rate:status", status, failures)
    assert dict(event.details) == {"column": "status", "null_rate": share, "threshold": 0.25}


def test_a_null_rate_above_the_threshold_says_what_was_looked_at(session: Session) -> None:
    fill(session, "marts.orders", "SELECT NULL::VARCHAR AS status FROM range(2)")
    event = only(PipelineChecks(null_rate=NullRateCheck(("status",), 0.25, 100)), session)
    assert event.message == "of 2 rows looked at, 2 values are NULL in 'status', at most 25.00% allowed"


@pytest.mark.parametrize("rows", [1, 2, 50, 900])
def test_a_sample_of_few_rows_is_no_evidence(rows: int, session: Session) -> None:
    """One NULL among the rows: a sample that caught it and little else would fail, and most samples would miss it."""
    fill(session, "marts.orders", f"SELECT CASE WHEN range > 0 THEN 'x' END AS status FROM range({rows})")
    planned = plan_pipeline_checks(
        PipelineChecks(null_rate=NullRateCheck(("status",), 1 / rows, 10)), CheckedTable(TARGET), CONTEXT
    )
    assert isinstance(planned[0].judgement, NullShare)
    outcomes = {(event.status, event.details) for _ in range(20) for event in run_checks("o", (), planned, session)}
    assert outcomes == {(PASSED, (("column", "status"), ("null_rate", 1 / rows), ("threshold", 1 / rows)))}


def test_a_sample_is_a_share_of_the_rows(session: Session) -> None:
    fill(session, "marts.orders", "SELECT NULL::VARCHAR AS status FROM range(100000)")
    event = only(PipelineChecks(null_rate=NullRateCheck(("status",), 0.25, 10)), session)
    assert 5_000 < event.failures < 20_000


@pytest.mark.parametrize("placeholder", ["{table}", "{target}"])
def test_a_query_of_ones_own_counts_what_must_not_be(placeholder: str, session: Session) -> None:
    fill(session, "marts.orders", "SELECT range AS id FROM range(5)")
    sql = f"SELECT COUNT(*) FROM {placeholder} WHERE id > 1;"
    query = 'SELECT COUNT(*) FROM "marts"."orders" WHERE id > 1'
    for threshold, status, failures, message in (
        (3, PASSED, 0, None),
        (2, FAILED, 3, "the query gives 3, at most 2 allowed"),
    ):
        event = only(PipelineChecks(custom=(CustomCheck("large", sql, threshold, WARNING),)), session)
        details = {"query": query, "result_value": 3, "threshold": threshold}
        assert (event.check, event.severity, *said(event)) == ("large", WARNING, status, failures, message, details)


@pytest.mark.parametrize("sql", ["SELECT 0 - 5", "SELECT NULL", "SELECT 'x'", "SELECT 1 WHERE false", "SELECT 0.5"])
def test_a_query_of_ones_own_that_gives_no_count_does_not_pass(sql: str, session: Session) -> None:
    assert only(PipelineChecks(custom=(CustomCheck("odd", sql, 10),)), session).status is ERRORED


def test_all_checks_of_a_table_come_in_their_order_and_only_its_own_assertions(session: Session) -> None:
    fill(session, "raw.orders", "SELECT 1 AS id, 'x' AS status")
    fill(session, "marts.orders", "SELECT 1 AS id, 'x' AS status, CURRENT_TIMESTAMP AS loaded_by")
    checks = PipelineChecks(
        row_count=ERROR,
        column_match=ERROR,
        freshness=FreshnessCheck(60),
        null_rate=NullRateCheck(("id", "status"), 0.1),
        custom=(CustomCheck("mine", "SELECT 0"),),
        assertions=(
            Assertion("ORDERS", DeclarativeTest("not_null", "id")),
            Assertion("customers", DeclarativeTest("not_null", "id")),
            Assertion("orders", DeclarativeTest("unique", "id"), "one each"),
        ),
    )
    planned = plan_pipeline_checks(checks, CheckedTable(TARGET), CONTEXT, SOURCE, "loaded_by")
    assert [(event.check, event.status) for event in run_checks("orders", (), planned, session)] == [
        ("column_match", PASSED),
        ("row_count", PASSED),
        ("freshness", PASSED),
        ("not_null:id", PASSED),
        ("one each", PASSED),
        ("mine", PASSED),
        ("null_rate:id", PASSED),
        ("null_rate:status", PASSED),
    ]


def overlap(check: OverlapCheck, *tables: tuple[str, str, str]) -> tuple[SharedCheck, ...]:
    """Tables as schema, source type and name."""
    copied = [
        OverlappingTable((schema, name), f"{schema}.{name}", kind, name, CheckedTable(TargetName("", schema, name)))
        for schema, kind, name in tables
    ]
    return plan_overlaps(check, copied, "duckdb")


def test_overlaps_are_looked_for_among_tables_of_one_name_and_source_type() -> None:
    planned = overlap(
        OverlapCheck(("id",)),
        ("a", "shop", "orders"),
        ("b", "crm", "orders"),
        ("c", "shop", "Orders"),
        ("d", "shop", "items"),
    )
    assert [(shared.check.name, shared.name, shared.asset_key, shared.needs) for shared in planned] == [
        ("cross_source_overlap:shop.orders", "a.orders", ("a", "orders"), ("a.orders", "c.Orders"))
    ]


@pytest.mark.parametrize(
    ("check", "status", "failures", "sample"),
    [
        (OverlapCheck(("id", "v")), FAILED, 1, ("2 | b",)),
        (OverlapCheck((), "id % 2"), FAILED, 2, ("0", "1")),
        (OverlapCheck(("id",), max_overlap_rows=2), PASSED, 0, None),
        (OverlapCheck(("id",), max_overlap_rows=1), FAILED, 2, ("2", "3")),
        (OverlapCheck(("id",), sample=0), FAILED, 2, ()),
    ],
)
def test_a_key_from_two_sources_is_an_overlap(
    check: OverlapCheck, status: CheckStatus, failures: int, sample: tuple[str, ...] | None, session: Session
) -> None:
    fill(session, "marts.o", "SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (2, 'b'), (NULL, 'n'), (3, 'c')) AS t(id, v)")
    fill(session, "raw.o", "SELECT * FROM (VALUES (2, 'b'), (3, 'x'), (3, 'x'), (NULL, 'n'), (4, 'd')) AS t(id, v)")
    (shared,) = overlap(check, ("marts", "shop", "o"), ("raw", "shop", "o"))
    event = run_shared_check(shared, ("marts.o", "raw.o"), session)
    details = dict(event.details)
    shown = details.pop("sample", None)
    assert (event.status, event.failures) == (status, failures)
    assert details == {
        "overlap_count": {PASSED: 2}.get(status, failures),
        "contributing_tables": ("marts.o", "raw.o"),
    }
    assert sorted(shown) == list(sample) if isinstance(shown, tuple) and sample is not None else shown is sample


def test_an_overlap_of_tables_that_were_not_all_written_is_skipped(session: Session) -> None:
    (shared,) = overlap(OverlapCheck(("id",)), ("marts", "shop", "o"), ("raw", "shop", "o"))
    event = run_shared_check(shared, ("marts.o",), session)
    assert (event.status, event.message) == (SKIPPED, "not evaluated, because 'raw.o' was not written")
