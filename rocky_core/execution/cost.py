"""What computing has cost, as far as the warehouse lets it be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rocky_core.config.settings import CostAssumptions

_MS_PER_HOUR: Final = 3_600_000
_BYTES_PER_TB: Final = 1e12
_USD_PER_TB_SCANNED: Final = 6.25
_UNKNOWN_SIZE_DBU: Final = 24.0
_DBU_PER_HOUR: Final[Mapping[str, float]] = {
    "2xsmall": 4,
    "xsmall": 6,
    "small": 12,
    "medium": 24,
    "large": 40,
    "xlarge": 80,
    "2xlarge": 144,
    "3xlarge": 272,
    "4xlarge": 528,
}
_BY_TIME: Final = frozenset({"databricks", "snowflake"})


@dataclass(frozen=True, slots=True)
class Prices:
    """How one adapter charges, by the project's assumptions."""

    adapter_type: str
    usd_per_ms: float = 0.0

    def cost_usd(self, duration_ms: int, bytes_scanned: int | None) -> float | None:
        """What a table cost; None where nobody can tell."""
        if self.adapter_type == "duckdb":
            return 0.0
        if self.adapter_type in _BY_TIME:
            return duration_ms * self.usd_per_ms
        if self.adapter_type == "bigquery" and bytes_scanned is not None:
            return bytes_scanned / _BYTES_PER_TB * _USD_PER_TB_SCANNED
        return None


FREE: Final = Prices("duckdb")


def prices_of(adapter_type: str, assumptions: CostAssumptions) -> Prices:
    """The prices of an adapter of this type."""
    size = assumptions.warehouse_size.lower().replace("-", "").replace(" ", "")
    dbu = _DBU_PER_HOUR.get(size, _UNKNOWN_SIZE_DBU)
    return Prices(adapter_type, dbu * assumptions.compute_cost_per_dbu / _MS_PER_HOUR)
