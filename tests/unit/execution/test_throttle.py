"""Fewer tables at once when the warehouse says that it is too much, more again as it copes."""

from __future__ import annotations

import threading

import pytest
from fake_outside import FakeWarehouse, plan_of, planned, running

from rocky_core.errors import FailureKind, QuotaExceeded
from rocky_core.execution.apply_plan import ApplyRules, apply_plan
from rocky_core.execution.retry import RetryRules
from rocky_core.execution.throttle import Throttle
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelSucceeded

QUOTA = FailureKind.QUOTA_EXCEEDED
TOO_MUCH = "too much"

# What happens, one after the other: refusals, or so many tables that succeed; then the limits after each.
COURSES = {
    "halved down to one": ([TOO_MUCH] * 4, [4, 2, 1, 1]),
    "a step after ten": ([TOO_MUCH, 9, 1], [4, 4, 5]),
    "two steps far below": ([TOO_MUCH, TOO_MUCH, 10, 10], [4, 2, 4, 5]),
    "never above the most": ([50], [8]),
    "a refusal starts the count again": ([TOO_MUCH, 9, TOO_MUCH, 9], [4, 4, 2, 2]),
}


@pytest.mark.parametrize(("course", "limits"), COURSES.values(), ids=COURSES)
def test_the_limit_follows_what_the_warehouse_says(course, limits):
    throttle = Throttle(8, is_adaptive=True)
    seen = []
    for step in course:
        if step == TOO_MUCH:
            throttle.attempt_failed(QUOTA)
        else:
            for _ in range(step):
                throttle.table_succeeded()
        seen.append(throttle.limit)

    assert seen == limits


def test_other_failures_and_a_fixed_number_change_nothing():
    adaptive, fixed = Throttle(8, is_adaptive=True), Throttle(8)
    adaptive.attempt_failed(FailureKind.TRANSIENT)
    fixed.attempt_failed(QUOTA)

    assert ((adaptive.limit, adaptive.rate_limits), (fixed.limit, fixed.rate_limits)) == ((8, 0), (8, 1))


def test_after_a_refusal_fewer_tables_are_at_work(tmp_path):
    """Two of the first four attempts are refused: the tables that come after those four run one by one."""
    refused: set[str] = set()
    beside: dict[str, int] = {}  # How many were at work while this one was.
    at_work, turn = 0, threading.Lock()

    def behave(statement: str) -> None:
        nonlocal at_work
        with turn:
            if len(refused) < 2 and statement not in refused:
                refused.add(statement)
                raise QuotaExceeded("slow down")
            at_work += 1
            beside[statement] = at_work
        threading.Event().wait(0.005)
        with turn:
            beside[statement] = max(beside[statement], at_work)
            at_work -= 1

    throttle = Throttle(4, is_adaptive=True)
    plan = plan_of(*(planned(f"t{number}") for number in range(8)))
    rules = RetryRules(jitter=False, max_retries=3)
    with running(FakeWarehouse(behave, max_concurrency=4), tmp_path, rules) as context:
        events = list(apply_plan(plan, replace(context, throttle=throttle), ApplyRules(parallel=4)))

    assert sum(isinstance(event, ModelSucceeded) for event in events) == 8
    assert (throttle.rate_limits, throttle.limit) == (2, 1)
    assert [beside[f"t{number}"] for number in range(4, 8)] == [1, 1, 1, 1]


def test_a_run_goes_on_after_the_warehouse_has_recovered(tmp_path):
    failures = iter([True, True])

    def behave(_statement: str) -> None:
        if next(failures, False):
            raise QuotaExceeded("down")

    plan = plan_of(*(planned(f"t{number}") for number in range(5)))
    rules = RetryRules(max_retries=0, breaker_threshold=2, breaker_recovery_seconds=60)
    with running(FakeWarehouse(behave), tmp_path, rules) as context:
        events = list(apply_plan(plan, context, ApplyRules(parallel=1)))
        waited = context.clock.monotonic()

    assert [event.name for event in events if isinstance(event, ModelSucceeded)] == ["t2", "t3", "t4"]
    assert waited >= 60
