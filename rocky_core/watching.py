"""For sensors: what has changed outside of a run, when pipelines are due, and telling people of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct

from rocky_core.api import Project
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.ir.names import TargetName
from rocky_core.orchestration import read_warehouse

if TYPE_CHECKING:  # A code location is loaded far more often than a sensor ticks.
    from rocky_core.ir.state import PartitionBuild


def table_marks(
    project: Project, adapter: str, tables: Iterable[str], queries: Mapping[str, str], *, most_rows: int
) -> Mapping[str, str]:
    """A text for each table that stays the same as long as its content does; those it cannot be said of are missing.

    Of a table with a query, the text is the query's first value.
    """
    named = {table: _target_named(table) for table in tables}
    found: dict[str, str] = {}
    with read_warehouse(project, adapter) as warehouse:
        seen = warehouse.describe(target for table, target in named.items() if table not in queries)
        there = [observed for observed in seen.values() if observed is not None]
        marks = warehouse.content_markers(there, most_rows=most_rows)
        with warehouse.session() as session:
            for table, target in named.items():
                if table in queries:
                    rows = session.query(queries[table], limit=1).rows
                    found[table] = str(rows[0][0]) if rows else ""
                elif target in marks:
                    found[table] = marks[target]
    return found


def built_partitions(
    project: Project, pipeline: str, targets: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[PartitionBuild, ...]]:
    """The partitions of each of these models (by name, with where it is stored) that were built and hold."""
    from rocky_core.ir.state import PartitionStatus, table_key  # noqa: PLC0415 — keeps loading light

    store = project.site().read_state(pipeline)
    if store is None:
        return {}
    with closing(store):
        return {
            name: tuple(
                build
                for build in store.partitions(table_key(_target_named(".".join(parts))))
                if build.status is PartitionStatus.COMPUTED
            )
            for name, parts in targets.items()
        }


def post_json(url: str, body: Mapping[str, object], *, timeout_seconds: float = 10.0) -> str | None:
    """Send a message to a webhook; what went wrong in words that do not name the address, or None."""
    from rocky_core.hooks.send_http import RequestsSender  # noqa: PLC0415 — only when there is something to tell
    from rocky_core.ports.http_sender import HttpAnswer, HttpRequest, NoAnswer  # noqa: PLC0415 — same

    headers = {"Content-Type": "application/json"}
    answer = RequestsSender().send(HttpRequest("POST", url, headers, json.dumps(body).encode(), timeout_seconds))
    match answer:
        case HttpAnswer():
            return None if answer.status < 300 else f"the webhook answered {answer.status} {answer.text}".rstrip()
        case NoAnswer():
            return answer.reason
        case _:
            assert_never(answer)


class PipelineSchedule(Struct, frozen=True):
    """When a pipeline is to run by itself."""

    cron: str
    timezone: str
    enabled: bool


def pipeline_schedule(project: Project, pipeline: str) -> PipelineSchedule | None:
    """What rocky.toml says about when the pipeline runs; None if it says no cron.

    Raises:
        UserError: there is no such pipeline.

    """
    known = project.config.pipelines
    if pipeline not in known:
        raise UserError(f"there is no pipeline '{pipeline}'{did_you_mean(pipeline, known)}")
    stated = known[pipeline].schedule
    if stated is None or stated.cron is None:
        return None
    return PipelineSchedule(stated.cron, stated.timezone or "UTC", stated.enabled)


def _target_named(table: str) -> TargetName:
    parts = [part.strip('"`') for part in table.split(".")]
    return TargetName(*([""] * (3 - len(parts)) + parts))
