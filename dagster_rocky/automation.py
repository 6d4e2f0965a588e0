"""When a model is built without being asked: the words of a sidecar as automation conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import dagster as dg

from dagster_rocky.misstated import Misstated

_CONDITIONS: Final[Mapping[str, Callable[[], Any]]] = MappingProxyType(
    {
        "eager": dg.AutomationCondition.eager,
        "on_missing": dg.AutomationCondition.on_missing,
        "code_version_changed": dg.AutomationCondition.code_version_changed,
    }
)


def automation_condition(stated: object) -> Any:
    """The condition of `"eager"`, `"on_missing"`, `"code_version_changed"` or `{on_cron = "0 6 * * *"}`.

    A condition by cron may name a `timezone`.

    Raises:
        Misstated: it is none of them.

    """
    if isinstance(stated, str) and stated in _CONDITIONS:
        return _CONDITIONS[stated]()
    if isinstance(stated, Mapping) and "on_cron" in stated and stated.keys() <= {"on_cron", "timezone"}:
        schedule, timezone = stated["on_cron"], stated.get("timezone", "UTC")
        if isinstance(schedule, str) and isinstance(timezone, str):
            try:
                return dg.AutomationCondition.on_cron(schedule, timezone)
            except Exception as error:
                raise Misstated(f"'{schedule}' in '{timezone}' is no schedule: {error}") from error
    known = ", ".join(f'"{name}"' for name in _CONDITIONS)
    raise Misstated(f'write one of {known}, or a table such as {{ on_cron = "0 6 * * *" }}')
