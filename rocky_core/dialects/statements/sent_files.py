"""Files for a warehouse that cannot read them: what DuckDB makes of their rows, and where these go from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rocky_core.dialects.registry import dialect_named
from rocky_core.dialects.statements.file_loads import STAGED
from rocky_core.dialects.statements.shapes import StatementShapes
from rocky_core.ir import types
from rocky_core.ir.load import DataFile
from rocky_core.ir.names import TargetName
from rocky_core.ir.types import DataType, Decimal, ListOf, MapOf, StructOf

MARK: Final = "__ROCKY_FILE"  # The column that says which file a staged row is of.
_NUMBER: Final = "NUMBER(38,0)"
_NESTED: Final = "JSON"
_INTEGERS: Final = frozenset(
    f"{sign}{size}" for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)
_OF_SNOWFLAKE: Final[Mapping[str, str]] = {
    **dict.fromkeys(_INTEGERS, _NUMBER),
    "FLOAT": "FLOAT",
    "DOUBLE": "FLOAT",
    "BOOLEAN": "BOOLEAN",
    "BLOB": "BINARY",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMP_S": "TIMESTAMP_NTZ",
    "TIMESTAMP_MS": "TIMESTAMP_NTZ",
    "TIMESTAMP_NS": "TIMESTAMP_NTZ",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_TZ",
    "JSON": "VARIANT",
    "VARIANT": "VARIANT",
}
# What a column is made of whose values come as text.
_PARSED: Final = {
    "BINARY": "TO_BINARY({}, 'HEX')",
    "VARIANT": "PARSE_JSON({})",
    "ARRAY": "PARSE_JSON({})::ARRAY",
    "OBJECT": "PARSE_JSON({})::OBJECT",
}
_OTHERS: Final = {
    "TIMESTAMP_LTZ": "TIMESTAMP WITH TIME ZONE",
    **dict.fromkeys(("VARIANT", "ARRAY", "OBJECT"), _NESTED),
}


def sent_type(kind: str) -> str:
    """The type of Snowflake that holds what DuckDB reads as `kind`; what has no counterpart is text."""
    found = dialect_named("duckdb").parse_type(kind)
    match found:
        case Decimal(precision, scale):
            return f"NUMBER({precision},{scale})"
        case ListOf() | MapOf() | StructOf():
            return "VARIANT"
        case _:
            return _OF_SNOWFLAKE.get(dialect_named("duckdb").spell_type(found) or "", "VARCHAR")


def read_as(kind: str) -> str:
    """As which type DuckDB reads the values of a column that is of this type in Snowflake."""
    if kind.upper() in _OTHERS:
        return _OTHERS[kind.upper()]
    found = dialect_named("snowflake").parse_type(kind)
    return (dialect_named("duckdb").spell_type(found) if _is_plain(found) else None) or "VARCHAR"


def mark_of(file: DataFile) -> str:
    """What marks the staged rows of this content of a file."""
    return file.content_hash[:16]


def text_query(duckdb: StatementShapes, columns: Sequence[tuple[str, str]], file: DataFile) -> str:
    """The rows of the file that this process has staged, in texts that a warehouse reads as the same values."""
    texts = ", ".join(_text(duckdb.quote(name), kind) for name, kind in columns)
    return f"SELECT {texts}, {duckdb.text_literal(mark_of(file))} FROM temp.{duckdb.quote(STAGED)}"


def create_staging(shapes: StatementShapes, staging: TargetName, columns: Sequence[tuple[str, str]]) -> str:
    """Make the table that takes the file, with the types of the target; some values come as text."""
    listed = ", ".join(
        f"{shapes.quote(name)} {'VARCHAR' if kind.upper() in _PARSED else kind}"
        for name, kind in (*columns, (MARK, "VARCHAR"))
    )
    return f"{shapes.file_staging} {shapes.table(staging)} ({listed})"


def staged_rows(shapes: StatementShapes, staging: TargetName, file: DataFile) -> str:
    """The staged rows as a statement names them: those of this file, whoever else may have written there."""
    return f"{shapes.table(staging)} WHERE {shapes.quote(MARK)} = {shapes.text_literal(mark_of(file))}"


def insert_sent(shapes: StatementShapes, target: TargetName, columns: Sequence[tuple[str, str]], staged: str) -> str:
    """Append the staged rows, each column to the one of its name."""
    names = ", ".join(shapes.quote(name) for name, _ in columns)
    values = ", ".join(_PARSED.get(kind.upper(), "{}").format(shapes.quote(name)) for name, kind in columns)
    return f"INSERT INTO {shapes.table(target)} ({names})\nSELECT {values} FROM {staged}"


def drop_staging(shapes: StatementShapes, staging: TargetName) -> str:
    return f"DROP TABLE IF EXISTS {shapes.table(staging)}"


def staging_of(target: TargetName) -> TargetName:
    """The table beside the target that takes its files, one after the other."""
    return TargetName(target.catalog, target.schema, f"{target.table}__rocky_staged_file")


def _text(column: str, kind: str) -> str:
    found = dialect_named("duckdb").parse_type(kind)
    match found:
        case types.TIMESTAMP_TZ:
            return f"strftime({column} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f+00:00')"
        case types.BLOB:
            return f"hex({column})"
        case ListOf() | MapOf() | StructOf():
            return f"CAST(to_json({column}) AS VARCHAR)"
        case _:
            return f"CAST({column} AS VARCHAR)"


def _is_plain(found: DataType) -> bool:
    return isinstance(found, Decimal) or found in {
        types.BOOLEAN,
        types.DOUBLE,
        types.VARCHAR,
        types.BLOB,
        types.DATE,
        types.TIME,
        types.TIMESTAMP,
        types.TIMESTAMP_TZ,
    }
