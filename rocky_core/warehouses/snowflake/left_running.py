"""Finds the statements that a process has left running, by the tag of its run, and cancels them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

from rocky_core.ports.warehouse import Session
from rocky_core.warehouses.left_running import end_all
from rocky_core.warehouses.snowflake.connections import Line
from rocky_core.warehouses.snowflake.follow import stop

# Of more statements than it looks at, Snowflake takes those that still run, and then the newest.
_UNFINISHED: Final = """\
SELECT QUERY_ID, QUERY_TAG, QUERY_TEXT
FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(RESULT_LIMIT => 10000))
WHERE QUERY_TAG LIKE '%"run_id"%'
AND UPPER(EXECUTION_STATUS) NOT IN ('SUCCESS', 'FAIL', 'FAILED_WITH_ERROR', 'FAILED_WITH_INCIDENT', 'INCIDENT')"""
_LATE_SECONDS: Final = 2.0  # Snowflake's history is a little behind.


def end_statements(session: Session, line: Line, run_ids: Collection[str]) -> int:
    """Cancel the statements of these runs that have not ended, and wait for their ends; how many there were.

    One of an open transaction is among them. The transaction itself has lost its client, so nobody will commit it.
    Raises a WarehouseError if that cannot be made sure.
    """
    return end_all(partial(_find, session, run_ids), partial(_end, line), late_seconds=_LATE_SECONDS)


def _find(session: Session, run_ids: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """Of each the id and the text."""
    rows = session.query(_UNFINISHED).rows
    return {str(query_id): (str(query_id), str(text)) for query_id, tag, text in rows if _run_of(str(tag)) in run_ids}


def _run_of(tag: str) -> object:
    """The run that a tag names; other programs write there what they like."""
    try:
        told = json.loads(tag)
    except ValueError:
        return None
    return told.get("run_id") if isinstance(told, dict) else None


def _end(line: Line, statement: tuple[str, str]) -> None:
    stop(line, *statement)
