"""The results of functions that follow a path into a document: a path with a wildcard finds a list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from rocky_core.dialects.base import Operand
from rocky_core.dialects.duckdb.catalogue import overloads_of
from rocky_core.dialects.duckdb.operators import finds_many
from rocky_core.dialects.duckdb.overloads import result_type
from rocky_core.dialects.duckdb.result_rules import Rule, types_of
from rocky_core.ir.types import DataType, ListOf

_FOLLOWING: Final = """
    json_extract json_extract_string json_extract_path json_extract_path_text json_value json_keys json_array_length
    json_type json_exists
"""


def _followed(name: str, operands: Sequence[Operand]) -> DataType | None:
    if len(operands) != 2 or not finds_many(operands[1].constant):
        return None
    return ListOf(result_type(overloads_of(name), types_of(operands)))


JSON_RESULTS: Final[dict[str, Rule]] = {name: partial(_followed, name) for name in _FOLLOWING.split()}
