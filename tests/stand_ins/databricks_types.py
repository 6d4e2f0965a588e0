"""Types and values in Databricks' words, for its stand-in: as declared, as DuckDB has them, and as JSON."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

import sqlglot
from sqlglot import exp

K = exp.DType
WORDS = {
    K.BOOLEAN: "boolean",
    K.TINYINT: "tinyint",
    K.SMALLINT: "smallint",
    K.INT: "int",
    K.BIGINT: "bigint",
    K.FLOAT: "float",
    K.DOUBLE: "double",
    K.TEXT: "string",
    K.BINARY: "binary",
    K.VARBINARY: "binary",
    K.DATE: "date",
    K.TIMESTAMPTZ: "timestamp",
    K.TIMESTAMPLTZ: "timestamp",
    K.TIMESTAMP: "timestamp_ntz",
    K.TIMESTAMPNTZ: "timestamp_ntz",
    K.VARIANT: "variant",
    K.NULL: "void",
}
INNER = {  # What DuckDB calls it, and what Databricks does.
    "boolean": "boolean",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "utinyint": "smallint",
    "integer": "int",
    "usmallint": "int",
    "bigint": "bigint",
    "uinteger": "bigint",
    "hugeint": "bigint",  # A sum of integers.
    "ubigint": "bigint",
    "uhugeint": "bigint",
    "bignum": "bigint",
    "float": "float",
    "double": "double",
    "varchar": "string",
    "uuid": "string",
    "enum": "string",
    "time": "string",
    "blob": "binary",
    "date": "date",
    "timestamp": "timestamp_ntz",
    "timestamp_s": "timestamp_ntz",
    "timestamp_ms": "timestamp_ntz",
    "timestamp_ns": "timestamp_ntz",
    "timestamp with time zone": "timestamp",
    "interval": "interval day to second",
    "null": "void",
    "variant": "variant",
    "bit": "binary",
}
NARROWED = {"hugeint", "ubigint", "uhugeint", "bignum", "uinteger", "usmallint", "utinyint", "time", "uuid", "enum"}
NAMES = {"tinyint": "BYTE", "smallint": "SHORT", "bigint": "LONG", "void": "NULL", "varchar": "STRING"}
IN_JSON = {"tinyint": "byte", "smallint": "short", "int": "integer", "bigint": "long"}


@dataclass
class Column:
    """A column as Databricks tells of it."""

    name: str
    type_text: str
    nullable: bool = True
    comment: str | None = None


@dataclass
class Rows:
    """What a statement gives: columns with their types, and values as Python has them."""

    columns: list[Column]
    rows: list[tuple]


def spelled(kind: exp.DataType) -> str:
    """A declared type, as the catalog spells it."""
    inner = kind.expressions
    match kind.this:
        case K.DECIMAL:
            numbers = [int(one.name) for one in inner] or [10]
            return f"decimal({numbers[0]},{numbers[1] if len(numbers) > 1 else 0})"
        case K.VARCHAR | K.CHAR | K.NCHAR | K.NVARCHAR if inner:
            return f"{'char' if kind.this.value.removeprefix('N') == 'CHAR' else 'varchar'}({inner[0].name})"
        case K.ARRAY | K.LIST:
            return f"array<{spelled(inner[0])}>"
        case K.MAP:
            return f"map<{spelled(inner[0])},{spelled(inner[1])}>"
        case K.STRUCT:
            return "struct<" + ",".join(f"{_field(one.name)}:{spelled(one.kind)}" for one in inner) + ">"
        case K.INTERVAL:
            return kind.sql("databricks").lower()
        case _:
            return WORDS.get(kind.this, kind.sql("databricks").lower())


def of_duckdb(kind) -> str:
    """The type of one of DuckDB's results."""
    if str(kind) == "JSON":
        return "variant"
    match kind.id:
        case "decimal":
            (_, precision), (_, scale) = kind.children
            return f"decimal({precision},{scale})"
        case "list" | "array":
            return f"array<{of_duckdb(kind.children[0][1])}>"
        case "map":
            return f"map<{of_duckdb(kind.children[0][1])},{of_duckdb(kind.children[1][1])}>"
        case "struct":
            return "struct<" + ",".join(f"{_field(name)}:{of_duckdb(one)}" for name, one in kind.children) + ">"
        case "unknown" if str(kind) == "VARIANT":
            return "variant"
        case other:
            return INNER[other]


def _field(name: str) -> str:
    return name if name.isidentifier() else "`" + name.replace("`", "``") + "`"


@cache
def parsed(type_text: str) -> exp.DataType:
    return exp.DataType.build(type_text, dialect="databricks")


def in_duckdb(type_text: str) -> str:
    """What DuckDB calls a type."""
    return "INTEGER" if type_text == "void" else parsed(type_text).sql("duckdb")


