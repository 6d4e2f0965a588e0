"""How much of a run an aborting hook stops, for every event."""

from __future__ import annotations

from typing import Final

from rocky_core.ir.hooks import Reach

REACH: Final = {
    "pipeline_start": Reach.RUN,
    "discover_complete": Reach.RUN,
    "compile_complete": Reach.RUN,
    "before_materialize": Reach.TABLE,
    "after_materialize": Reach.TABLE,
    "materialize_error": Reach.TABLE,
    "before_model_run": Reach.TABLE,
    "after_model_run": Reach.TABLE,
    "model_error": Reach.TABLE,
    "drift_detected": Reach.TABLE,
    "check_result": Reach.TABLE,
    "anomaly_detected": Reach.TABLE,
    "before_checks": Reach.END,
    "after_checks": Reach.END,
    "state_synced": Reach.END,
    "budget_breach": Reach.END,
    "pipeline_complete": Reach.END,
    "pipeline_error": Reach.END,
}
