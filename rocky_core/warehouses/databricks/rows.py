"""The rows of a result: texts in chunks, which become values of the types that the manifest names."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

from rocky_core.ports.warehouse import QueryResult, Row

_FOUR_DIGITS: Final = re.compile(r"[0-9]{4}-")
_INTEGERS: Final = dict.fromkeys(("BYTE", "SHORT", "INT", "LONG"), int)
_VALUES: Final[Mapping[str, Callable[[str], object]]] = {
    **_INTEGERS,
    "BOOLEAN": lambda text: text == "true",
    "FLOAT": float,
    "DOUBLE": float,
    "DECIMAL": Decimal,
    "DATE": lambda text: _moment(text, date.fromisoformat),
    "TIMESTAMP": lambda text: _moment(
        text, datetime.fromisoformat
    ),  # With a zone, or without one where the type has none.
    "TIMESTAMP_NTZ": lambda text: _moment(text, datetime.fromisoformat),
    "BINARY": base64.b64decode,
    "ARRAY": json.loads,
    "MAP": json.loads,
    "STRUCT": json.loads,
}


def read_rows(answer: Mapping[str, Any], fetch: Callable[[str], Mapping[str, Any]], limit: int | None) -> QueryResult:
    """The rows of a statement that has ended well; `fetch` gets another chunk, by its path after the statement's."""
    columns = (answer.get("manifest") or {}).get("schema", {}).get("columns") or []
    kinds = [_VALUES.get(str(column.get("type_name")), str) for column in columns]
    rows = (_row(texts, kinds) for chunk in _chunks(answer, fetch) for texts in chunk)
    names = tuple(str(column["name"]) for column in columns)
    return QueryResult(names, tuple(rows if limit is None else islice(rows, limit)))


def first_row(answer: Mapping[str, Any]) -> Mapping[str, object]:
    """The first row by the names of its columns, without asking for more; {} if there is none."""
    texts = (answer.get("result") or {}).get("data_array")
    found = read_rows({**answer, "result": {"data_array": texts}}, lambda _: {}, 1)
    return dict(zip(found.columns, found.rows[0], strict=True)) if found.rows else {}


def _chunks(answer: Mapping[str, Any], fetch: Callable[[str], Mapping[str, Any]]) -> Iterator[list[list[Any]]]:
    chunk = answer.get("result") or {}
    while True:
        yield chunk.get("data_array") or []
        following = chunk.get("next_chunk_index")
        if following is None:
            return
        chunk = fetch(f"result/chunks/{quote(str(following), safe='')}")


def _row(texts: list[Any], kinds: list[Callable[[str], object]]) -> Row:
    return tuple(None if text is None else kind(text) for text, kind in zip(texts, kinds, strict=True))


def _moment(text: str, read: Callable[[str], object]) -> object:
    """A day or a moment; one before the year 1 or after 9999, for which Python has no value, stays a text."""
    return text if text.startswith("0000") or not _FOUR_DIGITS.match(text) else read(text)
