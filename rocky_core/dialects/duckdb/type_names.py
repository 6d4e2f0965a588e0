"""DuckDB's type names: reading them, reading cast targets in the syntax tree, and spelling them as DESCRIBE does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rocky_core.dialects.duckdb.keywords import quote_name
from rocky_core.ir.types import (
    BIGINT,
    BIGNUM,
    BIT,
    BLOB,
    BOOLEAN,
    DATE,
    DOUBLE,
    FLOAT,
    GEOMETRY,
    HUGEINT,
    INTEGER,
    INTERVAL,
    JSON,
    SMALLINT,
    TIME,
    TIME_NS,
    TIME_TZ,
    TIMESTAMP,
    TIMESTAMP_MS,
    TIMESTAMP_NS,
    TIMESTAMP_S,
    TIMESTAMP_TZ,
    TINYINT,
    UBIGINT,
    UHUGEINT,
    UINTEGER,
    UNKNOWN,
    USMALLINT,
    UTINYINT,
    UUID,
    VARCHAR,
    VARIANT,
    DataType,
    Decimal,
    EnumOf,
    Field,
    LambdaOf,
    ListOf,
    MapOf,
    Scalar,
    StructOf,
    UnionOf,
    is_known,
)

if TYPE_CHECKING:
    from sqlglot import exp

TIMESTAMP_TZ_NS: Final = Scalar("TIMESTAMPTZ_NS")
TYPE: Final = Scalar("TYPE")

_NAMES: Final[dict[str, DataType]] = {
    name: data_type
    for data_type, names in {
        BOOLEAN: "boolean bool logical",
        TINYINT: "tinyint int1",
        SMALLINT: "smallint int2 int16 short",
        INTEGER: "integer int int4 int32 signed integral",
        BIGINT: "bigint int8 int64 long oid",
        HUGEINT: "hugeint int128",
        UTINYINT: "utinyint uint8",
        USMALLINT: "usmallint uint16",
        UINTEGER: "uinteger uint uint32",
        UBIGINT: "ubigint uint64",
        UHUGEINT: "uhugeint uint128",
        BIGNUM: "bignum varint",
        FLOAT: "float float4 real",
        DOUBLE: "double float8",
        VARCHAR: "varchar char text string bpchar nvarchar nchar name character",
        BLOB: "blob bytea binary varbinary",
        BIT: "bit bitstring",
        DATE: "date",
        TIME: "time",
        TIME_NS: "time_ns",
        TIME_TZ: "timetz",
        TIMESTAMP: "timestamp datetime timestamp_us",
        TIMESTAMP_S: "timestamp_s",
        TIMESTAMP_MS: "timestamp_ms",
        TIMESTAMP_NS: "timestamp_ns",
        TIMESTAMP_TZ: "timestamptz",
        TIMESTAMP_TZ_NS: "timestamptz_ns",
        INTERVAL: "interval",
        UUID: "uuid guid",
        JSON: "json",
        VARIANT: "variant",
        GEOMETRY: "geometry",
        TYPE: "type",
    }.items()
    for name in names.split()
}
_DECIMAL_NAMES: Final = frozenset({"decimal", "numeric", "dec"})
_STRUCT_NAMES: Final = frozenset({"struct", "row", "tuple", "union"})
_TIMESTAMP_BY_DIGITS: Final = (TIMESTAMP_S, *(TIMESTAMP_MS,) * 3, *(TIMESTAMP,) * 3, *(TIMESTAMP_NS,) * 3)
_LAST_FLOAT_DIGIT: Final = 24
_LAST_DECIMAL_DIGIT: Final = 38

_TOKEN: Final = re.compile(r"""\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|\w+|[(),\[\]])""")


class _NotAType(ValueError):
    """The text names no type."""


@lru_cache(maxsize=4096)
def parse_type(text: str) -> DataType:
    """The type a DuckDB name stands for; UNKNOWN if it is none."""
    tokens: list[str] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at)
        if token is None:
            return UNKNOWN
        tokens.append(token.group(1))
        at = token.end()
    try:
        found, rest = _read(tokens)
    except (_NotAType, IndexError, ValueError):
        return UNKNOWN
    return UNKNOWN if rest else found


def _read(tokens: list[str]) -> tuple[DataType, list[str]]:
    found, rest = _read_base(tokens)
    while rest:
        if rest[0] == "[":
            size = None if rest[1] == "]" else int(rest[1])
            rest = rest[2 if size is None else 3 :]
            found = ListOf(found, size)
        elif rest[0].lower() == "array":
            rest = rest[1:]
            if rest[:1] != ["["]:
                found = ListOf(found)
        else:
            break
    return found, rest


def _read_base(tokens: list[str]) -> tuple[DataType, list[str]]:
    name, rest = tokens[0].strip('"').lower(), tokens[1:]
    if name in _STRUCT_NAMES and rest[:1] == ["("]:
        return _read_record(name, rest[1:])
    if name == "map" and rest[:1] == ["("]:
        key, rest = _read(rest[1:])
        value, rest = _read(_expect(rest, ","))
        return MapOf(key, value), _expect(rest, ")")
    if name == "enum" and rest[:1] == ["("]:
        end = rest.index(")")
        return EnumOf(tuple(t[1:-1].replace("''", "'") for t in rest[1:end] if t != ",")), rest[end + 1 :]
    numbers, rest = _read_numbers(rest)
    if name in _DECIMAL_NAMES:
        return _decimal(numbers), rest
    if name == "double" and rest[:1] and rest[0].lower() == "precision":
        return DOUBLE, rest[1:]
    if name == "character" and rest[:1] and rest[0].lower() == "varying":
        return VARCHAR, _read_numbers(rest[1:])[1]
    if name in {"timestamp", "time"} and [t.lower() for t in rest[1:3]] == ["time", "zone"]:
        zoned = rest[0].lower() == "with"
        plain = _sized(name, numbers)
        return (TIMESTAMP_TZ if name == "timestamp" else TIME_TZ) if zoned else plain, rest[3:]
    return _sized(name, numbers), rest


def _read_record(name: str, tokens: list[str]) -> tuple[DataType, list[str]]:
    fields: list[Field] = []
    while True:
        field_name = ""
        if name != "tuple":
            field_name = tokens[0][1:-1].replace('""', '"') if tokens[0].startswith('"') else tokens[0]
            tokens = tokens[1:]
        data_type, tokens = _read(tokens)
        fields.append(Field(field_name, data_type))
        if tokens[0] == ")":
            break
        tokens = _expect(tokens, ",")
    return (UnionOf if name == "union" else StructOf)(tuple(fields)), tokens[1:]


def _read_numbers(tokens: list[str]) -> tuple[list[int], list[str]]:
    if tokens[:1] != ["("]:
        return [], tokens
    end = tokens.index(")")
    return [int(t) for t in tokens[1:end] if t != ","], tokens[end + 1 :]


def _expect(tokens: list[str], token: str) -> list[str]:
    if tokens[0] != token:
        raise _NotAType(token)
    return tokens[1:]


def _decimal(numbers: list[int]) -> DataType:
    precision, scale = (*numbers, 0)[:2] if numbers else (18, 3)
    if not (0 < precision <= _LAST_DECIMAL_DIGIT and 0 <= scale <= precision):
        raise _NotAType("DECIMAL")
    return Decimal(precision, scale)


def _sized(name: str, numbers: list[int]) -> DataType:
    found = _NAMES.get(name)
    if found is None:
        raise _NotAType(name)
    if found == FLOAT and numbers and numbers[0] > _LAST_FLOAT_DIGIT:
        return DOUBLE
    if found == TIMESTAMP and numbers:
        return _TIMESTAMP_BY_DIGITS[numbers[0]]
    return found


# sqlglot's names for the types that it does not call as DuckDB does.
_TREE_NAMES: Final[dict[str, DataType]] = {
    "INT128": HUGEINT,
    "UINT128": UHUGEINT,
    "UINT": UINTEGER,
    "TIMESTAMPNTZ": TIMESTAMP,
    "TIMESTAMP": TIMESTAMP,
}


def cast_type(node: exp.DataType) -> DataType:
    """The type that a CAST target in sqlglot's tree names."""
    from sqlglot import exp  # noqa: PLC0415 — sqlglot is heavy; only a caller that parsed has it loaded

    kind, parts = node.this, node.expressions
    if isinstance(kind, exp.Interval):
        return INTERVAL
    match kind.name:
        case "ARRAY" | "LIST" if parts:
            sizes = node.args.get("values") or []
            element = cast_type(parts[0])
            return ListOf(element, int(sizes[0].name) if sizes else None)
        case "STRUCT" | "UNION" if parts and all(isinstance(part, exp.ColumnDef) for part in parts):
            fields = tuple(Field(part.name, cast_type(part.args["kind"])) for part in parts)
            return UnionOf(fields) if kind.name == "UNION" else StructOf(fields)
        case "MAP" if len(parts) == 2:
            return MapOf(cast_type(parts[0]), cast_type(parts[1]))
        case "ENUM" if parts:
            return EnumOf(tuple(part.name for part in parts))
        case "USERDEFINED":
            inner = f"({', '.join(part.sql('duckdb') for part in parts)})" if parts else ""
            return parse_type(f"{node.args.get('kind')}{inner}")
        case name:
            numbers = [part.name for part in parts]
            known = _TREE_NAMES.get(name)
            if known is not None and not numbers:
                return known
            spelled = str(known) if known is not None else name
            return parse_type(f"{spelled}({', '.join(numbers)})" if numbers else spelled)


def spell_type(data_type: DataType) -> str | None:
    """The type as DESCRIBE prints it; None if a part of it is not known."""
    return _spell(data_type) if is_known(data_type) else None


def _spell(data_type: DataType) -> str:
    match data_type:
        case Scalar("NULL"):
            return '"NULL"'
        case ListOf(element, size):
            return f"{_spell(element)}[{'' if size is None else size}]"
        case MapOf(key, value):
            return f"MAP({_spell(key)}, {_spell(value)})"
        case StructOf(()):
            return "STRUCT"
        case StructOf(fields) if not fields[0].name:
            return f"TUPLE({', '.join(_spell(field.data_type) for field in fields)})"
        case StructOf(fields) | UnionOf(fields):
            name = "UNION" if isinstance(data_type, UnionOf) else "STRUCT"
            return f"{name}({', '.join(f'{quote_name(f.name)} {_spell(f.data_type)}' for f in fields)})"
        case LambdaOf():
            return "LAMBDA"
        case _:
            return str(data_type)
