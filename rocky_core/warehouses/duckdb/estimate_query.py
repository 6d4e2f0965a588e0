"""What DuckDB expects of a query: its plan, with a guess at the rows of most operators."""

from __future__ import annotations

import json
from typing import Any, Final

from rocky_core.ports.warehouse import QueryEstimate, Session

_GUESS: Final = "Estimated Cardinality"


def estimate_query(session: Session, query: str) -> QueryEstimate:
    """The plan of a query, which is not run."""
    rows = session.query(f"EXPLAIN (FORMAT json) {query}").rows
    plan = str(rows[0][-1]) if rows else ""
    return QueryEstimate(plan, rows=_guessed_rows(plan))


def _guessed_rows(plan: str) -> int | None:
    """The rows that the topmost operator with a guess is expected to give."""
    try:
        operators: list[dict[str, Any]] = json.loads(plan)
    except ValueError:
        return None
    while operators:
        guess = operators[0].get("extra_info", {}).get(_GUESS)
        if guess is not None:
            return int(guess) if str(guess).isdigit() else None
        operators = operators[0].get("children", [])
    return None
