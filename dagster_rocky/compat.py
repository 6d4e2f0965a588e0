"""What Dagster still marks as beta, or as deprecated without another way, behind one door."""

from __future__ import annotations

import warnings
from pathlib import Path

import dagster as dg


def code_references(file: Path, label: str) -> dg.CodeReferencesMetadataValue:
    """A link to the model's file; whoever installs this package has accepted that Dagster may still change it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=str(file), line_number=1, label=label)
        return dg.CodeReferencesMetadataValue(code_references=[reference])


def freshness_changes(instance: dg.DagsterInstance, after: int | None, limit: int) -> list[dg.EventLogRecord]:
    """Changes of freshness in the order of the event log; Dagster has no newer way to read just these."""
    wanted = dg.EventRecordsFilter(event_type=dg.DagsterEventType.FRESHNESS_STATE_CHANGE, after_cursor=after)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return list(instance.get_event_records(wanted, limit=limit, ascending=True))
