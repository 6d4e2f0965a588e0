"""The types of numbers written in a query."""

from __future__ import annotations

from rocky_core.ir.types import DOUBLE, UNKNOWN, DataType, Decimal, IntegerLiteral

_MAX_DECIMAL = 38


def number_literal(text: str) -> DataType:
    """The type of a number as it stands in the query: an integer adapts, a fraction is exact if it has an exponent."""
    digits = text.replace("_", "").lower()
    if digits.startswith("0x"):
        return IntegerLiteral(int(digits, 16))
    if digits.isdigit():
        return IntegerLiteral(int(digits))
    whole, point, fraction = digits.partition(".")
    if not point or not (whole + fraction).isdigit():
        try:
            float(digits)
        except ValueError:
            return UNKNOWN
        return DOUBLE
    scale = len(fraction)
    # The zero before the point counts as a digit only if it is written.
    precision = max(len(whole) + scale, 1)
    return Decimal(precision, scale) if precision <= _MAX_DECIMAL else DOUBLE
