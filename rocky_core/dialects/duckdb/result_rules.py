"""The shape of a rule for a function whose result the catalogue leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rocky_core.dialects.base import Operand
from rocky_core.ir.types import DataType

Rule = Callable[[Sequence[Operand]], DataType | None]
"""The result for these operands; None leaves it to the catalogue."""


def types_of(operands: Sequence[Operand]) -> list[DataType]:
    """The types of the operands."""
    return [operand.data_type for operand in operands]


def always(data_type: DataType) -> Rule:
    """A rule that gives one type for all operands."""
    return lambda _: data_type


def same_as(position: int) -> Rule:
    """A rule that gives the type of one operand."""
    return lambda operands: operands[position].data_type if len(operands) > position else None
