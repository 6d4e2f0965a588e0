"""The results of aggregates and window functions that depend on more than the chosen overload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.casts import settle
from rocky_core.dialects.duckdb.result_rules import Rule, always, same_as
from rocky_core.ir.types import (
    BIGINT,
    DATE,
    DOUBLE,
    HUGEINT,
    INTEGERS,
    NULL,
    TIMESTAMP,
    TIMESTAMP_MS,
    TIMESTAMP_NS,
    TIMESTAMP_S,
    UBIGINT,
    UHUGEINT,
    UNKNOWN,
    DataType,
    Decimal,
    ListOf,
    MapOf,
)

_MAX_DECIMAL: Final = 38
_PLAIN_TIMES: Final = frozenset({DATE, TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS})


def _sum(operands: Sequence[Operand]) -> DataType | None:
    found = settle(operands[0].data_type) if operands else UNKNOWN
    if found in INTEGERS:
        return DOUBLE if found == UHUGEINT else HUGEINT
    return Decimal(_MAX_DECIMAL, found.scale) if isinstance(found, Decimal) else None


def _average(operands: Sequence[Operand]) -> DataType | None:
    return DOUBLE if operands and isinstance(operands[0].data_type, Decimal) else None


def _median(operands: Sequence[Operand]) -> DataType | None:
    """The middle between two values, which is another type for integers and dates."""
    if len(operands) != 1:
        return None
    found = settle(operands[0].data_type)
    return TIMESTAMP if found == DATE else DOUBLE if found in INTEGERS or found == NULL else found


def _quantile_cont(operands: Sequence[Operand]) -> DataType | None:
    if not operands:
        return None
    found = settle(operands[0].data_type)
    if found in INTEGERS:
        found = DOUBLE
    elif found in _PLAIN_TIMES:
        found = TIMESTAMP
    return _per_fraction(found, operands)


def _quantile_disc(operands: Sequence[Operand]) -> DataType | None:
    return _per_fraction(settle(operands[0].data_type), operands) if operands else None


def _per_fraction(found: DataType, operands: Sequence[Operand]) -> DataType:
    """A list of fractions gives a list of results."""
    if len(operands) < 2:
        return found
    fraction = operands[1].data_type
    return UNKNOWN if fraction == UNKNOWN else ListOf(found) if isinstance(fraction, ListOf) else found


def _arg_extreme(operands: Sequence[Operand]) -> DataType | None:
    found = settle(operands[0].data_type) if operands else UNKNOWN
    return ListOf(found) if len(operands) == 3 else found


def _histogram(operands: Sequence[Operand]) -> DataType | None:
    """Each value's count; given bins, decimals are counted as DOUBLE."""
    if not operands:
        return None
    found = settle(operands[0].data_type)
    return MapOf(DOUBLE if isinstance(found, Decimal) and len(operands) > 1 else found, UBIGINT)


AGGREGATE_RESULTS: Final[dict[str, Rule]] = {
    "sum": _sum,
    "sum_no_overflow": _sum,
    "avg": _average,
    "mean": _average,
    "median": _median,
    "quantile_cont": _quantile_cont,
    "percentile_cont": _quantile_cont,
    "quantile": _quantile_disc,
    "quantile_disc": _quantile_disc,
    "percentile_disc": _quantile_disc,
    "histogram": _histogram,
    "histogram_exact": _histogram,
    "lag": same_as(0),
    "lead": same_as(0),
    "grouping": always(BIGINT),
    "grouping_id": always(BIGINT),
    **dict.fromkeys(
        (f"{name}{suffix}" for name in ("arg_max", "arg_min") for suffix in ("", "_null", "_nulls_last")), _arg_extreme
    ),
    **dict.fromkeys(("argmax", "argmin", "max_by", "min_by"), _arg_extreme),
}
