"""Jobs over Rocky assets whose re-executions go on where the run ended."""

from __future__ import annotations

from typing import Any, Final

import dagster as dg

RETRY_TAGS: Final = {
    # What is run again is what was planned and not materialized, and what did not pass a blocking check.
    "dagster/retry_strategy": "FROM_ASSET_FAILURE",
    # Failed models have been tried again by their kind of failure already; runs are for crashes.
    "dagster/retry_on_asset_or_op_failure": "false",
}


def define_rocky_job(name: str, selection: Any = None, **options: Any) -> Any:
    """An asset job, of everything or of a selection, with the tags that make re-executions resume."""
    tags = {**RETRY_TAGS, **(options.pop("tags", None) or {})}
    chosen = dg.AssetSelection.all() if selection is None else selection
    return dg.define_asset_job(name, selection=chosen, tags=tags, **options)
