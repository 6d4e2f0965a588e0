"""SQL types, neutral to the warehouse; `str()` gives the canonical spelling that `type_text` reads back.

The canonical names are DuckDB's, because its set is the largest. TIMESTAMP is without a time zone,
TIMESTAMP_TZ is an instant. A dialect translates its own names into these and back.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class DataType(Struct, frozen=True):
    """Base of the closed family below; compare with `==`, which is structural."""


class Scalar(DataType, frozen=True):
    """A type without parameters."""

    name: str

    def __str__(self) -> str:
        return self.name


class Decimal(DataType, frozen=True):
    """An exact number: digits in all, digits after the point."""

    precision: int
    scale: int

    def __str__(self) -> str:
        return f"DECIMAL({self.precision},{self.scale})"


class ListOf(DataType, frozen=True):
    """A list, or with `size` an array of fixed length."""

    element: DataType
    size: int | None = None

    def __str__(self) -> str:
        return f"{self.element}[{'' if self.size is None else self.size}]"


class Field(Struct, frozen=True):
    """One named member of a struct or union; an unnamed struct has empty names."""

    name: str
    data_type: DataType


class StructOf(DataType, frozen=True):
    """A record."""

    fields: tuple[Field, ...]

    def __str__(self) -> str:
        return f"STRUCT({', '.join(spell_field(f) for f in self.fields)})"


class MapOf(DataType, frozen=True):
    """A map from keys to values."""

    key: DataType
    value: DataType

    def __str__(self) -> str:
        return f"MAP({self.key}, {self.value})"


class UnionOf(DataType, frozen=True):
    """A tagged union."""

    members: tuple[Field, ...]

    def __str__(self) -> str:
        return f"UNION({', '.join(spell_field(f) for f in self.members)})"


class EnumOf(DataType, frozen=True):
    """A closed set of texts."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return "ENUM(" + ", ".join("'" + v.replace("'", "''") + "'" for v in self.values) + ")"


class LambdaOf(DataType, frozen=True):
    """The type of a lambda argument, known by what its body yields; never a column's type."""

    result: DataType

    def __str__(self) -> str:
        return f"LAMBDA({self.result})"


class IntegerLiteral(DataType, frozen=True):
    """An integer written in the query, which takes the type of what it meets; never a column's type."""

    value: int

    def __str__(self) -> str:
        return f"INTEGER_LITERAL({self.value})"


BOOLEAN: Final = Scalar("BOOLEAN")
TINYINT: Final = Scalar("TINYINT")
SMALLINT: Final = Scalar("SMALLINT")
INTEGER: Final = Scalar("INTEGER")
BIGINT: Final = Scalar("BIGINT")
HUGEINT: Final = Scalar("HUGEINT")
UTINYINT: Final = Scalar("UTINYINT")
USMALLINT: Final = Scalar("USMALLINT")
UINTEGER: Final = Scalar("UINTEGER")
UBIGINT: Final = Scalar("UBIGINT")
UHUGEINT: Final = Scalar("UHUGEINT")
BIGNUM: Final = Scalar("BIGNUM")
FLOAT: Final = Scalar("FLOAT")
DOUBLE: Final = Scalar("DOUBLE")
VARCHAR: Final = Scalar("VARCHAR")
BLOB: Final = Scalar("BLOB")
BIT: Final = Scalar("BIT")
DATE: Final = Scalar("DATE")
TIME: Final = Scalar("TIME")
TIME_NS: Final = Scalar("TIME_NS")
TIME_TZ: Final = Scalar("TIME WITH TIME ZONE")
TIMESTAMP: Final = Scalar("TIMESTAMP")
TIMESTAMP_S: Final = Scalar("TIMESTAMP_S")
TIMESTAMP_MS: Final = Scalar("TIMESTAMP_MS")
TIMESTAMP_NS: Final = Scalar("TIMESTAMP_NS")
TIMESTAMP_TZ: Final = Scalar("TIMESTAMP WITH TIME ZONE")
INTERVAL: Final = Scalar("INTERVAL")
UUID: Final = Scalar("UUID")
JSON: Final = Scalar("JSON")
VARIANT: Final = Scalar("VARIANT")
GEOMETRY: Final = Scalar("GEOMETRY")
GEOGRAPHY: Final = Scalar("GEOGRAPHY")
NULL: Final = Scalar("NULL")  # The type of an untyped NULL until something gives it one.
STRING_LITERAL: Final = Scalar("STRING_LITERAL")  # A text written in the query; never a column's type.
UNKNOWN: Final = Scalar("UNKNOWN")  # Not provable from what is at hand; the last resort.

SIGNED_INTEGERS: Final = (TINYINT, SMALLINT, INTEGER, BIGINT, HUGEINT)
UNSIGNED_INTEGERS: Final = (UTINYINT, USMALLINT, UINTEGER, UBIGINT, UHUGEINT)
INTEGERS: Final = frozenset((*SIGNED_INTEGERS, *UNSIGNED_INTEGERS))
TIMESTAMPS: Final = frozenset((TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS, TIMESTAMP_TZ))
TEMPORAL: Final = TIMESTAMPS | {DATE}

_BARE_FIELD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def spell_field(field: Field) -> str:
    """`name TYPE`, the name quoted where it must be; a nameless field is its type alone."""
    if not field.name:
        return str(field.data_type)
    bare = set(field.name) <= _BARE_FIELD and not field.name[0].isdigit()
    quoted = '"' + field.name.replace('"', '""') + '"'
    return f"{field.name if bare else quoted} {field.data_type}"


def is_known(data_type: DataType) -> bool:
    """Whether no part of the type is UNKNOWN."""
    match data_type:
        case Scalar():
            return data_type != UNKNOWN
        case ListOf(element):
            return is_known(element)
        case MapOf(key, value):
            return is_known(key) and is_known(value)
        case StructOf(fields) | UnionOf(fields):
            return all(is_known(field.data_type) for field in fields)
        case LambdaOf(result):
            return is_known(result)
        case _:
            return True
