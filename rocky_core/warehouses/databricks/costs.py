"""What statements have cost, as the history of queries tells it: the bytes that they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from rocky_core.ports.warehouse import StatementCost
from rocky_core.warehouses.databricks.asking import ask
from rocky_core.warehouses.databricks.history import HISTORY
from rocky_core.warehouses.databricks.service import Service

_AT_ONCE: Final = 100  # Statements that one address can name.


def read_costs(service: Service, statement_ids: Sequence[str]) -> Mapping[str, StatementCost]:
    """The bytes of those that the history knows. Raises a WarehouseError of which nothing is in doubt."""
    found: dict[str, StatementCost] = {}
    for start in range(0, len(statement_ids), _AT_ONCE):
        wanted = list(statement_ids[start : start + _AT_ONCE])
        query = {"filter_by.statement_ids": wanted, "include_metrics": True, "max_results": len(wanted)}
        page = ask(partial(service.send, "GET", HISTORY, query=query), service.settings.retry)
        for told in page.get("res") or ():
            metrics = told.get("metrics")
            if isinstance(metrics, Mapping) and metrics.get("read_bytes") is not None:
                found[str(told["query_id"])] = StatementCost(bytes_scanned=int(metrics["read_bytes"]))
    return found
