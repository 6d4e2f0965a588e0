"""What Snowflake expects of a query: its plan, and the bytes of the partitions that are left to be scanned."""

from __future__ import annotations

import json

from rocky_core.ports.warehouse import QueryEstimate, Session


def estimate_query(session: Session, query: str) -> QueryEstimate:
    """The plan of a query, which is compiled and not run, so that no warehouse has to be woken for it."""
    rows = session.query(f"EXPLAIN USING JSON {query}").rows
    plan = str(rows[0][0]) if rows else ""
    return QueryEstimate(plan, bytes_scanned=_bytes_assigned(plan))


def _bytes_assigned(plan: str) -> int | None:
    try:
        told = json.loads(plan)["GlobalStats"]["bytesAssigned"]
    except (ValueError, KeyError, TypeError):
        return None
    return told if isinstance(told, int) else None
