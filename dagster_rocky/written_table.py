"""A table that was written and is no declared asset, as Dagster is told of it."""

from __future__ import annotations

import dagster as dg

from dagster_rocky import metadata as names
from rocky_core.ir.run import ModelSucceeded


def table_materialization(event: ModelSucceeded) -> dg.AssetMaterialization:
    """A materialization under the key that models which read the table depend on."""
    key = dg.AssetKey(event.target.split(".") if event.target else list(event.asset_key))
    about = {
        names.STRATEGY: event.strategy,
        names.ROWS_AFFECTED: event.rows_affected,
        names.DURATION: event.duration_ms,
        **names.cost_facts((event,)),
        names.WATERMARK: event.watermark,
        names.STATEMENTS: names.sql_text(event.statements) if event.statements else None,
    }
    return dg.AssetMaterialization(key, metadata=names.present(about))
