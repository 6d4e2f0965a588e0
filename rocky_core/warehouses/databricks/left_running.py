"""Finds the statements that a process has left running, by the tag of its run, and cancels them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, Final

from rocky_core.warehouses.databricks.asking import ask
from rocky_core.warehouses.databricks.follow import stop
from rocky_core.warehouses.databricks.history import read_history, tags_of
from rocky_core.warehouses.databricks.service import Service
from rocky_core.warehouses.left_running import end_all

# A statement goes from each of these to the next, so that asked in this order none is missed; the API advises against
# asking for several at once.
_UNFINISHED: Final = ("QUEUED", "STARTED", "COMPILING", "COMPILED", "RUNNING")
# The history tells of a statement some seconds late, and one that was sent right before the end of its process is
# found nowhere else. So long as a start that was not answered is looked for, it is waited for here.
_LATE_SECONDS: Final = 30.0


def end_statements(service: Service, run_ids: Collection[str]) -> int:
    """Cancel the statements of these runs that have not ended, and wait for their ends; how many there were.

    Raises a WarehouseError if that cannot be made sure.
    """
    return end_all(partial(_find, service, run_ids), partial(_end, service), late_seconds=_LATE_SECONDS)


def _find(service: Service, run_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    # On whichever SQL warehouse they run: the adapter may have named another one then.
    return {
        str(told["query_id"]): told
        for status in _UNFINISHED
        for told in ask(partial(_list, service, status), service.settings.retry)
        if tags_of(told).get("run_id") in run_ids
    }


def _list(service: Service, status: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(read_history(service, {"statuses": [status]}))


def _end(service: Service, told: Mapping[str, Any]) -> None:
    stop(service, str(told["query_id"]), str(told.get("query_text") or ""))
