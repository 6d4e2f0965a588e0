"""What is tried again, when, and when no more."""

from __future__ import annotations

from random import Random

import pytest

from rocky_core.errors import FailureKind
from rocky_core.execution.retry import Retries, RetryRules, backoff_seconds

STEADY = RetryRules(jitter=False)
RETRIED = {FailureKind.TRANSIENT, FailureKind.CONNECTION_FAILED, FailureKind.QUOTA_EXCEEDED}


def retries(rules: RetryRules = STEADY) -> Retries:
    return Retries(rules, Random(1))


@pytest.mark.parametrize("kind", FailureKind)
def test_only_failures_that_may_pass_are_tried_again(kind):
    assert retries().wait_before(1, kind) == (0.5 if kind in RETRIED else None)


def test_waits_grow_up_to_the_limit():
    rules = RetryRules(jitter=False, initial_backoff_seconds=1, backoff_multiplier=3, max_backoff_seconds=20)

    assert [backoff_seconds(rules, attempt, Random(1)) for attempt in (1, 2, 3, 4, 5)] == [1, 3, 9, 20, 20]


def test_jitter_spreads_a_wait_by_an_eighth_to_either_side():
    rules = RetryRules(initial_backoff_seconds=8)
    waits = [backoff_seconds(rules, 1, Random(seed)) for seed in range(500)]

    assert 7 <= min(waits) < 7.1
    assert 8.9 < max(waits) <= 9


def test_a_quota_is_waited_for_as_long_as_it_says():
    assert retries().wait_before(1, FailureKind.QUOTA_EXCEEDED, cooldown_seconds=45) == 45


def test_a_table_is_given_up_after_its_retries():
    assert [retries().wait_before(attempt, FailureKind.TRANSIENT) for attempt in (1, 2, 3)] == [0.5, 1.0, None]


def test_all_tables_share_the_budget_of_the_run():
    shared = retries(RetryRules(jitter=False, max_retries_per_run=2))

    assert [shared.wait_before(1, FailureKind.TRANSIENT) for _ in range(3)] == [0.5, 0.5, None]


def test_the_breaker_opens_after_tables_in_a_row_found_the_warehouse_unwell():
    breaker = retries(RetryRules(breaker_threshold=2))
    for kind, is_open in [
        (FailureKind.TRANSIENT, False),
        (None, False),
        (FailureKind.CONNECTION_FAILED, False),
        (FailureKind.QUERY_REJECTED, False),
        (FailureKind.TRANSIENT, False),
        (FailureKind.TRANSIENT, True),
    ]:
        breaker.table_ended(kind, 0.0)
        assert breaker.is_open == is_open


def test_a_threshold_of_zero_leaves_the_breaker_shut():
    breaker = retries(RetryRules(breaker_threshold=0))
    for _ in range(50):
        breaker.table_ended(FailureKind.TRANSIENT, 0.0)

    assert not breaker.is_open


def test_a_breaker_that_recovers_holds_back_for_a_while_and_then_lets_a_table_show_whether_all_is_well():
    breaker = retries(RetryRules(breaker_threshold=1, breaker_recovery_seconds=30))
    breaker.table_ended(FailureKind.CONNECTION_FAILED, 100.0)
    held = [breaker.holds_back(instant) for instant in (100.0, 129.9, 130.0)]
    breaker.table_ended(FailureKind.CONNECTION_FAILED, 131.0)
    again = breaker.holds_back(160.0)
    breaker.table_ended(None, 162.0)

    assert (held, again, breaker.holds_back(162.0), breaker.is_open) == ([True, True, False], True, False, False)
