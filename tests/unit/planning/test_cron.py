"""When a schedule last came due."""

from datetime import UTC, datetime

import pytest

from rocky_core.planning.cron import CronUnreadable, latest_tick

NOW = datetime(2026, 3, 30, 12, 7, tzinfo=UTC)  # A Monday.

TICKS = [
    ("* * * * *", "UTC", "2026-03-30T12:07"),
    ("*/15 * * * *", "UTC", "2026-03-30T12:00"),
    ("30 6 * * *", "UTC", "2026-03-30T06:30"),
    ("30 18 * * *", "UTC", "2026-03-29T18:30"),
    ("0 6 * * mon", "UTC", "2026-03-30T06:00"),
    ("0 6 * * 7", "UTC", "2026-03-29T06:00"),
    ("0 6 1 * *", "UTC", "2026-03-01T06:00"),
    ("0 6 1 * fri", "UTC", "2026-03-27T06:00"),
    ("0 0 29 feb *", "UTC", "2024-02-29T00:00"),
    ("0 6 * * *", "Europe/Berlin", "2026-03-30T04:00"),
    ("0 6 29-31 * *", "America/New_York", "2026-03-30T10:00"),
    ("0 8-10/2 * * *", "UTC", "2026-03-30T10:00"),
]


@pytest.mark.parametrize(("cron", "timezone", "due"), TICKS, ids=[f"{one[0]} {one[1]}" for one in TICKS])
def test_the_latest_tick_is_the_last_one_not_after_now(cron, timezone, due):
    tick = latest_tick(cron, timezone, NOW)

    assert tick is not None
    assert f"{tick:%Y-%m-%dT%H:%M}" == due


def test_a_day_that_never_comes_is_never_due():
    assert latest_tick("0 0 31 2 *", "UTC", NOW) is None


@pytest.mark.parametrize("cron", ["* * * *", "61 * * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *"])
def test_what_is_no_expression_is_refused(cron):
    with pytest.raises(CronUnreadable):
        latest_tick(cron, "UTC", NOW)


def test_an_unknown_zone_is_refused():
    with pytest.raises(CronUnreadable, match="unknown time zone 'Mars/Base'"):
        latest_tick("* * * * *", "Mars/Base", NOW)
