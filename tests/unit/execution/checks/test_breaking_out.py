"""Nothing that stands in a test may leave its place in the statement: it is a value, a whole expression, or refused."""

from __future__ import annotations

import pytest

from rocky_core.execution.run_checks import run_checks
from rocky_core.ir.checks import CheckSeverity, CustomCheck, DeclarativeTest, PipelineChecks
from rocky_core.ir.names import TargetName
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks, plan_pipeline_checks
from rocky_core.ports.warehouse import Session

TARGET = TargetName("", "marts", "t")
CONTEXT = CheckContext("duckdb")
NOT_NULL = DeclarativeTest("not_null", "id")
NAMES = "only letters, digits and '_'"


def with_filter(text: str) -> DeclarativeTest:
    return DeclarativeTest("not_null", "id", filter=text)


def asking(kind: str, column: str | None = "id", **parameters: object) -> DeclarativeTest:
    return DeclarativeTest(kind, column, parameters=parameters)


REFUSED = {
    "a filter that closes its bracket": (
        with_filter("1 = 0) OR (1 = 1"),
        "the filter closes a bracket that it has not opened",
    ),
    "a filter that leaves a bracket open": (with_filter("(1 = 1"), "the filter leaves a bracket open"),
    "a filter with crossed brackets": (with_filter("([1)]"), "the filter closes a bracket that it has not opened"),
    "a filter with a second statement": (
        with_filter("true; DROP TABLE marts.t"),
        "the filter must not hold a semicolon",
    ),
    "a filter that ends in a comment": (with_filter("true /* "), "the filter ends inside a quoted text or a comment"),
    "a filter that ends in a text": (with_filter("v = 'x"), "the filter ends inside a quoted text or a comment"),
    "a filter of nothing": (with_filter(" -- nothing"), "the filter is empty"),
    "an expression that closes its bracket": (
        asking("expression", expression="true) AND (false"),
        "the expression closes a bracket that it has not opened",
    ),
    "no expression": (asking("expression"), "the check needs the expression"),
    "a key with a second statement": (
        asking("unique_expr", key_expr="v; SELECT 1"),
        "the key_expr must not hold a semicolon",
    ),
    "a column that is none": (
        DeclarativeTest("not_null", 'id" IS NULL OR "id'),
        f"'id\" IS NULL OR \"id' is not a valid column name: {NAMES}",
    ),
    "no column": (DeclarativeTest("unique"), "the check needs a column"),
    "columns that are none": (
        asking("composite", columns=("id", "v, 1")),
        f"'v, 1' is not a valid column name: {NAMES}",
    ),
    "one column for two": (asking("composite", columns=("id",)), "the check needs at least two 'columns'"),
    "a table that is none": (
        asking("relationships", to_table="t; DROP TABLE marts.t", to_column="id"),
        f"'t; DROP TABLE marts.t' is not a valid table name: {NAMES}",
    ),
    "a table with too many parts": (
        asking("relationships", to_table="a.b.c.d", to_column="id"),
        "'a.b.c.d' has more parts than catalog, schema and table",
    ),
    "a parent column that is none": (
        asking("relationships", to_table="t", to_column="id --"),
        f"'id --' is not a valid column name: {NAMES}",
    ),
    "a bound that is no number": (asking("in_range", min="0 OR true"), "min '0 OR true' is not a number"),
    "no bound": (asking("in_range"), "the check needs 'min' or 'max'"),
    "a count that is no number": (asking("row_count_range", min=-1), "min '-1' is not a whole number of zero or more"),
    "a value that is no number": (
        asking("aggregate", op="sum", cmp="gt", value="0) OR (1=1"),
        "value '0) OR (1=1' is not a number",
    ),
    "an aggregate that is none": (
        asking("aggregate", op="median", cmp="gt", value="0"),
        "there is no aggregate 'median'",
    ),
    "a comparison that is none": (
        asking("aggregate", op="sum", cmp="> 0 OR", value="0"),
        "there is no comparison '> 0 OR'",
    ),
    "a pattern with a quote": (
        asking("regex_match", "v", pattern="') OR ('1'='1"),
        "a pattern must not contain a quote, a backtick or a semicolon",
    ),
    "days that are none": (
        asking("older_than_n_days", days="1' DAY) OR (1=1"),
        "days '1' DAY) OR (1=1' is not a whole number of zero or more",
    ),
    "no values": (asking("accepted_values", values=()), "the check needs at least one of 'values'"),
    "a kind that is none": (asking("looks_nice"), "there is no kind of test called 'looks_nice'"),
}
WITHIN = {
    "a filter with a closing comment": (with_filter("v = 'b' -- and not ("), CheckStatus.PASSED, 0),
    "a filter with brackets in a text": (with_filter("v <> ')' OR (v = '(')"), CheckStatus.FAILED, 1),
    "a filter with a semicolon in a text": (with_filter("v = ';'"), CheckStatus.PASSED, 0),
    "a filter over two lines": (with_filter("v <> 'b' -- no\nAND v <> 'c'"), CheckStatus.FAILED, 1),
    "a filter of two parts stays one": (with_filter("v = 'b' OR v = 'c'"), CheckStatus.PASSED, 0),
    "a value that looks like SQL": (
        asking("accepted_values", "v", values=("a", "b') OR ('1'='1")),
        CheckStatus.FAILED,
        1,
    ),
    "a pattern with braces": (asking("regex_match", "v", pattern="^[ab]{1}$"), CheckStatus.PASSED, 0),
    "a text over two lines in a key": (asking("unique_expr", key_expr="v || '\n'"), CheckStatus.PASSED, 0),
}


