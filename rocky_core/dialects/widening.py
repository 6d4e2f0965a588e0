"""Which changes of a column's type keep every value, per warehouse: the widening matrix, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from rocky_core.ir.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    FLOAT,
    HUGEINT,
    INTEGER,
    SIGNED_INTEGERS,
    SMALLINT,
    TINYINT,
    UBIGINT,
    UHUGEINT,
    UINTEGER,
    UNSIGNED_INTEGERS,
    USMALLINT,
    UTINYINT,
    VARCHAR,
    DataType,
    Decimal,
)

_LENGTH: Final = re.compile(r"[A-Za-z ]+\(\s*(\d+)\s*\)")


class Widening(Struct, frozen=True):
    """One warehouse's matrix: what a column holds now, and what it may become in place."""

    pairs: frozenset[tuple[DataType, DataType]]
    decimal_precision_grows: bool  # At the same scale.
    decimal_to_text: bool
    text_length_grows: bool  # False as well where the warehouse knows no lengths.


def widens(dialect_name: str, before: DataType, after: DataType) -> bool:
    """Whether the warehouse changes a column of one type to another in place without losing a value."""
    matrix = MATRICES[dialect_name]
    if (before, after) in matrix.pairs:
        return True
    if not isinstance(before, Decimal):
        return False
    if isinstance(after, Decimal):
        grows = after.precision > before.precision and after.scale == before.scale
        return matrix.decimal_precision_grows and grows
    return matrix.decimal_to_text and after == VARCHAR


def text_lengthens(dialect_name: str, before: str, after: str) -> bool:
    """Whether a text column must hold longer texts than it may now, going by the spellings of its types."""
    if not MATRICES[dialect_name].text_length_grows:
        return False
    now, then = (_LENGTH.fullmatch(text.strip()) for text in (before, after))
    if now is None:
        return False  # Without a length it holds any text.
    return then is None or int(then.group(1)) > int(now.group(1))


def _chain(types: Sequence[DataType]) -> frozenset[tuple[DataType, DataType]]:
    return frozenset(combinations(types, 2))


def _all_to(types: Sequence[DataType], after: DataType) -> frozenset[tuple[DataType, DataType]]:
    return frozenset((before, after) for before in types)


_UNSIGNED_INTO_SIGNED: Final = frozenset(
    {
        *((UTINYINT, wider) for wider in (SMALLINT, INTEGER, BIGINT, HUGEINT)),
        *((USMALLINT, wider) for wider in (INTEGER, BIGINT, HUGEINT)),
        *((UINTEGER, wider) for wider in (BIGINT, HUGEINT)),
        (UBIGINT, HUGEINT),
    }
)
_NUMBERS_THAT_PRINT_EXACTLY: Final = (
    *(TINYINT, SMALLINT, INTEGER, BIGINT, HUGEINT),
    *(UTINYINT, USMALLINT, UINTEGER, UBIGINT, UHUGEINT),
    *(FLOAT, DOUBLE, BOOLEAN),
)
_BIGQUERY_NUMERIC: Final = Decimal(38, 9)
_BIGQUERY_BIGNUMERIC: Final = Decimal(76, 38)

MATRICES: Final[Mapping[str, Widening]] = MappingProxyType(
    {
        "duckdb": Widening(
            pairs=_chain(SIGNED_INTEGERS)
            | _chain(UNSIGNED_INTEGERS)
            | _UNSIGNED_INTO_SIGNED
            | {(FLOAT, DOUBLE)}
            | _all_to(_NUMBERS_THAT_PRINT_EXACTLY, VARCHAR),
            decimal_precision_grows=True,
            decimal_to_text=True,
            text_length_grows=False,  # VARCHAR(n) is VARCHAR.
        ),
        "databricks": Widening(
            pairs=_chain((TINYINT, SMALLINT, INTEGER, BIGINT)) | _all_to((TINYINT, SMALLINT, INTEGER, FLOAT), DOUBLE),
            decimal_precision_grows=True,
            decimal_to_text=False,
            text_length_grows=False,
        ),
        "snowflake": Widening(
            pairs=frozenset(), decimal_precision_grows=True, decimal_to_text=False, text_length_grows=True
        ),
        "bigquery": Widening(
            pairs=_chain((BIGINT, _BIGQUERY_NUMERIC, _BIGQUERY_BIGNUMERIC)),
            decimal_precision_grows=False,
            decimal_to_text=False,
            text_length_grows=False,
        ),
    }
)
