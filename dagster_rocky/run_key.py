"""An idempotency key for what a Dagster run asks for, so that a run that is launched twice does it once."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import dagster as dg

from rocky_core.orchestration import RunRequest

_RUN_KEY: Final = "dagster/run_key"
_RETRY_NUMBER: Final = "dagster/retry_number"
_ORIGINS: Final = ("dagster/sensor_name", "dagster/schedule_name")


def key_of_run(run: dg.DagsterRun, request: RunRequest) -> str:
    """Of the job, its sensor or schedule, its run key, and what is asked for; without a run key, of the run itself.

    Automatic retries have the key of the run that they retry. Somebody who starts a run again by hand wants it done
    again, so that has a key of its own.
    """
    tags = run.tags
    origin = next((tags[name] for name in _ORIGINS if name in tags), "")
    is_by_hand = run.parent_run_id is not None and _RETRY_NUMBER not in tags
    launched = run.run_id if is_by_hand else tags.get(_RUN_KEY) or run.root_run_id or run.run_id
    # Parts are told from each other whatever characters they hold; a key names no more than is needed to find it.
    told = "\0".join((origin, launched, tags.get("dagster/partition", ""), repr(request)))
    return f"dagster/{run.job_name}/{blake2b(told.encode(), digest_size=16).hexdigest()}"
