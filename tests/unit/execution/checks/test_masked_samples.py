"""Classified values never leave the engine: not in samples, not in keys, not in messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from rocky_core.execution.mask_values import mask_value
from rocky_core.execution.run_checks import run_checks, run_shared_check
from rocky_core.ir.checks import DeclarativeTest, MaskStrategy, OverlapCheck
from rocky_core.ir.names import TargetName
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_check_overlaps import OverlappingTable, plan_overlaps
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks
from rocky_core.planning.resolve_masks import resolve_masks
from rocky_core.ports.warehouse import Session

TARGET = TargetName("", "marts", "people")
PRIVATE = "carol@example.org"
HASH, REDACT, PARTIAL, NONE = MaskStrategy.HASH, MaskStrategy.REDACT, MaskStrategy.PARTIAL, MaskStrategy.NONE
DIGEST = sha256(PRIVATE.encode()).hexdigest()


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    session.execute(f"CREATE TABLE marts.people AS SELECT 1 AS id, '{PRIVATE}' AS Email FROM range(2)")


def run(test: DeclarativeTest, masks: Mapping[str, MaskStrategy], session: Session) -> CheckEvaluated:
    checks = plan_model_checks((test,), CheckedTable(TARGET, masks=masks), CheckContext("duckdb"))
    (event,) = run_checks("people", (), checks, session)
    return event


@pytest.mark.parametrize(("mask", "shown"), [(HASH, DIGEST), (REDACT, "***"), (PARTIAL, "ca***rg"), (NONE, PRIVATE)])
def test_a_sample_shows_the_mask_in_place_of_the_value(mask: MaskStrategy, shown: str, session: Session) -> None:
    never = DeclarativeTest("expression", parameters={"expression": "false"})
    event = run(never, {"email": mask}, session)
    assert event.sample == ((("id", 1), ("Email", shown)),) * 2
    keys = run(DeclarativeTest("unique", "email"), {"email": mask}, session)
    assert [dict(row)["_rocky_rows"] for row in keys.sample] == [2]
    assert [value for row in keys.sample for name, value in row if name.lower() == "email"] == [shown]


@pytest.mark.parametrize("expression", ["email", "upper(email)", "id", "(id, email)"])
def test_a_computed_key_of_a_table_with_masked_columns_is_not_shown(expression: str, session: Session) -> None:
    test = DeclarativeTest("unique_expr", parameters={"key_expr": expression})
    event = run(test, {"email": PARTIAL}, session)
    assert event.sample == ((("_rocky_key", "***"), ("_rocky_rows", 2)),)


def test_a_computed_key_is_shown_where_nothing_is_masked(session: Session) -> None:
    test = DeclarativeTest("unique_expr", parameters={"key_expr": "upper(email)"})
    shown = ((("_rocky_key", PRIVATE.upper()), ("_rocky_rows", 2)),)
    assert run(test, {"email": NONE}, session).sample == shown
    assert run(test, {}, session).sample == shown


def test_an_error_that_quotes_a_value_is_not_told(session: Session) -> None:
    test = DeclarativeTest("expression", parameters={"expression": "CAST(email AS INTEGER) > 0"})
    open_event = run(test, {"email": NONE}, session)
    assert open_event.status is CheckStatus.ERRORED
    assert PRIVATE in (open_event.message or "")
    event = run(test, {"email": HASH}, session)
    assert event.status is CheckStatus.ERRORED
    assert event.message == (
        "the warehouse did not run the check's query (query-rejected); its message is not shown, "
        "because it may hold values of masked columns ('email')"
    )


def test_an_error_that_can_quote_no_value_is_told(session: Session) -> None:
    session.execute("DROP TABLE marts.people")
    event = run(DeclarativeTest("not_null", "id"), {"email": HASH}, session)
    assert event.status is CheckStatus.ERRORED
    assert "people" in (event.message or "")
    assert "not shown" not in (event.message or "")


def test_the_keys_of_an_overlap_are_masked_if_either_table_masks_them(session: Session) -> None:
    session.execute("CREATE TABLE raw.people AS FROM marts.people")
    tables = [
        OverlappingTable(
            (schema,), schema, "crm", "people", CheckedTable(TargetName("", schema, "people"), masks=masks)
        )
        for schema, masks in (("marts", {"email": NONE}), ("raw", {"email": REDACT}))
    ]
    (shared,) = plan_overlaps(OverlapCheck(("id", "email")), tables, "duckdb")
    event = run_shared_check(shared, ("marts", "raw"), session)
    assert dict(event.details)["sample"] == ("1 | ***",)
    assert PRIVATE not in repr(event)


@pytest.mark.parametrize(
    "value", ["text", "ünïcode", 7, Decimal("1.50"), True, False, date(2024, 2, 29), "2024-01-01 00:00:00", None]
)
def test_a_hash_is_the_one_that_the_warehouse_computes(value: object, session: Session) -> None:
    literal = {str: f"'{value}'", date: f"DATE '{value}'", type(None): "NULL"}.get(type(value), str(value))
    ((expected,),) = session.query(f"SELECT sha256(CAST({literal} AS VARCHAR))").rows
    assert mask_value(value, HASH) == expected


@pytest.mark.parametrize(
    ("value", "shown"), [("abcd", "***"), ("abcde", "ab***de"), (12345, "12***45"), ("", "***"), (None, None)]
)
def test_a_part_is_shown_of_what_is_long_enough(value: object, shown: object) -> None:
    assert mask_value(value, PARTIAL) == shown


def test_redacting_hides_even_that_there_is_nothing() -> None:
    assert (mask_value(None, REDACT), mask_value("x", REDACT), mask_value(None, HASH)) == ("***", "***", None)


def test_a_column_is_masked_as_its_tag_says_in_this_environment() -> None:
    classification = {"Email": "pii", "name": "pii", "salary": "secret", "note": "free"}
    assert resolve_masks(classification, {"pii": "hash", "secret": "none"}) == {
        "email": HASH,
        "name": HASH,
        "salary": NONE,
    }
