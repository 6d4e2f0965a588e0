"""The results of scalar functions that follow their arguments: choices between values, and rounding of decimals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.catalogue import setting_type
from rocky_core.dialects.duckdb.common_types import MAX_DECIMAL, as_decimal, common_type
from rocky_core.dialects.duckdb.operators import arithmetic_type
from rocky_core.dialects.duckdb.result_rules import Rule, always, same_as, types_of
from rocky_core.ir.types import NULL, UNKNOWN, DataType, Decimal

# What these yield depends on settings, on variables, on aggregate states or on constants of other kinds.
_UNPROVABLE: Final = """
    getvariable constant_or_null st_setcrs __cast finalize combine combine_aggr
    to_aggregate_state replace_type write_log variant_to_parquet_variant invoke decimal_average
    parse_duckdb_log_message
"""


def _common(operands: Sequence[Operand]) -> DataType | None:
    return common_type(types_of(operands))


def _if(operands: Sequence[Operand]) -> DataType | None:
    """As CASE: the ELSE comes first, which shows in the order of struct fields."""
    return common_type([operands[2].data_type, operands[1].data_type]) if len(operands) == 3 else None


def _whole(operands: Sequence[Operand]) -> DataType | None:
    found = operands[0].data_type if operands else UNKNOWN
    return Decimal(found.precision, 0) if isinstance(found, Decimal) and len(operands) == 1 else None


def _rounded(operands: Sequence[Operand]) -> DataType | None:
    found = operands[0].data_type if operands else UNKNOWN
    if not isinstance(found, Decimal) or len(operands) == 1:
        return _whole(operands)
    digits = operands[1].constant
    return Decimal(found.precision, min(max(digits, 0), found.scale)) if isinstance(digits, int) else UNKNOWN


def _arithmetic(symbol: str, operands: Sequence[Operand]) -> DataType | None:
    return arithmetic_type(symbol, types_of(operands)) if operands else None


def _current_setting(operands: Sequence[Operand]) -> DataType | None:
    name = operands[0].constant if operands else None
    return setting_type(name.lower()) if isinstance(name, str) else UNKNOWN


def _decimal_division(operands: Sequence[Operand]) -> DataType | None:
    """A quotient with as many digits behind the point as the divisor has digits, and at least six."""
    types = types_of(operands)
    if NULL in types:
        return NULL
    left, right = (as_decimal(each) for each in types) if len(types) == _PAIR else (None, None)
    if left is None or right is None:
        return UNKNOWN
    scale = max(_LEAST_SCALE, left.scale + right.precision + 1)
    precision = left.precision - left.scale + right.scale + scale
    return Decimal(precision, scale) if precision <= MAX_DECIMAL else UNKNOWN


_PAIR: Final = 2
_LEAST_SCALE: Final = 6

VALUE_RESULTS: Final[dict[str, Rule]] = {
    **dict.fromkeys(("coalesce", "ifnull", "greatest", "least"), _common),
    "if": _if,
    "nullif": same_as(0),
    "current_setting": _current_setting,
    "decimal_division": _decimal_division,
    "try": same_as(0),
    "remap_struct": same_as(1),
    "cast_to_type": same_as(1),
    **dict.fromkeys(("ceil", "ceiling", "floor"), _whole),
    **dict.fromkeys(("round", "round_even", "roundbankers", "trunc"), _rounded),
    **{
        name: partial(_arithmetic, symbol)
        for name, symbol in {
            "+": "+",
            "-": "-",
            "*": "*",
            "%": "%",
            "add": "+",
            "subtract": "-",
            "multiply": "*",
            "mod": "%",
            "date_add": "+",
        }.items()
    },
    **dict.fromkeys(_UNPROVABLE.split(), always(UNKNOWN)),
}
