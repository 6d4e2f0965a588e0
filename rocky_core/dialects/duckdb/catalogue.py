"""DuckDB's catalogue of functions, as `tools/duckdb_functions.py` wrote it, and the types that its rows name."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from rocky_core.dialects.base import FunctionKind
from rocky_core.dialects.duckdb.type_names import parse_type
from rocky_core.ir.types import NULL, UNKNOWN, DataType, Field, ListOf, MapOf, Scalar, StructOf

_DATA: Final = Path(__file__).with_name("functions.json")

# Words of the catalogue that stand for a family of types.
_FAMILIES: Final = frozenset(
    {"ANY", "T", "K", "V", "DECIMAL", "STRUCT", "TUPLE", "UNION", "LIST", "ARRAY", "MAP", "LAMBDA", "TABLE", "INVALID"}
)
_PARAMETRIC: Final[dict[str, DataType]] = {
    "MAP(K, V)": MapOf(Scalar("K"), Scalar("V")),
    "TUPLE(K, V)": StructOf((Field("", Scalar("K")), Field("", Scalar("V")))),
    'STRUCT("key" K, "value" V)': StructOf((Field("key", Scalar("K")), Field("value", Scalar("V")))),
    'MAP("NULL", "NULL")': MapOf(NULL, NULL),
    '"NULL"': NULL,
}


class Overload(Struct, frozen=True):
    """One signature: the types of the parameters, of any further arguments, and of the result."""

    parameters: tuple[DataType, ...]
    varargs: DataType | None
    result: DataType | None


def overloads_of(name: str) -> tuple[Overload, ...]:
    """The signatures of a function (name in lower case); none if it is not in the catalogue."""
    entry = _catalogue()["functions"].get(name)
    return () if entry is None else _overloads(entry[1])


def kind_of(name: str) -> FunctionKind | None:
    """How a function (name in lower case) takes part in a query."""
    content = _catalogue()
    entry = content["functions"].get(name)
    if entry is not None:
        return FunctionKind(entry[0])
    if name in content["macro"]:
        return FunctionKind.SCALAR
    return FunctionKind.TABLE if name in content["table"] or name in content["table_macro"] else None


def relation_of(name: str) -> tuple[tuple[str, DataType], ...]:
    """The columns of a table function (name in lower case) that describes the database; none if it does not."""
    return _columns("relations", name)


def view_of(name: str) -> tuple[tuple[str, DataType], ...]:
    """The columns of a view that every database has (its name in lower case, with its schema); none if it is none."""
    return _columns("views", name)


def setting_type(name: str) -> DataType:
    """The type of a setting (its name in lower case); UNKNOWN where it has no value of its own."""
    found = _catalogue()["settings"].get(name)
    return UNKNOWN if found is None else parse_type(found)


def _columns(section: str, name: str) -> tuple[tuple[str, DataType], ...]:
    found = _catalogue()[section].get(name, ())
    return tuple((column, _PARAMETRIC.get(text) or parse_type(text)) for column, text in found)


@cache
def _catalogue() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    for key in ("macro", "table", "table_macro"):
        content[key] = frozenset(content[key])
    return content


@cache
def _overloads(at: int) -> tuple[Overload, ...]:
    return tuple(
        Overload(
            tuple(_signature_type(text) for text in parameters),
            _signature_type(varargs) if varargs else None,
            _signature_type(result) if result else None,
        )
        for result, varargs, *parameters in _catalogue()["overloads"][at]
    )


@lru_cache(maxsize=1024)
def _signature_type(text: str) -> DataType:
    if text in _FAMILIES:
        return Scalar(text)
    if text.endswith("[]"):
        return ListOf(_signature_type(text[:-2]))
    if text.endswith("[ANY]"):
        return ListOf(_signature_type(text[:-5]))
    return _PARAMETRIC.get(text) or parse_type(text)
