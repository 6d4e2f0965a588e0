"""Runs all pipelines of a project: each when those that it waits for have completed, independent ones side by side."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from threading import Event
from typing import Final

from msgspec import Struct, field

from rocky_core.errors import NoModels, RockyError
from rocky_core.execution.order_pipelines import order_pipelines
from rocky_core.execution.run_options import CompiledSite, RunOptions, Site
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.execution.workers import Workers
from rocky_core.ir.dag_run import (
    DagEvent,
    DagFinished,
    DagNode,
    DagStarted,
    NodeEnded,
    NodeStarted,
    NodeStatus,
    NodeTold,
)
from rocky_core.ir.replace import replace
from rocky_core.ir.run import CheckEvaluated, CheckStatus, ModelFailed, RunDeclined, RunFinished, RunStarted, RunStatus

_LOGGER: Final = logging.getLogger("rocky_core.run")
_DONE: Final = frozenset({RunStatus.SUCCESS, RunStatus.SKIPPED_IDEMPOTENT})


class _Heard(Struct):
    """What matters of a pipeline's run for how its node ended."""

    run_id: str | None = None
    status: RunStatus | None = None
    declined_for: str | None = None
    failures: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)


def run_dag(site: Site, options: RunOptions, interrupted: Event) -> Iterator[DagEvent]:
    """Run every pipeline; a failure keeps what waits for it from running, and nothing else.

    `options.parallel` is how many pipelines run at once. An idempotency key is one for each pipeline. When the caller
    stops listening, what runs is cancelled.

    Raises:
        UserError: pipelines wait for each other, or the project cannot be compiled at all.

    """
    started = site.clock.monotonic()
    site, compiled = _compiled_once(site)
    order = order_pipelines(site.config, None if compiled is None else compiled.project)
    yield DagStarted(order.nodes, order.warnings)
    waiting = {node.name: node for node in order.nodes}
    completed: set[str] = set()
    failed: dict[str, str] = {}  # And why nothing that waits for it can run.
    workers: Workers[DagNode, DagEvent]
    workers = Workers(
        options.parallel or max(len(waiting), 1), lambda node: _run_node(node, site, options, interrupted, workers.post)
    )
    try:
        while waiting or workers.busy:
            yield from _skipped(waiting, failed, _reason_to_stop(options, interrupted, failed))
            for node in [one for one in waiting.values() if completed.issuperset(one.waits_for)]:
                if workers.has_room:
                    del waiting[node.name]
                    yield NodeStarted(node.name)
                    workers.submit(node)
            report = workers.next_report() if workers.busy else None
            if report is None:
                continue
            yield report
            if isinstance(report, NodeEnded):
                workers.busy -= 1
                if report.status is NodeStatus.COMPLETED:
                    completed.add(report.name)
                else:
                    failed[report.name] = f"pipeline '{report.name}' failed"
    except BaseException:  # Also when the caller closes this generator.
        interrupted.set()
        raise
    finally:
        workers.close()
    left = bool(failed) or len(completed) < len(order.nodes)
    yield DagFinished(round(1000 * (site.clock.monotonic() - started)), interrupted=interrupted.is_set() and left)


def _compiled_once(site: Site) -> tuple[Site, CompiledSite | None]:
    """The site with a project that is compiled once for all pipelines; None if it has no models."""
    try:
        compiled = site.compile()
    except NoModels:
        return site, None
    return replace(site, compile=lambda: compiled), compiled


def _reason_to_stop(options: RunOptions, interrupted: Event, failed: dict[str, str]) -> str | None:
    if interrupted.is_set():
        return "the run was interrupted"
    if options.fail_fast and failed:
        return f"{next(iter(failed.values()))}, and the run stops at the first failure (fail_fast)"
    return None


def _skipped(waiting: dict[str, DagNode], failed: dict[str, str], reason: str | None) -> Iterator[DagEvent]:
    """Take out of `waiting` what cannot run any more, and whatever waits for that."""
    for name, node in tuple(waiting.items()):  # In order, so that one that is skipped stops the next ones too.
        why = next((failed[up] for up in node.waits_for if up in failed), reason)
        if why is not None:
            del waiting[name]
            failed[name] = f"pipeline '{name}' was skipped, because {why}"
            yield NodeEnded(name, NodeStatus.SKIPPED, error=f"not started, because {why}")


def _run_node(
    node: DagNode, site: Site, options: RunOptions, interrupted: Event, tell: Callable[[DagEvent], None]
) -> DagEvent:
    """Run a pipeline to its end, whatever that is; nothing is raised."""
    began = site.clock.monotonic()
    heard, raised = _Heard(), None
    key = options.idempotency_key
    wishes = replace(
        options,
        pipeline=node.name,
        parallel=None,
        idempotency_key=None if key is None else f"{key}/{node.name}",
    )
    try:
        for event in run_pipeline(site, wishes, interrupted):
            tell(NodeTold(node.name, event))
            _hear(event, heard)
    except RockyError as error:
        raised = str(error)
    except Exception as error:
        _LOGGER.debug("unexpected failure of pipeline '%s'", node.name, exc_info=error)
        raised = f"unexpected {type(error).__name__}: {error} (run with --debug for the traceback)"
    is_done = raised is None and heard.status in _DONE
    return NodeEnded(
        name=node.name,
        status=NodeStatus.COMPLETED if is_done else NodeStatus.FAILED,
        duration_ms=round(1000 * (site.clock.monotonic() - began)),
        error=None if is_done else raised or _told(heard),
        run_id=heard.run_id,
        run_status=heard.status,
    )


def _hear(event: object, heard: _Heard) -> None:
    match event:
        case RunStarted():
            heard.run_id = event.run_id
        case RunFinished():
            heard.status = event.status
        case RunDeclined():
            heard.status, heard.declined_for = event.status, event.by_run_id
        case ModelFailed():
            heard.failures.append(f"{event.name}: {event.error.strip().partition(chr(10))[0]}")
        case CheckEvaluated() if event.status is not CheckStatus.PASSED:
            heard.checks.append(f"{event.name} · {event.check}")
        case _:
            pass


def _told(heard: _Heard) -> str:
    """Why a run is no success, in one line."""
    if heard.declined_for is not None:
        return f"run {heard.declined_for} is at work under the same idempotency key"
    if heard.failures:
        more = "" if len(heard.failures) == 1 else f" (and {len(heard.failures) - 1} more)"
        return f"{heard.failures[0]}{more}"
    if heard.checks:
        return f"checks did not pass: {', '.join(heard.checks)}"
    return "it was interrupted" if heard.status is not None else "it did not come to an end"
