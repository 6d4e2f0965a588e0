"""Starts a job and follows it to its end: by the name that we gave it, whatever happens to the line in the meantime.

BigQuery takes a job's name once. A start whose answer was lost is therefore simply made again under the same name: if
the job is there already, BigQuery says so, and it is followed like any other; it cannot run twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final
from uuid import uuid4

from google.api_core import exceptions as api
from google.cloud import bigquery
from google.cloud.bigquery.job import CopyJob, ExtractJob, LoadJob, QueryJob, UnknownJob

from rocky_core.errors import ConnectionFailed, WarehouseError
from rocky_core.ports.warehouse import StatementTag
from rocky_core.warehouses.asking import waits
from rocky_core.warehouses.bigquery.asking import NO_RETRY, asked_pause
from rocky_core.warehouses.bigquery.errors import (
    FAILURES,
    is_of_the_line,
    read_report,
    translate,
    translate_result,
)
from rocky_core.warehouses.bigquery.service import Service
from rocky_core.warehouses.running_statements import Running, StopReason

Job = QueryJob | LoadJob | CopyJob | ExtractJob | UnknownJob

_LOOKS: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)  # Seconds between looks at a job; then the last.
_WAIT_SECONDS: Final = 1.0  # For which BigQuery holds an answer back until a query has ended; we wake in between.
_PATIENCE_SECONDS: Final = 60.0  # With a line that gives no answers.
_STOPPING_SECONDS: Final = 30.0  # For a job that was told to stop.
REQUEST_SECONDS: Final = 60.0
_DONE: Final = "DONE"
_NO_LABEL: Final = re.compile(r"[^a-z0-9_-]")
_NO_JOB_ID: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_LABEL: Final = 63
_LONGEST_ID_PART: Final = 100


@dataclass(frozen=True, slots=True)
class Order:
    """A job as it is started: its text, whose it is, and how long it may take."""

    text: str
    tag: StatementTag | None = None
    timeout_seconds: float | None = None

    @property
    def labels(self) -> dict[str, str]:
        """For whom the job is, as BigQuery's history and its bills show it."""
        told = {"app": "rocky"}
        if self.tag is not None:
            told |= {"run_id": self.tag.run_id, "pipeline": self.tag.pipeline, "model": self.tag.table}
        return {key: label_text(value) for key, value in told.items() if value}

    @property
    def timeout_ms(self) -> int | None:
        """When BigQuery ends the job by itself, should this process die."""
        return None if self.timeout_seconds is None else int(1000 * (self.timeout_seconds + _STOPPING_SECONDS))


def new_job_id(tag: StatementTag | None) -> str:
    """A name that no other job has, and that tells whose it is."""
    told = () if tag is None else (tag.run_id, tag.table)
    parts = [_NO_JOB_ID.sub("_", part)[:_LONGEST_ID_PART] for part in told if part]
    return "_".join(("rocky", *parts, uuid4().hex))


def follow(
    service: Service,
    order: Order,
    running: Running,
    start: Callable[[bigquery.Client, str], Job],
    job_id: str | None = None,
) -> Job:
    """Run a job to its good end; `start` is given its name, and may be called again with the same one.

    A job that has the name already is followed instead; without a name it gets one that no other job has.

    Raises:
        WarehouseError: it failed, was stopped, or (in doubt) nobody can say what became of it.

    """
    client, job_id = service.client(), job_id or new_job_id(order.tag)
    deadline = None if order.timeout_seconds is None else time.monotonic() + order.timeout_seconds
    try:
        job = _start(service, order, job_id, running, start, deadline)
        return _wait(service, order, job, running, deadline)
    except (KeyboardInterrupt, SystemExit):
        # Nobody waits for it any more, so it is not to go on.
        with suppress(*FAILURES):
            client.cancel_job(job_id, retry=NO_RETRY, timeout=REQUEST_SECONDS)
        raise


def _start(
    service: Service,
    order: Order,
    job_id: str,
    running: Running,
    start: Callable[[bigquery.Client, str], Job],
    deadline: float | None,
) -> Job:
    client = service.client()
    for wait in waits(service.settings.retry, asked_pause, deadline):
        try:
            return _of_name(start(client, job_id), job_id)
        except api.Conflict as error:
            if read_report(error).reason not in {"duplicate", ""}:
                raise translate(error, order.text) from error
            return _look(service, job_id, None, order.text)  # An earlier start has arrived after all.
        except FAILURES as error:
            pause = wait(error)
            if pause is None or running.woken.wait(pause):
                return _found_or_raise(service, job_id, order, error)
    raise AssertionError(job_id)


