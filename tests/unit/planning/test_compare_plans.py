"""What is told when a stored plan no longer is the plan."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan_codec import built
from test_plan_snapshots import CASES, MARK, SAME, SQL, WINDOWED, Case, orders
from workshop import model, table, with_options

from rocky_core.ir.replace import replace
from rocky_core.ir.strategy import FullRefresh, Granularity, Incremental, Merge, TimeInterval, View
from rocky_core.planning.compare_plans import compare_plans
from rocky_core.planning.partitions import PartitionChoice

APPENDING = Case(orders(Incremental("ordered_at")), (table("orders", SAME),), state={"watermarks": MARK})
LATER = {"marts.orders": replace(MARK["marts.orders"], last_value="2024-03-10T00:00:00Z")}
MERGING = Case(orders(Merge(("order_id",))), (table("orders", SAME),))
WHOLE = Case(orders(FullRefresh()), (table("orders", SAME),))
TWO = Case((*orders(View()), model("more", "SELECT order_id FROM orders")))
DAYS = TimeInterval("ordered_at", Granularity.DAY)


def days(first: str) -> Case:
    choice = PartitionChoice(first=first, last="2024-03-10")
    return Case(orders(DAYS, WINDOWED), (table("orders", SAME),), with_options(partitions=choice))


STATEMENTS = "orders: its statements have changed, for instance because its target or watermark has"
CHANGES = {
    "nothing": (APPENDING, APPENDING, ()),
    "the watermark": (APPENDING, replace(APPENDING, state={"watermarks": LATER}), (STATEMENTS,)),
    "the watermark is gone": (
        APPENDING,
        replace(APPENDING, state={}),
        (
            "orders: it would be built by full_refresh instead of incremental",
            (
                "orders: it would now destroy the rows of marts.orders that its query no longer yields: "
                "without a watermark the table is built anew"
            ),
            STATEMENTS,
        ),
    ),
    "the SQL": (
        WHOLE,
        Case(orders(FullRefresh(), SQL.replace("order_id,", "order_id + 1 AS order_id,")), WHOLE.there),
        ("orders: its SQL or settings have changed", STATEMENTS),
    ),
    "the target has drifted": (
        MERGING,
        replace(MERGING, there=(table("orders", {**SAME, "order_id": "INTEGER"}),)),
        ("orders: its target has drifted: column 'order_id' widened INTEGER → BIGINT", STATEMENTS),
    ),
    "the target has turned up": (replace(WHOLE, there=()), WHOLE, (STATEMENTS,)),
    "a model more": (Case(orders(View())), TWO, ("more: would be built as well",)),
    "a model less": (TWO, Case(orders(View())), ("more: is no longer part of the run",)),
    "other windows": (
        days("2024-03-10"),
        days("2024-03-09"),
        ("orders: the windows are others: 2024-03-10 were planned, now it is 2024-03-09 to 2024-03-10 (2)",),
    ),
}


@pytest.mark.parametrize(("stored", "present", "told"), CHANGES.values(), ids=list(CHANGES))
def test_what_has_changed_since_the_plan_was_made(stored, present, told):
    assert compare_plans(built(stored), built(present)) == told


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(list(CASES.values())), st.sampled_from(list(CASES.values())))
def test_plans_that_differ_are_never_taken_for_the_same(one, other):
    stored, present = built(one), built(other)
    assert bool(compare_plans(stored, present)) is (stored != present)
