"""Checks on a real DuckDB: what each kind says of good rows, bad rows, NULLs, filters and attempts to break out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast, get_args

import pytest

from rocky_core.config.data_tests import AnyDataTest
from rocky_core.errors import ConnectionFailed
from rocky_core.execution.run_checks import run_checks
from rocky_core.ir.checks import (
    CheckSeverity,
    DeclarativeTest,
)
from rocky_core.ir.names import TargetName
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.ir.schema import Column
from rocky_core.ir.types import TIMESTAMP, TIMESTAMP_NS, TIMESTAMP_S, TIMESTAMP_TZ, Scalar
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks
from rocky_core.ports.warehouse import QueryResult, Session

TARGET = TargetName("", "marts", "t")
CONTEXT = CheckContext("duckdb", {"customers": TargetName("", "marts", "dim_customers")})
PASSED, FAILED, SKIPPED, ERRORED = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.SKIPPED, CheckStatus.ERRORED


def table(session: Session, rows: str, target: TargetName = TARGET) -> None:
    values = f"(VALUES {rows or '(1, NULL)'}) AS t(id, v) WHERE {bool(rows)}"
    session.execute(f'CREATE OR REPLACE TABLE "{target.schema}"."{target.table}" AS SELECT * FROM {values}')


def outcome(event: CheckEvaluated) -> tuple[CheckStatus, int, list[tuple[object, ...]], str | None]:
    sample = sorted((tuple(value for _, value in row) for row in event.sample), key=repr)
    return event.status, event.failures, sample, event.message


ALL_KINDS = tuple(get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(get_args(AnyDataTest)[0]))


@dataclass(frozen=True)
class Case:
    kind: str
    rows: str
    status: CheckStatus
    failures: int = 0
    sample: tuple[tuple[object, ...], ...] = ()
    message: str | None = None
    column: str | None = None
    filter: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def test(self) -> DeclarativeTest:
        return DeclarativeTest(self.kind, self.column, CheckSeverity.ERROR, self.filter, self.parameters)


NOTHING = ""
NUMBERS = {"min": "0", "max": "10"}
VALUES = {"values": ("open", "it's", "') OR ('1'='1")}
PARENT = {"to_table": "customers", "to_column": "id"}
PATTERN = {"pattern": "^[a-z]{2}\\d$"}
POSITIVE = {"expression": "id > 0 -- really"}
FUTURE = "DATE '2999-01-01'"
SUM = {"op": "sum", "cmp": "gt", "value": "3"}
PAIR = {"kind": "unique", "columns": ("id", "v")}
RANGE = {"min": 2, "max": 3}
AGE = {"days": 30}

CASES = {
    "not_null holds": Case("not_null", "(1, 'a'), (2, NULL)", PASSED, column="id"),
    "not_null, NULLs": Case(
        "not_null",
        "(1, 'a'), (NULL, 'b'), (NULL, 'c')",
        FAILED,
        2,
        ((None, "b"), (None, "c")),
        "2 rows are NULL in 'id'",
        "id",
    ),
    "not_null, filter": Case(
        "not_null",
        "(NULL, 'b'), (NULL, 'c'), (NULL, NULL)",
        FAILED,
        1,
        ((None, "c"),),
        "1 row is NULL in 'id'",
        "id",
        "v > 'b'",
    ),
    "not_null, no rows": Case("not_null", NOTHING, PASSED, column="id"),
    "unique holds": Case("unique", "(1, 'a'), (2, 'a'), (NULL, 'a')", PASSED, column="id"),
    "unique, groups and NULLs": Case(
        "unique",
        "(1, 'a'), (1, 'b'), (1, 'c'), (NULL, 'd'), (NULL, 'e')",
        FAILED,
        2,
        ((1, 3), (None, 2)),
        "2 keys occur more than once in 'id'",
        "id",
    ),
    "unique, filter": Case("unique", "(1, 'a'), (1, 'b'), (1, NULL)", PASSED, column="id", filter="v = 'a'"),
    "unique, filter with a text of two lines": Case(
        "unique",
        "(1, 'a\nb'), (1, 'a\nb'), (2, 'c'), (2, 'c')",
        FAILED,
        1,
        ((1, 2),),
        "1 key occurs more than once in 'id'",
        "id",
        "v = 'a\nb'",
    ),
    "composite holds": Case("composite", "(1, 'a'), (1, 'b'), (1, NULL)", PASSED, parameters=PAIR),
    "composite fails": Case(
        "composite",
        "(1, 'a'), (1, 'a'), (1, 'b')",
        FAILED,
        1,
        ((1, "a", 2),),
        "1 key occurs more than once",
        parameters=PAIR,
    ),
    "unique_expr holds": Case("unique_expr", "(1, 'a'), (2, 'B')", PASSED, parameters={"key_expr": "lower(v)"}),
    "unique_expr fails": Case(
        "unique_expr",
        "(1, 'a'), (2, 'A')",
        FAILED,
        1,
        (("a", 2),),
        "1 key occurs more than once",
        parameters={"key_expr": "lower(v)"},
    ),
    "accepted_values holds": Case(
        "accepted_values", "(1, 'open'), (2, 'it''s'), (3, NULL)", PASSED, column="v", parameters=VALUES
    ),
    "accepted_values counts different values": Case(
        "accepted_values",
        "(1, 'lost'), (2, 'lost'), (3, 'x')",
        FAILED,
        2,
        ((1, "lost"), (2, "lost"), (3, "x")),
        "2 values in 'v' are not among the accepted ones",
        "v",
        parameters=VALUES,
    ),
    "accepted_values, filter": Case(
        "accepted_values",
        "(1, 'lost'), (2, 'x')",
        FAILED,
        1,
        ((2, "x"),),
        "1 value in 'v' is not among the accepted ones",
        "v",
        "id = 2",
        VALUES,
    ),
    "accepted_values of numbers": Case(
        "accepted_values",
        "(1, 'a'), (3, 'a')",
        FAILED,
        1,
        ((3, "a"),),
        "1 value in 'id' is not among the accepted ones",
        "id",
        parameters={"values": ("1", "2")},
    ),
    "relationships hold, NULL is no reference": Case(
        "relationships", "(10, 'a'), (11, 'b'), (NULL, 'c')", PASSED, column="id", parameters=PARENT
    ),
    "relationships fail": Case(
        "relationships",
        "(10, 'a'), (12, 'b'), (13, 'c')",
        FAILED,
        2,
        ((12, "b"), (13, "c")),
        "2 rows in 'id' refer to nothing",
        "id",
        parameters=PARENT,
    ),
    "relationships, filter on a column that both have": Case(
        "relationships",
        "(12, 'b'), (13, 'c')",
        FAILED,
        1,
        ((13, "c"),),
        "1 row in 'id' refers to nothing",
        "id",
        "id > 12 AND t.v = 'c'",
        PARENT,
    ),
    "relationships to a table that is no model": Case(
        "relationships",
        "(10, 'a'), (11, 'b')",
        FAILED,
        1,
        ((11, "b"),),
        "1 row in 'id' refers to nothing",
        "id",
        parameters={**PARENT, "to_table": "raw.customers"},
    ),
    "expression holds, NULL passes": Case("expression", "(1, 'a'), (NULL, 'b')", PASSED, parameters=POSITIVE),
    "expression fails": Case(
        "expression", "(1, 'a'), (-1, 'b')", FAILED, 1, ((-1, "b"),), "1 row fails", parameters=POSITIVE
    ),
    "expression, filter": Case(
        "expression", "(-2, 'a'), (-1, 'b')", PASSED, filter="v = 'c' OR id > 0", parameters=POSITIVE
    ),
    "row_count_range holds": Case("row_count_range", "(1, 'a'), (2, 'b')", PASSED, parameters=RANGE),
    "row_count_range, too few": Case(
        "row_count_range",
        "(1, 'a')",
        FAILED,
        1,
        (),
        "the table has 1 row, expected at least 2 and at most 3",
        parameters=RANGE,
    ),
    "row_count_range, none": Case(
        "row_count_range",
        NOTHING,
        FAILED,
        0,
        (),
        "the table has 0 rows, expected at least 1",
        parameters={"min": 1},
    ),
    "row_count_range, filter": Case(
        "row_count_range", "(1, 'a'), (2, NULL), (3, 'a')", PASSED, filter="v = 'a'", parameters=RANGE
    ),
    "in_range holds, ends belong to it": Case(
        "in_range", "(0, 'a'), (10, 'b'), (NULL, 'c')", PASSED, column="id", parameters=NUMBERS
    ),
    "in_range fails": Case(
        "in_range",
        "(-1, 'a'), (5, 'b'), (11, 'c')",
        FAILED,
        2,
        ((-1, "a"), (11, "c")),
        "2 rows fail in 'id'",
        "id",
        parameters=NUMBERS,
    ),
    "in_range, filter binds tighter than the bounds": Case(
        "in_range",
        "(-1, 'a'), (11, 'c')",
        FAILED,
        1,
        ((-1, "a"),),
        "1 row fails in 'id'",
        "id",
        "v = 'a'",
        NUMBERS,
    ),
    "regex_match holds": Case("regex_match", "(1, 'ab1'), (2, NULL)", PASSED, column="v", parameters=PATTERN),
    "regex_match fails": Case(
        "regex_match",
        "(1, 'ab1'), (2, 'abc')",
        FAILED,
        1,
        ((2, "abc"),),
        "1 row fails in 'v'",
        "v",
        parameters=PATTERN,
    ),
    "regex_match, filter": Case("regex_match", "(2, 'abc')", PASSED, column="v", filter="id <> 2", parameters=PATTERN),
    "aggregate holds": Case("aggregate", "(1, 'a'), (3, 'b'), (NULL, 'c')", PASSED, column="id", parameters=SUM),
    "aggregate fails": Case(
        "aggregate",
        "(1, 'a'), (2, 'b')",
        FAILED,
        1,
        (),
        "the aggregate in 'id' is not as required",
        "id",
        parameters=SUM,
    ),
    "aggregate of nothing does not pass": Case(
        "aggregate",
        NOTHING,
        FAILED,
        1,
        (),
        "the aggregate in 'id' is not as required",
        "id",
        parameters={**SUM, "cmp": "lt"},
    ),
    "aggregate, filter": Case(
        "aggregate",
        "(9, 'a'), (1, 'b')",
        FAILED,
        1,
        (),
        "the aggregate in 'id' is not as required",
        "id",
        "v = 'b'",
        SUM,
    ),
    "aggregate count of rows": Case(
        "aggregate", "(NULL, 'a'), (1, 'b')", PASSED, parameters={"op": "count", "cmp": "eq", "value": "2"}
    ),
    "aggregate count of a column": Case(
        "aggregate",
        "(NULL, 'a'), (1, 'b')",
        PASSED,
        column="id",
        parameters={"op": "count", "cmp": "eq", "value": "1"},
    ),
    "not_in_future holds": Case("not_in_future", "(1, CURRENT_DATE), (2, NULL)", PASSED, column="v"),
    "not_in_future holds for this instant": Case(
        "not_in_future", "(1, CURRENT_TIMESTAMP), (2, NULL)", PASSED, column="v"
    ),
    "not_in_future fails": Case(
        "not_in_future",
        f"(1, {FUTURE}), (2, NULL)",
        FAILED,
        1,
        ((1, date(2999, 1, 1)),),
        "1 row fails in 'v'",
        "v",
    ),
    "not_in_future, filter": Case("not_in_future", f"(1, {FUTURE})", PASSED, column="v", filter="id > 1"),
    "older_than_n_days holds": Case(
        "older_than_n_days", "(1, CURRENT_DATE - 30), (2, NULL)", PASSED, column="v", parameters=AGE
    ),
    "older_than_n_days fails": Case(
        "older_than_n_days",
        f"(1, {FUTURE}), (2, CURRENT_DATE - 31)",
        FAILED,
        1,
        ((1, date(2999, 1, 1)),),
        "1 row fails in 'v'",
        "v",
        parameters=AGE,
    ),
    "older_than_n_days, filter": Case(
        "older_than_n_days", "(1, CURRENT_DATE)", PASSED, column="v", filter="id <> 1", parameters=AGE
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_says_what_its_rows_are(case: str, session: Session) -> None:
    wanted = CASES[case]
    session.execute("CREATE TABLE marts.dim_customers AS SELECT unnest([10, 11, NULL]) AS id")
    session.execute("CREATE TABLE raw.customers AS SELECT unnest([10]) AS id")
    table(session, wanted.rows)
    (check,) = plan_model_checks((wanted.test,), CheckedTable(TARGET), CONTEXT)
    (event,) = run_checks("t", ("marts", "t"), (check,), session)
    expected = (wanted.status, wanted.failures, sorted(wanted.sample, key=repr), wanted.message)
    assert outcome(event) == expected


def test_there_is_a_holding_and_a_failing_case_of_every_kind() -> None:
    kinds = {kind: {case.status for case in CASES.values() if case.kind == kind} for kind in ALL_KINDS}
    assert kinds == {kind: {PASSED, FAILED} for kind in ALL_KINDS}


@pytest.mark.parametrize(
    ("zone", "offset", "status"),
    [
        ("America/New_York", "- INTERVAL 1 MINUTE", PASSED),
        ("America/New_York", "+ INTERVAL 1 HOUR", FAILED),
        ("Asia/Tokyo", "- INTERVAL 1 MINUTE", PASSED),
        ("Asia/Tokyo", "+ INTERVAL 1 HOUR", FAILED),
    ],
)
@pytest.mark.parametrize("data_type", [TIMESTAMP, TIMESTAMP_S, TIMESTAMP_NS, TIMESTAMP_TZ])
def test_an_instant_without_a_time_zone_is_utc_wherever_the_session_is(
    zone: str, offset: str, status: CheckStatus, data_type: Scalar, session: Session
) -> None:
    session.execute(f"SET TimeZone = '{zone}'")
    now = "CURRENT_TIMESTAMP" if data_type is TIMESTAMP_TZ else "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'"
    table(session, f"(1, CAST({now} {offset} AS {data_type}))")
    checked = CheckedTable(TARGET, columns=(Column("v", data_type),))
    checks = plan_model_checks((DeclarativeTest("not_in_future", "v"),), checked, CONTEXT)
    assert [event.status for event in run_checks("t", (), checks, session)] == [status]


def test_checks_come_in_the_order_of_the_file_under_names_of_their_own(session: Session) -> None:
    table(session, "(1, 'a')")
    tests = (
        DeclarativeTest("expression", parameters={"expression": "id > 0"}),
        DeclarativeTest("expression", parameters={"expression": "id > 1"}),
        DeclarativeTest("not_null", "id"),
        DeclarativeTest("expression", parameters={"expression": "id > 2"}),
    )
    checks = plan_model_checks(tests, CheckedTable(TARGET), CONTEXT)
    assert [(event.check, event.status) for event in run_checks("t", (), checks, session)] == [
        ("expression:-", PASSED),
        ("expression:-_2", FAILED),
        ("not_null:id", PASSED),
        ("expression:-_3", FAILED),
    ]


def test_a_check_that_cannot_be_made_is_errored_and_the_others_go_on(session: Session) -> None:
    table(session, "(1, 'a')")
    tests = (DeclarativeTest("not_null", "absent"), DeclarativeTest("not_null", "id"))
    checks = plan_model_checks(tests, CheckedTable(TARGET), CONTEXT)
    errored, passed = run_checks("t", ("marts", "t"), checks, session)
    assert passed.status is PASSED
    assert errored.message is not None
    assert "absent" in errored.message
    assert errored == CheckEvaluated(
        name="t",
        asset_key=("marts", "t"),
        check="not_null:absent",
        kind="not_null",
        severity=CheckSeverity.ERROR,
        status=ERRORED,
        message=errored.message,
        column="absent",
        details=(("kind", "not_null"), ("column", "absent"), ("failing_rows", 0)),
    )


def test_a_failed_check_says_everything(session: Session) -> None:
    table(session, "(1, 'a'), (NULL, 'b')")
    tests = (DeclarativeTest("not_null", "id", CheckSeverity.WARNING),)
    assert list(run_checks("t", ("marts", "t"), plan_model_checks(tests, CheckedTable(TARGET), CONTEXT), session)) == [
        CheckEvaluated(
            name="t",
            asset_key=("marts", "t"),
            check="not_null:id",
            kind="not_null",
            severity=CheckSeverity.WARNING,
            status=FAILED,
            failures=1,
            sample=((("id", None), ("v", "b")),),
            message="1 row is NULL in 'id'",
            column="id",
            details=(("kind", "not_null"), ("column", "id"), ("failing_rows", 1)),
        )
    ]


def test_a_sample_holds_twenty_rows_of_many(session: Session) -> None:
    session.execute("CREATE TABLE marts.t AS SELECT NULL AS id, range AS v FROM range(1000)")
    (check,) = plan_model_checks((DeclarativeTest("not_null", "id"),), CheckedTable(TARGET), CONTEXT)
    (event,) = run_checks("t", (), (check,), session)
    assert (event.failures, len(event.sample)) == (1000, 20)


class HalfBroken:
    """Answers the first query and not the second; or fails in a way that nobody has foreseen."""

    def __init__(self, *answers: QueryResult | Exception) -> None:
        self.answers = list(answers)

    def query(self, statement: str, *, limit: int | None = None) -> QueryResult:
        del statement, limit
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_sample_that_cannot_be_taken_changes_nothing_else() -> None:
    (check,) = plan_model_checks((DeclarativeTest("not_null", "id"),), CheckedTable(TARGET), CONTEXT)
    broken = HalfBroken(QueryResult(("n",), ((3,),)), ConnectionFailed("gone"))
    (event,) = run_checks("t", (), (check,), cast("Session", broken))
    assert outcome(event) == (FAILED, 3, [], "3 rows are NULL in 'id'; no sample: gone")


def test_a_failure_that_nobody_has_foreseen_is_the_checks_own() -> None:
    tests = (DeclarativeTest("not_null", "id"), DeclarativeTest("not_null", "v"))
    checks = plan_model_checks(tests, CheckedTable(TARGET), CONTEXT)
    broken = HalfBroken(RuntimeError("boom"), QueryResult(("n",), ((0,),)))
    errored, passed = run_checks("t", (), checks, cast("Session", broken))
    assert outcome(errored) == (ERRORED, 0, [], "unexpected RuntimeError: boom")
    assert passed.status is PASSED


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "the check's query gave no row"),
        (((),), "the check's query gave no row"),
        (((None,),), "the check's query gave NULL"),
        ((("many",),), "the check's query gave no number"),
        (((float("nan"),),), "the check's query gave no number"),
        (((date(2024, 1, 1),),), "the check's query gave no number"),
        (((-1,),), "the check's query gave -1, which is no count"),
        (((0.5,),), "the check's query gave 0.5, which is no count"),
    ],
)
def test_an_answer_that_says_nothing_never_counts_as_passed(rows: tuple[tuple[object, ...], ...], message: str) -> None:
    (check,) = plan_model_checks((DeclarativeTest("not_null", "id"),), CheckedTable(TARGET), CONTEXT)
    (event,) = run_checks("t", (), (check,), cast("Session", HalfBroken(QueryResult(("n",), rows))))
    assert outcome(event) == (ERRORED, 0, [], message)


@pytest.mark.parametrize("number", [2, 2.0, Decimal(2), "2", True + 1])
def test_a_number_is_one_however_the_warehouse_sends_it(number: object) -> None:
    (check,) = plan_model_checks((DeclarativeTest("not_null", "id"),), CheckedTable(TARGET), CONTEXT)
    answers = HalfBroken(QueryResult(("n",), ((number,),)), QueryResult(("id",), ()))
    (event,) = run_checks("t", (), (check,), cast("Session", answers))
    assert (event.status, event.failures) == (FAILED, 2)