def _found_or_raise(service: Service, job_id: str, order: Order, error: BaseException) -> Job:
    """The job whose start was never answered, if it has arrived; else what is to be said of it."""
    failure = translate(error, order.text)
    if not is_of_the_line(error):
        failure.in_doubt = False  # It was refused.
        raise failure from error
    try:
        return _get(service, job_id)
    except api.NotFound:
        # A status was a refusal; without any answer the start may still be on its way.
        failure.in_doubt = read_report(error).status is None
        raise failure from error
    except FAILURES:
        failure.in_doubt = True
        raise failure from error


def _wait(service: Service, order: Order, job: Job, running: Running, deadline: float | None) -> Job:
    looks = chain(_LOOKS, repeat(_LOOKS[-1]))
    while job.state != _DONE:
        job = _look_after_a_while(service, order, job, running, next(looks), deadline)
        is_late = deadline is not None and time.monotonic() >= deadline
        if job.state != _DONE and (running.woken.is_set() or is_late):
            running.stopped_by = running.stopped_by or StopReason.TIMED_OUT
            job = stop(service, job, order.text)
    if job.error_result is None:
        return job
    raise running.failure(order.text, order.timeout_seconds) or translate_result(job.error_result, order.text)


def _look_after_a_while(
    service: Service, order: Order, job: Job, running: Running, pause: float, deadline: float | None
) -> Job:
    left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
    if isinstance(job, QueryJob):
        seconds = _WAIT_SECONDS if left is None else min(_WAIT_SECONDS, left)
        try:
            has_ended = _hold(service, job, seconds)
        except FAILURES:
            has_ended = True  # Of the job or of the line; the job itself tells.
        if not has_ended:
            return job
    elif running.woken.wait(pause if left is None else min(pause, left)):
        return job
    return _look(service, str(job.job_id), job.location, order.text)


def _hold(service: Service, job: QueryJob, seconds: float) -> bool:
    """Let BigQuery hold its answer back until the query has ended, or so long; whether it has."""
    answer = service.client()._get_query_results(  # noqa: SLF001 — the only call that waits at the server
        str(job.job_id),
        NO_RETRY,
        project=job.project,
        timeout_ms=int(1000 * seconds),
        location=job.location,
        timeout=REQUEST_SECONDS,
    )
    return bool(answer.complete)


def _get(service: Service, job_id: str, location: str | None = None) -> Job:
    found = service.client().get_job(job_id, location=location, retry=NO_RETRY, timeout=REQUEST_SECONDS)
    return _of_name(found, job_id)


def _of_name(job: Job, job_id: str) -> Job:
    """The job, if it is the one that was asked for. Raises ValueError: the answer tells nothing."""
    if job.job_id != job_id or job.state is None:
        raise ValueError("it is not about the job that was asked for")
    return job


def _look(service: Service, job_id: str, location: str | None, statement: str) -> Job:
    """How far a job is; asked until there is an answer.

    Raises ConnectionFailed, in doubt, when patience ends.
    """
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    for pause in chain(_LOOKS, repeat(_LOOKS[-1])):
        try:
            return _get(service, job_id, location)
        except FAILURES as error:
            # A job that has just been started may not be found for a moment.
            passes = is_of_the_line(error) or isinstance(error, api.NotFound)
            if time.monotonic() >= give_up_at or not passes:
                told = translate(error).message
                raise ConnectionFailed(
                    f"What became of job {job_id} could not be found out: {told}", statement=statement
                ) from error
            time.sleep(max(pause, min(read_report(error).retry_after_seconds or 0.0, _LOOKS[-1])))
        except WarehouseError as error:  # The service has been closed.
            error.in_doubt = True
            raise
    raise AssertionError(job_id)


def stop(service: Service, job: Job, statement: str) -> Job:
    """Have the job stopped, and see how it has ended after all."""
    job_id, location = str(job.job_id), job.location
    give_up_at = time.monotonic() + _STOPPING_SECONDS
    while True:
        with suppress(*FAILURES):  # Whether it has ended is what counts, and that is asked next.
            service.client().cancel_job(job_id, location=location, retry=NO_RETRY, timeout=REQUEST_SECONDS)
        seen = _look(service, job_id, location, statement)
        if seen.state == _DONE:
            return seen
        if time.monotonic() >= give_up_at:
            raise ConnectionFailed(f"Job {job_id} was told to stop and did not end.", statement=statement)
        time.sleep(_LOOKS[2])


def label_text(value: str) -> str:
    """A value in the letters that labels may have."""
    return _NO_LABEL.sub("_", value.lower())[:_LONGEST_LABEL]
