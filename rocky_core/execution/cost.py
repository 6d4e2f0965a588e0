"""What computing has cost, as far as the warehouse lets it be known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from rocky_core.config.settings import CostAssumptions
from rocky_core.ports.warehouse import QueryEstimate, StatementCost, StatementResult

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
# What reading is expected to cost: for each row, for each byte.
_USD_EXPECTED: Final[Mapping[str, tuple[float, float]]] = {
    "databricks": (1e-9, 5e-12),
    "snowflake": (1.2e-9, 6e-12),
    "bigquery": (0.8e-9, 6.25e-12),
    "duckdb": (0.0, 0.0),
}
_BY_TIME: Final = frozenset({"databricks", "snowflake"})


class Prices(Struct, frozen=True):
    """How one adapter charges, by the project's assumptions."""

    adapter_type: str
    usd_per_ms: float = 0.0

    def cost_usd(self, duration_ms: int, bytes_charged: int | None) -> float | None:
        """What a table cost, by the bytes that were billed or else scanned; None where nobody can tell."""
        if self.adapter_type == "duckdb":
            return 0.0
        if self.adapter_type in _BY_TIME:
            return duration_ms * self.usd_per_ms
        if self.adapter_type == "bigquery" and bytes_charged is not None:
            return bytes_charged / _BYTES_PER_TB * _USD_PER_TB_SCANNED
        return None


FREE: Final = Prices("duckdb")


def expected_usd(adapter_type: str, estimate: QueryEstimate) -> float | None:
    """What a query is expected to cost, by what the warehouse guesses of it; None if that is nothing."""
    prices = _USD_EXPECTED.get(adapter_type)
    if prices is None or (estimate.rows is None and estimate.bytes_scanned is None):
        return 0.0 if adapter_type == "duckdb" else None
    return (estimate.rows or 0) * prices[0] + (estimate.bytes_scanned or 0) * prices[1]


def sum_costs(costs: Iterable[StatementCost | StatementResult]) -> StatementCost:
    """All of them together; what none of them tells stays unknown."""
    told = tuple(costs)
    scanned = [one.bytes_scanned for one in told if one.bytes_scanned is not None]
    billed = [one.bytes_billed for one in told if one.bytes_billed is not None]
    charged = [one.credits for one in told if one.credits is not None]
    return StatementCost(
        sum(scanned) if scanned else None, sum(billed) if billed else None, sum(charged) if charged else None
    )


def charged_bytes(billed: int | None, scanned: int | None) -> int | None:
    """The bytes that a price per byte is for."""
    return scanned if billed is None else billed


def prices_of(adapter_type: str, assumptions: CostAssumptions) -> Prices:
    """The prices of an adapter of this type."""
    size = assumptions.warehouse_size.lower().replace("-", "").replace(" ", "")
    dbu = _DBU_PER_HOUR.get(size, _UNKNOWN_SIZE_DBU)
    return Prices(adapter_type, dbu * assumptions.compute_cost_per_dbu / _MS_PER_HOUR)
