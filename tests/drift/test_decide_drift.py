"""What is done about drift, what is reported, and how long a vanished column stays."""

from datetime import UTC, datetime, timedelta

import pytest
from test_detect_drift import columns

from rocky_core.errors import FailureKind
from rocky_core.ir.drift import DriftMode, DriftPolicy
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import GracePeriod
from rocky_core.planning.decide_drift import DriftDecision, decide_drift
from rocky_core.planning.detect_drift import detect_drift

NOW = datetime(2024, 3, 10, tzinfo=UTC)
TARGET = TargetName("", "raw", "t")
KEPT = GracePeriod("old", "DATE", NOW - timedelta(days=6), NOW + timedelta(days=1))
DUE = GracePeriod("OLD", "DATE", NOW - timedelta(days=7), NOW)


def decide(
    source: str,
    target: str,
    *,
    policy: DriftPolicy | None = None,
    known: tuple[GracePeriod, ...] = (),
    dialect: str = "duckdb",
) -> DriftDecision:
    drift = detect_drift(columns(source, dialect), columns(target, dialect), dialect)
    return decide_drift(
        TARGET, drift, dialect_name=dialect, policy=policy or DriftPolicy(), known_periods=known, now=NOW
    )


def in_short(decision: DriftDecision) -> tuple[object, ...]:
    return (
        None if decision.action is None else decision.action.value,
        decision.reason,
        tuple(statement for step in decision.steps for statement in step.statements),
        tuple(step.destroys for step in decision.steps if step.destroys),
    )


ALTER = 'ALTER TABLE "raw"."t"'
CASES = {
    "nothing": ("a INT", "a INT", (), (None, None, (), ())),
    "widened": (
        "a BIGINT; b VARCHAR",
        "a INTEGER; b DOUBLE",
        (),
        (
            "alter_column_types",
            "column 'a' widened INTEGER → BIGINT, column 'b' widened DOUBLE → VARCHAR",
            (f'{ALTER} ALTER COLUMN "a" TYPE BIGINT', f'{ALTER} ALTER COLUMN "b" TYPE VARCHAR'),
            (),
        ),
    ),
    "added": (
        "a INT; b DATE; c STRUCT(x INTEGER)",
        "a INT",
        (),
        (
            "add_columns",
            "added column 'b' (DATE), added column 'c' (STRUCT(x INTEGER))",
            (f'{ALTER} ADD COLUMN "b" DATE', f'{ALTER} ADD COLUMN "c" STRUCT(x INTEGER)'),
            (),
        ),
    ),
    "widened and added, of which the widening is reported": (
        "b DATE; a BIGINT",
        "a INTEGER",
        (),
        (
            "alter_column_types",
            "column 'a' widened INTEGER → BIGINT",
            (f'{ALTER} ALTER COLUMN "a" TYPE BIGINT', f'{ALTER} ADD COLUMN "b" DATE'),
            (),
        ),
    ),
    "gone, still in its grace period": ("a INT", "a INT; old DATE", (KEPT,), (None, None, (), ())),
    "gone for long": (
        "a INT",
        "a INT; old DATE",
        (DUE,),
        (
            "drop_columns",
            "dropped column 'old' (DATE)",
            (f'{ALTER} DROP COLUMN "old"',),
            ("column 'old' of raw.t with all values: the source has long been without",),
        ),
    ),
    "gone for long and widened": (
        "a BIGINT",
        "a INTEGER; old DATE",
        (DUE,),
        (
            "drop_columns",
            "dropped column 'old' (DATE), column 'a' widened INTEGER → BIGINT",
            (f'{ALTER} ALTER COLUMN "a" TYPE BIGINT', f'{ALTER} DROP COLUMN "old"'),
            ("column 'old' of raw.t with all values: the source has long been without",),
        ),
    ),
    "a name that needs quotes": (
        'we"ird DATE',
        "a INT",
        (),
        ("add_columns", "added column 'we\"ird' (DATE)", (f'{ALTER} ADD COLUMN "we""ird" DATE',), ()),
    ),
}


@pytest.mark.parametrize(("source", "target", "known", "expected"), CASES.values(), ids=list(CASES))
def test_the_mildest_action_that_suffices(source, target, known, expected):
    decision = decide(source, target, known=known)
    assert in_short(decision) == expected
    assert not decision.recreates
    assert all(step.is_atomic for step in decision.steps)


def test_a_change_that_loses_values_rebuilds_the_table():
    decision = decide("a DATE; b BIGINT; c INT", "a VARCHAR; b INTEGER; old DATE", known=(KEPT,))
    assert decision.recreates
    assert decision.steps == ()
    assert decision.action == "drop_and_recreate"
    assert decision.reason == "column 'a' changed DATE → VARCHAR, column 'b' changed BIGINT → INTEGER"
    assert decision.grace_periods == ()  # The new table has no column to wait for.


