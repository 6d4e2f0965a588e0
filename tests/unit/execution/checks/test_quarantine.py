"""Quarantine on a real DuckDB: every row ends in exactly one place, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rocky_core.errors import LeaseLost
from rocky_core.execution.run_checks import run_checks
from rocky_core.execution.run_quarantine import run_quarantine
from rocky_core.ir.checks import CheckSeverity, DeclarativeTest, MaskStrategy, Quarantine, QuarantineMode
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import PlannedQuarantine, Step
from rocky_core.ir.replace import replace
from rocky_core.ir.run import TableQuarantined
from rocky_core.ir.schema import Column
from rocky_core.ir.types import UNKNOWN
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks
from rocky_core.planning.plan_quarantine import NamedTest, plan_quarantine
from rocky_core.ports.warehouse import Session

TARGET = TargetName("", "marts", "orders")
CONTEXT = CheckContext("duckdb")
SPLIT, TAG, DROP = QuarantineMode.SPLIT, QuarantineMode.TAG, QuarantineMode.DROP
ROWS = "(1, 'a', 5), (2, NULL, -5), (3, 'zz', -1), (4, 'b', NULL), (NULL, 'c', 7), (6, 'zz', 3)"
TESTS: tuple[NamedTest, ...] = (
    (None, DeclarativeTest("not_null", "id")),
    ("short codes", DeclarativeTest("regex_match", "code", parameters={"pattern": "^[a-z]$"})),
    (None, DeclarativeTest("in_range", "amount", filter="code IS NOT NULL", parameters={"min": "0"})),
    (None, DeclarativeTest("unique", "code")),  # Not of single rows.
    (None, DeclarativeTest("not_null", "code", CheckSeverity.WARNING)),
)
VALID = [(1, "a", 5), (2, None, -5), (4, "b", None)]
BAD = [
    (3, "zz", -1, None, "_error_short_codes", "_error_in_range_amount"),
    (6, "zz", 3, None, "_error_short_codes", None),
    (None, "c", 7, "_error_not_null_id", None, None),
]
LABELS = ["_error_not_null_id", "_error_short_codes", "_error_in_range_amount"]


@pytest.fixture(autouse=True)
def orders(session: Session) -> None:
    session.execute(f"CREATE TABLE marts.orders AS SELECT * FROM (VALUES {ROWS}) AS t(id, code, amount)")


def columns(session: Session, name: str) -> list[str]:
    return list(session.query(f"SELECT * FROM marts.{name} WHERE false").columns)


def rows(session: Session, name: str) -> list[tuple[object, ...]]:
    return list(session.query(f"SELECT * FROM marts.{name} ORDER BY id NULLS LAST").rows)


def tables(session: Session) -> list[object]:
    return [row[0] for row in session.query("SELECT table_name FROM duckdb_tables() ORDER BY 1").rows]


def plan(
    session: Session, mode: QuarantineMode, tests: Sequence[NamedTest] = TESTS, **settings: str
) -> PlannedQuarantine:
    known = tuple(Column(name, UNKNOWN) for name in columns(session, "orders"))
    planned = plan_quarantine(Quarantine(mode, **settings), tests, CheckedTable(TARGET, columns=known), CONTEXT)
    assert planned is not None
    return planned


def run(planned: PlannedQuarantine, session: Session) -> TableQuarantined:
    return run_quarantine("orders", ("marts", "orders"), planned, session, lambda: None)


def test_split_puts_every_row_into_one_of_two_tables_and_leaves_the_table_alone(session: Session) -> None:
    before = rows(session, "orders")
    assert run(plan(session, SPLIT), session) == TableQuarantined(
        name="orders",
        asset_key=("marts", "orders"),
        mode="split",
        valid_table="marts.orders__valid",
        quarantine_table="marts.orders__quarantine",
        valid_rows=3,
        quarantined_rows=3,
    )
    assert rows(session, "orders__valid") == VALID
    assert rows(session, "orders__quarantine") == BAD
    assert columns(session, "orders__valid") == ["id", "code", "amount"]
    assert columns(session, "orders__quarantine") == ["id", "code", "amount", *LABELS]
    assert rows(session, "orders") == before


def test_drop_keeps_the_valid_rows_only(session: Session) -> None:
    assert run(plan(session, DROP), session) == TableQuarantined(
        name="orders", asset_key=("marts", "orders"), mode="drop", valid_table="marts.orders__valid", valid_rows=3
    )
    assert rows(session, "orders__valid") == VALID
    assert tables(session) == ["orders", "orders__valid"]


def test_tag_marks_the_rows_in_place(session: Session) -> None:
    assert run(plan(session, TAG), session) == TableQuarantined(
        name="orders", asset_key=("marts", "orders"), mode="tag", valid_rows=3, quarantined_rows=3
    )
    assert rows(session, "orders") == sorted(
        [(*row, None, None, None) for row in VALID] + BAD, key=lambda row: (row[0] is None, row[0])
    )
    assert tables(session) == ["orders"]


@pytest.mark.parametrize("mode", QuarantineMode)
def test_doing_it_again_changes_nothing(mode: QuarantineMode, session: Session) -> None:
    first = run(plan(session, mode), session)
    found = {str(name): (columns(session, str(name)), rows(session, str(name))) for name in tables(session)}
    assert run(plan(session, mode), session) == first
    assert {str(name): (columns(session, str(name)), rows(session, str(name))) for name in tables(session)} == found


def test_labels_of_an_earlier_run_go_with_their_tests(session: Session) -> None:
    run(plan(session, TAG), session)
    run(plan(session, TAG, TESTS[:1]), session)
    assert columns(session, "orders") == ["id", "code", "amount", "_error_not_null_id"]


def test_a_split_of_a_tagged_table_has_each_label_once(session: Session) -> None:
    run(plan(session, TAG), session)
    run(plan(session, SPLIT), session)
    assert rows(session, "orders__quarantine") == BAD
    assert columns(session, "orders__valid") == ["id", "code", "amount"]


def test_labels_that_would_be_the_same_are_numbered(session: Session) -> None:
    tests: tuple[NamedTest, ...] = (
        ("is it", DeclarativeTest("not_null", "id")),
        ("is-it", DeclarativeTest("not_null", "code")),
        ("IS_IT", DeclarativeTest("not_null", "amount")),
    )
    run(plan(session, SPLIT, tests), session)
    labels = ["_error_is_it", "_error_is_it_2", "_error_IS_IT_3"]
    assert columns(session, "orders__quarantine") == ["id", "code", "amount", *labels]
    assert rows(session, "orders__quarantine") == [
        (2, None, -5, None, labels[1], None),
        (4, "b", None, None, None, labels[2]),
        (None, "c", 7, labels[0], None, None),
    ]


@pytest.mark.parametrize("test", [test for _, test in TESTS[:3]], ids=lambda test: test.kind)
def test_what_is_set_apart_is_what_the_check_counts(test: DeclarativeTest, session: Session) -> None:
    (event,) = run_checks("orders", (), plan_model_checks((test,), CheckedTable(TARGET), CONTEXT), session)
    assert run(plan(session, SPLIT, ((None, test),)), session).quarantined_rows == event.failures


def test_a_filter_keeps_rows_from_an_expression_that_cannot_bear_them(session: Session) -> None:
    test = DeclarativeTest("expression", filter="id = 1", parameters={"expression": "CAST(code AS INTEGER) > 0"})
    session.execute("UPDATE marts.orders SET code = '0' WHERE id = 1")
    outcome = run(plan(session, SPLIT, (("number", test),)), session)
    assert (outcome.error, outcome.valid_rows, outcome.quarantined_rows) == (None, 5, 1)


def test_nothing_is_planned_where_no_test_can_set_rows_apart() -> None:
    assert plan_quarantine(Quarantine(), TESTS[3:], CheckedTable(TARGET), CONTEXT) is None


def test_a_quarantine_that_fails_halfway_has_changed_nothing(session: Session) -> None:
    run(plan(session, SPLIT), session)
    before = (tables(session), rows(session, "orders__valid"), rows(session, "orders__quarantine"))
    session.execute("INSERT INTO marts.orders VALUES (7, 'zz', 1)")
    planned = plan(session, SPLIT)
    broken = replace(planned, step=replace(planned.step, statements=(planned.step.statements[0], "SELECT broken")))
    outcome = run(broken, session)
    assert outcome == replace(TableQuarantined("orders", ("marts", "orders"), "split"), error=outcome.error)
    assert (outcome.error or "").startswith("nothing was set apart: ")
    assert (tables(session), rows(session, "orders__valid"), rows(session, "orders__quarantine")) == before


def test_a_run_that_was_taken_over_sets_nothing_apart_and_stops(session: Session) -> None:
    def taken_over() -> None:
        raise LeaseLost("another run has taken over")

    with pytest.raises(LeaseLost):
        run_quarantine("orders", (), plan(session, SPLIT), session, taken_over)
    assert tables(session) == ["orders"]


def test_an_error_that_may_quote_masked_values_is_not_told(session: Session) -> None:
    test = DeclarativeTest("expression", parameters={"expression": "CAST(code AS INTEGER) > 0"})
    table = CheckedTable(TARGET, masks={"code": MaskStrategy.HASH})
    planned = plan_quarantine(Quarantine(), (("number", test),), table, CONTEXT)
    assert planned is not None
    error = run(planned, session).error or ""
    assert "zz" not in error
    assert "its message is not shown" in error


@pytest.mark.parametrize(
    ("settings", "tests", "problem"),
    [
        ({"suffix_valid": "__q", "suffix_quarantine": "__q"}, TESTS, "suffix_valid and suffix_quarantine must differ"),
        ({"suffix_valid": ""}, TESTS, "a suffix is empty, so the table itself would be replaced"),
        (
            {"suffix_valid": "; DROP TABLE x"},
            TESTS,
            "'marts.orders; DROP TABLE x' is not a valid table name: only letters, digits and '_'",
        ),
        (
            {},
            (*TESTS, ("bad", DeclarativeTest("expression", parameters={"expression": "true) OR (false"}))),
            "the expression closes a bracket that it has not opened",
        ),
    ],
)
def test_what_cannot_be_written_as_sql_is_a_failed_quarantine(
    settings: dict[str, str], tests: Sequence[NamedTest], problem: str, session: Session
) -> None:
    planned = plan(session, SPLIT, tests, **settings)
    assert planned == PlannedQuarantine(SPLIT, Step("quarantine", ()), problem=problem)
    assert run(planned, session) == TableQuarantined("orders", ("marts", "orders"), "split", error=problem)
    assert tables(session) == ["orders"]


def test_a_table_of_unknown_columns_is_not_tagged() -> None:
    planned = plan_quarantine(Quarantine(TAG), TESTS, CheckedTable(TARGET), CONTEXT)
    assert planned is not None
    assert planned.problem == "the columns of 'marts.orders' are not known, so its labels could not be replaced"
