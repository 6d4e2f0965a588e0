"""How old a model's last build may be: the words of a sidecar as freshness policies.

Dagster looks at when an asset was materialized; Rocky's own `freshness` check looks at the newest row. Both are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import dagster as dg

from dagster_rocky.misstated import Misstated

_SHORTEST_SECONDS: Final = 60  # What Dagster accepts.


def freshness_policy(stated: object, max_lag_seconds: int | None) -> dg.FreshnessPolicy | None:
    """The policy of `[meta.dagster.freshness]`, or else that of the model's own `[freshness]`.

    Of a table: `fail_minutes` and perhaps `warn_minutes`, or `deadline_cron` with `lower_bound_minutes` and perhaps a
    `timezone`; `false` is no policy.

    Raises:
        Misstated: it is none of them.

    """
    if stated is False:
        return None
    if stated is None:
        if max_lag_seconds is None:
            return None
        return dg.FreshnessPolicy.time_window(fail_window=timedelta(seconds=max(max_lag_seconds, _SHORTEST_SECONDS)))
    if not isinstance(stated, Mapping):
        raise Misstated("write a table such as { fail_minutes = 90 }, or false for none")
    keys = stated.keys()
    try:
        if "fail_minutes" in keys and keys <= {"fail_minutes", "warn_minutes"}:
            warn = stated.get("warn_minutes")
            return dg.FreshnessPolicy.time_window(
                fail_window=_minutes(stated["fail_minutes"]), warn_window=None if warn is None else _minutes(warn)
            )
        if {"deadline_cron", "lower_bound_minutes"} <= keys <= {"deadline_cron", "lower_bound_minutes", "timezone"}:
            return dg.FreshnessPolicy.cron(
                deadline_cron=str(stated["deadline_cron"]),
                lower_bound_delta=_minutes(stated["lower_bound_minutes"]),
                timezone=str(stated.get("timezone", "UTC")),
            )
    except Exception as error:
        raise Misstated(str(error)) from error
    raise Misstated("write fail_minutes (and warn_minutes), or deadline_cron and lower_bound_minutes (and timezone)")


def _minutes(value: object) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misstated(f"{value!r} is no number of minutes")
    return timedelta(minutes=value)
