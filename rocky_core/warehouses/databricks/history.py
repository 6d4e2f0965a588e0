"""The history of queries of a workspace, page by page; it tells of a statement some seconds late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rocky_core.warehouses.databricks.service import Service

HISTORY: Final = "/api/2.0/sql/history/queries"
_PAGE: Final = 999  # The API wants less than a thousand.


def read_history(service: Service, filter_by: Mapping[str, object]) -> Iterator[Mapping[str, Any]]:
    """What is told of each statement that the filter leaves, the newest first.

    Raises:
        WarehouseError: there was nothing to ask with.
        Exception: one of `errors.FAILURES`.

    """
    query = {**_flat({"filter_by": filter_by}), "max_results": _PAGE}
    while True:
        page = service.send("GET", HISTORY, query=query)
        yield from page.get("res") or ()
        if not page.get("has_next_page"):
            return
        query["page_token"] = page["next_page_token"]


def tags_of(told: Mapping[str, Any]) -> Mapping[str, str]:
    """The tags with which a statement was started."""
    return {str(tag.get("key")): str(tag.get("value")) for tag in told.get("query_tags") or ()}


def _flat(query: Mapping[str, object]) -> dict[str, object]:
    """Nested filters as the API takes them in an address."""
    flat: dict[str, object] = {}
    for key, value in query.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}.{inner}": one for inner, one in _flat(value).items()}
        else:
            flat[key] = value
    return flat
