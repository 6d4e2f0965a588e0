"""Finds the jobs that a process has left running, by the label of its run, and cancels them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from google.cloud.bigquery.job import QueryJob

from rocky_core.warehouses.bigquery.asking import NO_RETRY, ask
from rocky_core.warehouses.bigquery.follow import REQUEST_SECONDS, Job, label_text, stop
from rocky_core.warehouses.bigquery.service import Service
from rocky_core.warehouses.left_running import end_all

# A job goes from the first to the second, so that asked in this order none is missed.
_UNFINISHED: Final = ("pending", "running")
_LONGEST_JOB: Final = timedelta(days=2)  # BigQuery ends a query after hours, and a script after a day.
_LATE_SECONDS: Final = 2.0


def end_jobs(service: Service, run_ids: Collection[str]) -> int:
    """Cancel the jobs of these runs that have not ended, and wait for their ends; how many there were.

    Raises a WarehouseError if that cannot be made sure.
    """
    return end_all(partial(_find, service, run_ids), partial(_end, service), late_seconds=_LATE_SECONDS)


def _find(service: Service, run_ids: Collection[str]) -> Mapping[str, Job]:
    wanted = {label_text(run_id) for run_id in run_ids}
    return {
        str(job.job_id): job
        for state in _UNFINISHED
        for job in ask(partial(_list, service, state), service.settings.retry)
        if job.labels.get("run_id") in wanted
    }


def _list(service: Service, state: str) -> tuple[Job, ...]:
    """The jobs of this login that are in a state."""
    # Those of others would need a right that a run has no use for, and could not be cancelled without another one.
    jobs = service.client().list_jobs(
        state_filter=state,
        min_creation_time=datetime.now(UTC) - _LONGEST_JOB,
        retry=NO_RETRY,
        timeout=REQUEST_SECONDS,
    )
    return tuple(jobs)


def _end(service: Service, job: Job) -> None:
    stop(service, job, job.query if isinstance(job, QueryJob) else f"job {job.job_id}")