STARTED = GracePeriod("old", "DATE", NOW, NOW + timedelta(days=7))
PERIODS = {
    "a column that has just vanished": ("a INT; old DATE", (), (STARTED,)),
    "a column that is known to be gone": ("a INT; old DATE", (KEPT,), (KEPT,)),
    "a column that is back": ("a INT", (KEPT,), ()),
    "a column that is dropped now": ("a INT; old DATE", (DUE,), ()),
    "a column that somebody else has dropped": ("a INT", (DUE,), ()),
}


@pytest.mark.parametrize(("target", "known", "expected"), PERIODS.values(), ids=list(PERIODS))
def test_grace_periods_after_the_run(target, known, expected):
    assert decide("a INT", target, known=known).grace_periods == expected


def test_without_grace_a_vanished_column_goes_at_once():
    decision = decide("a INT", "a INT; old DATE", policy=DriftPolicy(grace_period_days=0))
    assert in_short(decision)[:2] == ("drop_columns", "dropped column 'old' (DATE)")


WARN = DriftPolicy(DriftMode.WARN)
FAIL = DriftPolicy(DriftMode.FAIL)
LOSING = ("a INT; new DATE", "A VARCHAR; old DATE")


def test_mode_warn_reports_and_touches_nothing():
    decision = decide(*LOSING, policy=WARN, known=(DUE,))
    differences = "column 'A' changed INT → VARCHAR, added column 'new' (DATE), dropped column 'old' (DATE)"
    assert in_short(decision) == ("ignore", differences, (), ())
    assert decision.not_copied == {"new"}
    assert not decision.recreates
    assert decision.grace_periods == (DUE,)


def test_mode_warn_is_silent_while_nothing_differs():
    assert in_short(decide("a INT", "a INT", policy=WARN)) == (None, None, (), ())


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("a INT; new DATE", "a INT", "added column 'new' (DATE)"),
        ("a BIGINT", "a INTEGER", "column 'a' widened INTEGER → BIGINT"),
        ("a INT", "a BIGINT", "column 'a' changed INT → BIGINT"),
        ("a INT", "a INT; old DATE", "dropped column 'old' (DATE)"),
    ],
)
def test_mode_fail_refuses_any_drift(source, target, told):
    decision = decide(source, target, policy=FAIL, known=(KEPT,))
    assert decision.refusal is not None
    assert decision.refusal.kind is FailureKind.QUERY_REJECTED
    assert decision.refusal.reason == f'raw.t has drifted and [drift] mode is "fail": {told}'
    assert (decision.steps, decision.recreates, decision.grace_periods) == ((), False, (KEPT,))


def test_mode_fail_lets_a_table_without_drift_pass():
    assert decide("a INT", "A INTEGER", policy=FAIL).refusal is None


ADDITIVE = DriftPolicy(additive_only=True)


def test_where_only_additions_may_pass_they_do():
    assert in_short(decide("a INT; b DATE", "a INT", policy=ADDITIVE))[0] == "add_columns"


@pytest.mark.parametrize(("source", "target"), [("a BIGINT", "a INTEGER"), ("a INT", "a BIGINT")])
def test_where_only_additions_may_pass_anything_else_waits_for_a_review(source, target):
    decision = decide(source, target, policy=ADDITIVE)
    assert decision.refusal is not None
    assert "need a review" in decision.refusal.reason
    assert decision.steps == ()


def test_a_new_column_of_unknown_type_is_refused_rather_than_guessed():
    decision = decide("a INT; b FUNNY'TYPE", "a INT")
    assert decision.refusal is not None
    assert decision.refusal.reason == "raw.t needs column 'b', whose type is not known before the query runs"


@pytest.mark.parametrize(
    ("dialect", "source", "target", "statements"),
    [
        (
            "databricks",
            "a BIGINT; b DATE",
            "a INT",
            (
                "ALTER TABLE `raw`.`t` SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')",
                "ALTER TABLE `raw`.`t` ALTER COLUMN `a` TYPE BIGINT",
                "ALTER TABLE `raw`.`t` ADD COLUMN `b` date",
            ),
        ),
        (
            "snowflake",
            "A NUMBER(12,2)",
            "A NUMBER(10,2)",
            ('ALTER TABLE "RAW"."T" ALTER COLUMN "A" SET DATA TYPE NUMBER(12,2)',),
        ),
        ("bigquery", "a NUMERIC", "a INT64", ("ALTER TABLE `raw`.`t` ALTER COLUMN `a` SET DATA TYPE NUMERIC",)),
    ],
)
def test_each_warehouse_in_its_own_words(dialect, source, target, statements):
    assert in_short(decide(source, target, dialect=dialect))[2] == statements
