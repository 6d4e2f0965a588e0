"""What becomes of DuckDB's types, and of the texts of their values, in warehouses that files are sent to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.file_loads import staged_table
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir import types
from rocky_core.ir.types import DataType, Decimal, ListOf, MapOf, Scalar, StructOf

_INTEGERS: Final = tuple(
    Scalar(f"{sign}{size}") for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)
_ZONELESS: Final = tuple(Scalar(f"TIMESTAMP{unit}") for unit in ("", "_S", "_MS", "_NS"))
_PLAIN: Final = frozenset(
    {
        types.BOOLEAN,
        types.TINYINT,
        types.SMALLINT,
        types.INTEGER,
        types.BIGINT,
        types.FLOAT,
        types.DOUBLE,
        types.VARCHAR,
        types.BLOB,
        types.DATE,
        types.TIME,
        types.TIMESTAMP,
        types.TIMESTAMP_TZ,
        types.JSON,
    }
)
# What a text of JSON gives again without a loss.
_IN_JSON: Final = frozenset(
    {
        types.BOOLEAN,
        types.TINYINT,
        types.SMALLINT,
        types.INTEGER,
        types.BIGINT,
        types.DOUBLE,
        types.VARCHAR,
        types.DATE,
        types.TIMESTAMP,
    }
)
_AS_JSON: Final = "JSON"
_NUMBER: Final = re.compile(r"(?:BIG)?NUMERIC(?:\((\d+)(?:,\s*(\d+))?\))?", re.IGNORECASE)
_MOST_DIGITS: Final = 38  # Of a DECIMAL of DuckDB.
_NUMERIC_WHOLE, _NUMERIC_SCALE = 29, 9  # What fits into NUMERIC, else it is BIGNUMERIC.


class Destination(Struct, frozen=True):
    """How one warehouse takes values that come as texts."""

    text_type: str
    spellings: Mapping[DataType, str]
    decimal: Callable[[int, int], str]  # Its precision and scale.
    nested: Callable[[DataType], str | None]  # Of lists, structs and maps; None: as text.
    declared: Callable[[str], DataType]  # What a column's type says, with its parameters.
    bytes_text: str  # How DuckDB writes the bytes {} for it.
    others: Mapping[str, str]  # As what DuckDB reads values for columns of types that it has not.
    foreign: tuple[str, ...] = ()  # How the types begin that it takes no texts for.
    has_nanoseconds: bool = False


def _numeric(precision: int, scale: int) -> str:
    fits = precision - scale <= _NUMERIC_WHOLE and scale <= _NUMERIC_SCALE
    return f"{'' if fits else 'BIG'}NUMERIC({precision},{scale})"


def _declared_numeric(kind: str) -> DataType:
    """BigQuery's dialect takes parameters for limits of the column, not for another type."""
    found = _NUMBER.fullmatch(kind.strip())
    if found is None or found[1] is None:
        return dialect_named("bigquery").parse_type(kind)
    return Decimal(int(found[1]), int(found[2] or 0))


def _of_spark(found: DataType) -> str | None:
    """The type that `from_json` gives back as it was; None where something within would not be."""
    match found:
        case ListOf(element):
            inner = _of_spark(element)
            return inner and f"ARRAY<{inner}>"
        case MapOf(types.VARCHAR, value):
            inner = _of_spark(value)
            return inner and f"MAP<STRING,{inner}>"
        case StructOf(fields):
            inside = [(field.name.replace("`", "``"), _of_spark(field.data_type)) for field in fields]
            known = all(name and text for name, text in inside)
            return f"STRUCT<{','.join(f'`{name}`:{text}' for name, text in inside)}>" if known else None
        case types.VARCHAR:
            return _DATABRICKS.text_type
        case _:
            return _DATABRICKS.spellings[found] if found in _IN_JSON else None