def base_of(type_text: str) -> str:
    return type_text.partition("(")[0].partition("<")[0].partition(" ")[0]


def type_name(type_text: str) -> str:
    """The short name that stands beside a type's text."""
    base = base_of(type_text)
    return NAMES.get(base, base.upper())


def told(column: Column, position: int) -> dict:
    """A column in the manifest of a result."""
    found = {
        "name": column.name,
        "type_text": column.type_text.upper() if "<" not in column.type_text else _in_capitals(column.type_text),
        "type_name": type_name(column.type_text),
        "position": position,
    }
    if base_of(column.type_text) == "decimal":
        precision, scale = column.type_text[len("decimal(") : -1].split(",")
        found |= {"type_precision": int(precision), "type_scale": int(scale)}
    return found


def _in_capitals(type_text: str) -> str:
    kind = parsed(type_text)
    inner = kind.expressions
    match kind.this:
        case K.ARRAY | K.LIST | K.MAP:
            return f"{kind.this.value}<{', '.join(_in_capitals(spelled(one)) for one in inner)}>"
        case K.STRUCT:
            return (
                "STRUCT<" + ", ".join(f"{_field(one.name)}: {_in_capitals(spelled(one.kind))}" for one in inner) + ">"
            )
        case _:
            return spelled(kind).upper()


def in_json(type_text: str) -> object:
    """A type as Spark writes it into the JSON of a schema."""
    kind = parsed(type_text) if type_text != "void" else None
    inner = kind.expressions if kind is not None else []
    match kind.this if kind is not None else None:
        case K.ARRAY | K.LIST:
            return {"type": "array", "elementType": in_json(spelled(inner[0])), "containsNull": True}
        case K.MAP:
            key, value = (in_json(spelled(one)) for one in inner)
            return {"type": "map", "keyType": key, "valueType": value, "valueContainsNull": True}
        case K.STRUCT:
            return {"type": "struct", "fields": [field_json(Column(one.name, spelled(one.kind))) for one in inner]}
        case _:
            return IN_JSON.get(type_text, type_text)


def field_json(column: Column) -> dict:
    metadata = {} if column.comment is None else {"comment": column.comment}
    return {"name": column.name, "type": in_json(column.type_text), "nullable": column.nullable, "metadata": metadata}


def text_of(value: object, type_text: str) -> str | None:
    """A value as a result holds it: a text, or nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        return json.dumps(_nested(value, parsed(type_text)), separators=(",", ":"), ensure_ascii=False)
    return _scalar(value, type_text)


def _nested(value: object, kind: exp.DataType) -> object:
    """All that is within arrays, maps and structs is text as well."""
    if value is None:
        return None
    inner = kind.expressions
    match kind.this:
        case K.ARRAY | K.LIST:
            return [_nested(one, inner[0]) for one in value]
        case K.MAP:
            return {_scalar(key, spelled(inner[0])): _nested(one, inner[1]) for key, one in value.items()}
        case K.STRUCT:
            kinds = {one.name: one.kind for one in inner}
            return {name: _nested(one, kinds[name]) for name, one in value.items()}
        case _:
            return _scalar(value, spelled(kind))


def _scalar(value: object, type_text: str) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value, type_text)
        case Decimal():
            return format(value, "f")
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            digits = "microseconds" if value.microsecond % 1000 else "milliseconds"
            text = value.replace(tzinfo=None).isoformat(timespec=digits)
            return text if value.tzinfo is None else text + "Z"
        case date():
            return value.isoformat()
        case timedelta():
            hours, seconds = divmod(value.seconds, 3600)
            minutes, seconds = divmod(seconds, 60)
            return f"{value.days} {hours:02}:{minutes:02}:{seconds:02}.{value.microseconds:06}000"
        case _:
            return str(value)


def _float(value: float, type_text: str) -> str:
    """As Java writes it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    text = repr(value) if base_of(type_text) != "float" else format(value, ".7g")
    number = float(text)
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    mantissa, _, exponent = format(Decimal(repr(number)).normalize(), "E").partition("E")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def literal(text: str) -> str:
    """A text as DuckDB reads it."""
    return "'" + text.replace("'", "''") + "'"


def name_of(expression: exp.Expression) -> str | None:
    """How a column is called that has no name: only of those that queries of ours leave without one."""
    if isinstance(expression, exp.Count) and isinstance(expression.this, exp.Star):
        return "count(1)"
    return None


def parse_columns(text: str) -> list[Column]:
    """The columns of a schema as text, as read_files takes it."""
    schema = sqlglot.parse_one(f"CREATE TABLE t ({text})", read="databricks").this
    return [Column(one.name, spelled(one.kind)) for one in schema.expressions]
