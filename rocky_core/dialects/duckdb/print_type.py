"""Prints the target of a cast as DuckDB does inside an expression."""

from __future__ import annotations

from typing import Final

from rocky_core.dialects.duckdb.keywords import quote_name
from rocky_core.dialects.duckdb.source_tokens import TokenKind
from rocky_core.dialects.duckdb.token_cursor import Cursor

# Names that are part of DuckDB's grammar lose their spelling; all others are printed as written.
_GRAMMAR_NAMES: Final = {
    "INT": "INTEGER",
    "INTEGER": "INTEGER",
    "SMALLINT": "SMALLINT",
    "BIGINT": "BIGINT",
    "FLOAT": "FLOAT",
    "REAL": "FLOAT",
    "DECIMAL": "DECIMAL",
    "DEC": "DECIMAL",
    "NUMERIC": "DECIMAL",
    "BOOLEAN": "BOOLEAN",
    "VARCHAR": "VARCHAR",
    "CHAR": "VARCHAR",
    "CHARACTER": "VARCHAR",
    "NCHAR": "VARCHAR",
    "BIT": "BIT",
    "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMP",
    "INTERVAL": "INTERVAL",
    "VARIANT": "VARIANT",
}
_RECORDS: Final = {"STRUCT": "STRUCT", "ROW": "STRUCT", "UNION": "UNION"}
_CONTAINERS: Final = {"MAP": "MAP", "TUPLE": "TUPLE"}
_TIMESTAMPS: Final = {
    0: "TIMESTAMP_S",
    **dict.fromkeys((1, 2, 3), "TIMESTAMP_MS"),
    **dict.fromkeys((7, 8, 9), "TIMESTAMP_NS"),
}


def print_type(cursor: Cursor) -> str:
    """The type that stands at the cursor."""
    printed = _base(cursor)
    while True:
        if cursor.take_symbol("["):
            size = "" if cursor.peek().is_symbol("]") else cursor.take().text
            cursor.expect_symbol("]")
            printed += f"[{size}]"
        elif cursor.take_word("ARRAY"):
            if not cursor.peek().is_symbol("["):
                printed += "[]"
        else:
            return printed


def _base(cursor: Cursor) -> str:
    token = cursor.take()
    upper = token.text.upper() if token.kind is TokenKind.WORD else ""
    if upper in _RECORDS and cursor.take_symbol("("):
        return f"{_RECORDS[upper]}({', '.join(cursor.take_list(_field, ')'))})"
    if upper in _CONTAINERS and cursor.take_symbol("("):
        return f"{_CONTAINERS[upper]}({', '.join(cursor.take_list(print_type, ')'))})"
    if upper == "DOUBLE" and cursor.take_word("PRECISION"):
        return "DOUBLE"
    if upper in {"CHARACTER", "CHAR"}:
        cursor.take_word("VARYING")
    if upper not in _GRAMMAR_NAMES:
        # Built-in names are bare even where they are keywords; JSON comes from an extension.
        name = token.text if token.text.isidentifier() and upper != "JSON" else quote_name(token.text)
        while cursor.take_symbol("."):
            name = f"{name}.{quote_name(cursor.take_name())}"
        return name + _arguments(cursor)
    arguments = _arguments(cursor)
    name = _GRAMMAR_NAMES[upper]
    if upper in {"TIME", "TIMESTAMP"}:
        if cursor.take_word("WITH", "TIME", "ZONE"):
            return f"{name} WITH TIME ZONE"
        cursor.take_word("WITHOUT", "TIME", "ZONE")
        if upper == "TIMESTAMP" and arguments:
            return _TIMESTAMPS.get(int(arguments.strip("()")), name)
    return name + arguments


def _field(cursor: Cursor) -> str:
    name = quote_name(cursor.take_name())
    return f"{name} {print_type(cursor)}"


def _arguments(cursor: Cursor) -> str:
    if not cursor.take_symbol("("):
        return ""
    return f"({', '.join(cursor.take_list(_argument, ')'))})"


def _argument(cursor: Cursor) -> str:
    token = cursor.take()
    return "'" + token.text.replace("'", "''") + "'" if token.kind is TokenKind.TEXT else token.text
