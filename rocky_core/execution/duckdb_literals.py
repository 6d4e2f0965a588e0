"""Values of a TOML file as DuckDB literals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal


def quote_identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def literal(value: object) -> str:
    """The value as DuckDB reads it back: texts, numbers, instants, and lists and records of them."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case float():
            return repr(value) if math.isfinite(value) else f"'{value}'::DOUBLE"
        case str():
            return quote_text(value)
        case datetime():
            kind = "TIMESTAMP" if value.tzinfo is None else "TIMESTAMP WITH TIME ZONE"
            return f"{kind} '{value.isoformat(sep=' ')}'"
        case date():
            return f"DATE '{value.isoformat()}'"
        case time():
            return f"TIME '{value.isoformat()}'"
        case Mapping():
            return "{" + ", ".join(f"{quote_text(str(key))}: {literal(item)}" for key, item in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(map(literal, value)) + "]"
        case _:
            raise TypeError(f"a {type(value).__name__} cannot stand in a table")