_SNOWFLAKE: Final = Destination(
    text_type="VARCHAR",
    spellings={
        **dict.fromkeys(_INTEGERS, "NUMBER(38,0)"),
        types.FLOAT: "FLOAT",
        types.DOUBLE: "FLOAT",
        types.BOOLEAN: "BOOLEAN",
        types.BLOB: "BINARY",
        types.DATE: "DATE",
        types.TIME: "TIME",
        **dict.fromkeys(_ZONELESS, "TIMESTAMP_NTZ"),
        types.TIMESTAMP_TZ: "TIMESTAMP_TZ",
        types.JSON: "VARIANT",
        types.VARIANT: "VARIANT",
    },
    decimal="NUMBER({},{})".format,
    nested=lambda _: "VARIANT",
    declared=lambda kind: dialect_named("snowflake").parse_type(kind),
    bytes_text="hex({})",
    others={
        "TIMESTAMP_LTZ": "TIMESTAMP WITH TIME ZONE",
        **dict.fromkeys(("VARIANT", "ARRAY", "OBJECT"), _AS_JSON),
    },
    has_nanoseconds=True,
)
_BIGQUERY: Final = Destination(
    text_type="STRING",
    spellings={
        **dict.fromkeys(_INTEGERS, "INT64"),
        Scalar("UBIGINT"): "NUMERIC(20,0)",
        Scalar("HUGEINT"): "BIGNUMERIC",
        Scalar("UHUGEINT"): "BIGNUMERIC",
        types.FLOAT: "FLOAT64",
        types.DOUBLE: "FLOAT64",
        types.BOOLEAN: "BOOL",
        types.BLOB: "BYTES",
        types.DATE: "DATE",
        types.TIME: "TIME",
        **dict.fromkeys(_ZONELESS, "DATETIME"),
        types.TIMESTAMP_TZ: "TIMESTAMP",
        types.JSON: "JSON",
        types.VARIANT: "JSON",
    },
    decimal=_numeric,
    nested=lambda _: "JSON",
    declared=_declared_numeric,
    bytes_text="base64({})",
    others={},
    foreign=("ARRAY", "STRUCT", "RECORD", "RANGE"),
)
_DATABRICKS: Final = Destination(
    text_type="STRING",
    spellings={
        types.TINYINT: "TINYINT",
        types.SMALLINT: "SMALLINT",
        types.INTEGER: "INT",
        types.BIGINT: "BIGINT",
        Scalar("UTINYINT"): "SMALLINT",
        Scalar("USMALLINT"): "INT",
        Scalar("UINTEGER"): "BIGINT",
        Scalar("UBIGINT"): "DECIMAL(20,0)",
        Scalar("HUGEINT"): "DECIMAL(38,0)",
        Scalar("UHUGEINT"): "DECIMAL(38,0)",
        types.FLOAT: "FLOAT",
        types.DOUBLE: "DOUBLE",
        types.BOOLEAN: "BOOLEAN",
        types.BLOB: "BINARY",
        types.DATE: "DATE",
        **dict.fromkeys(_ZONELESS, "TIMESTAMP_NTZ"),
        types.TIMESTAMP_TZ: "TIMESTAMP",
    },
    decimal="DECIMAL({},{})".format,
    nested=_of_spark,
    declared=lambda kind: dialect_named("databricks").parse_type(kind),
    bytes_text="base64({})",
    others={"VARIANT": _AS_JSON},
)
_DESTINATIONS: Final = {"snowflake": _SNOWFLAKE, "bigquery": _BIGQUERY, "databricks": _DATABRICKS}


def sent_type(warehouse: str, kind: str) -> str:
    """The type of the warehouse that holds what DuckDB reads as `kind`; what has no counterpart is text."""
    found, destination = dialect_named("duckdb").parse_type(kind), _DESTINATIONS[warehouse]
    match found:
        case Decimal(precision, scale):
            return destination.decimal(precision, scale)
        case ListOf() | MapOf() | StructOf():
            return destination.nested(found) or destination.text_type
        case _:
            return destination.spellings.get(found) or destination.text_type


def read_as(warehouse: str, kind: str) -> str:
    """As which type DuckDB reads the values of a column that is of this type in the warehouse."""
    destination = _DESTINATIONS[warehouse]
    if kind.upper() in destination.others:
        return destination.others[kind.upper()]
    found = destination.declared(kind)
    if isinstance(found, ListOf | MapOf | StructOf):
        return _AS_JSON
    is_plain = found in _PLAIN or (isinstance(found, Decimal) and found.precision <= _MOST_DIGITS)
    return (dialect_named("duckdb").spell_type(found) if is_plain else None) or "VARCHAR"


def takes_texts(warehouse: str, kind: str) -> bool:
    """Whether the warehouse takes texts from a file into a column of this type."""
    return not kind.upper().startswith(_DESTINATIONS[warehouse].foreign)


def query_of_texts(duckdb: StatementShapes, warehouse: str, columns: Sequence[tuple[str, str]], *others: str) -> str:
    """The rows of the file that this process has staged, in texts that the warehouse reads as the same values.

    The columns are called c0, c1 and so on.
    """
    texts = (*(_text(duckdb, warehouse, name, kind) for name, kind in columns), *others)
    listed = ", ".join(f"{text} AS c{number}" for number, text in enumerate(texts))
    return f"SELECT {listed} FROM {staged_table(duckdb)}"


def _text(duckdb: StatementShapes, warehouse: str, name: str, kind: str) -> str:
    column, found, destination = duckdb.quote(name), dialect_named("duckdb").parse_type(kind), _DESTINATIONS[warehouse]
    match found:
        case types.TIMESTAMP_TZ:
            return f"strftime({column} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f+00:00')"
        case types.TIMESTAMP_NS if not destination.has_nanoseconds:
            complaint = f"column '{name}' has instants finer than a microsecond, which the warehouse cannot hold"
            exact = f"CAST(CAST({column} AS TIMESTAMP) AS VARCHAR)"
            refused = f"error({duckdb.text_literal(complaint)})"
            return f"CASE WHEN epoch_ns({column}) % 1000 <> 0 THEN {refused} ELSE {exact} END"
        case types.BLOB:
            return destination.bytes_text.format(column)
        case ListOf() | MapOf() | StructOf():
            return f"CAST(to_json({column}) AS VARCHAR)"
        case _:
            return f"CAST({column} AS VARCHAR)"