def rows_of(session: Session) -> tuple[tuple[object, ...], ...]:
    return session.query("SELECT id, v FROM marts.t ORDER BY v").rows


@pytest.fixture(autouse=True)
def filled(session: Session) -> None:
    session.execute("CREATE TABLE marts.t AS SELECT * FROM (VALUES (NULL, 'a'), (2, 'b')) AS t(id, v)")


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_leave_its_place_is_skipped_and_says_why(case: str, session: Session) -> None:
    test, problem = REFUSED[case]
    (check,) = plan_model_checks((test,), CheckedTable(TARGET), CONTEXT)
    column = () if test.column is None else (("column", test.column),)
    assert list(run_checks("t", ("marts", "t"), (check,), session)) == [
        CheckEvaluated(
            name="t",
            asset_key=("marts", "t"),
            check=f"{test.kind}:{test.column or '-'}",
            kind=test.kind,
            severity=CheckSeverity.ERROR,
            status=CheckStatus.SKIPPED,
            message=problem,
            column=test.column,
            details=(("kind", test.kind), *column, ("failing_rows", 0)),
        )
    ]
    assert (check.statement, check.sample_statement) == ("", None)
    assert rows_of(session) == ((None, "a"), (2, "b"))


@pytest.mark.parametrize("case", WITHIN)
def test_what_stays_in_its_place_is_asked(case: str, session: Session) -> None:
    test, status, failures = WITHIN[case]
    (check,) = plan_model_checks((test,), CheckedTable(TARGET), CONTEXT)
    (event,) = run_checks("t", ("marts", "t"), (check,), session)
    assert (event.status, event.failures) == (status, failures), event.message


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELECT 1; DROP TABLE {table}", "the query must not hold a semicolon"),
        ("DROP TABLE {table}", "the query of a check must be a SELECT"),
        ("WITH x AS (SELECT 1) DELETE FROM {table}", "the query of a check must be a SELECT"),
        ("SELECT COUNT(*) FROM {table}) --", "the query closes a bracket that it has not opened"),
        ("", "the query is empty"),
    ],
)
def test_a_query_of_ones_own_only_reads(sql: str, problem: str, session: Session) -> None:
    checks = PipelineChecks(custom=(CustomCheck("mine", sql),))
    (check,) = plan_pipeline_checks(checks, CheckedTable(TARGET), CONTEXT)
    (event,) = run_checks("t", (), (check,), session)
    assert (event.status, event.message) == (CheckStatus.SKIPPED, problem)
    assert rows_of(session) == ((None, "a"), (2, "b"))


@pytest.mark.parametrize("sql", ["WITH x AS (SELECT 0 AS n) SELECT n FROM x", "FROM (VALUES (0))", "(SELECT 0)"])
def test_a_query_of_ones_own_may_begin_as_queries_do(sql: str, session: Session) -> None:
    (check,) = plan_pipeline_checks(PipelineChecks(custom=(CustomCheck("mine", sql),)), CheckedTable(TARGET), CONTEXT)
    (event,) = run_checks("t", (), (check,), session)
    assert event.status is CheckStatus.PASSED


@pytest.mark.parametrize("target", [TargetName("", "marts", "t; DROP"), TargetName("x y", "marts", "t")])
def test_a_table_with_an_invalid_name_is_not_asked(target: TargetName) -> None:
    (check,) = plan_model_checks((NOT_NULL,), CheckedTable(target), CONTEXT)
    assert check.problem == f"'{target}' is not a valid table name: {NAMES}"
