"""What statements have cost, as the history of queries tells it: the bytes that they read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rocky_core.ports.warehouse import StatementCost
from rocky_core.warehouses.asking import waits
from rocky_core.warehouses.databricks.errors import FAILURES, translate
from rocky_core.warehouses.databricks.follow import HISTORY, asked_pause
from rocky_core.warehouses.databricks.service import Service

_AT_ONCE: Final = 100  # Statements that one address can name.


def read_costs(service: Service, statement_ids: Sequence[str]) -> Mapping[str, StatementCost]:
    """The bytes of those that the history knows. Raises a WarehouseError of which nothing is in doubt."""
    found: dict[str, StatementCost] = {}
    for start in range(0, len(statement_ids), _AT_ONCE):
        wanted = list(statement_ids[start : start + _AT_ONCE])
        query = {"filter_by.statement_ids": wanted, "include_metrics": True, "max_results": len(wanted)}
        for told in _ask(service, query):
            metrics = told.get("metrics")
            if isinstance(metrics, Mapping) and metrics.get("read_bytes") is not None:
                found[str(told["query_id"])] = StatementCost(bytes_scanned=int(metrics["read_bytes"]))
    return found


def _ask(service: Service, query: Mapping[str, object]) -> Sequence[Mapping[str, Any]]:
    for wait in waits(service.settings.retry, asked_pause):
        try:
            return service.send("GET", HISTORY, query=query).get("res") or ()
        except FAILURES as error:
            pause = wait(error)
            if pause is None:
                failure = translate(error)
                failure.in_doubt = False
                raise failure from error
            time.sleep(pause)
    raise AssertionError(query)
