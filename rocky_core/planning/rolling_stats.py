"""How a model's builds have gone lately, and how unusual the last one was."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import Final

from rocky_core.ir.insights import Rolling, RollingStats
from rocky_core.ir.state import ModelExecution

_USUAL_Z: Final = 2.0  # Deviations up to here are nothing to worry about;
_WORST_Z: Final = 6.0  # from here on nothing is left of the score.


def rolling_stats(newest_first: Sequence[ModelExecution], window: int) -> RollingStats | None:
    """None if no build has succeeded."""
    succeeded = [one for one in newest_first if one.status == "success"][:window]
    if not succeeded:
        return None
    rows = _rolling([float(one.rows_affected) for one in succeeded if one.rows_affected is not None])
    durations = _rolling([float(one.duration_ms) for one in succeeded])
    worst = max((abs(one.latest_z_score) for one in (rows, durations) if one.latest_z_score is not None), default=0.0)
    lost = min(max((worst - _USUAL_Z) / (_WORST_Z - _USUAL_Z), 0.0), 1.0)
    return RollingStats(len(succeeded), window, rows, durations, 1.0 - lost)


def _rolling(newest_first: Sequence[float]) -> Rolling:
    if not newest_first:
        return Rolling(0.0, 0.0, None)
    mean, deviation = fmean(newest_first), pstdev(newest_first)
    z_score = (newest_first[0] - mean) / deviation if deviation else None
    return Rolling(mean, deviation, z_score)
