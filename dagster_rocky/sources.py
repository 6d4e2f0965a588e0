"""Which assets stand for the tables that models read and do not build: other teams' keys, by one mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

import dagster as dg

SourceKeys = Mapping[str, str | Sequence[str]]
"""From a pattern such as `raw_ebird.*` to the asset's key, in which `{catalog}`, `{schema}` and `{table}` may stand."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KNOWN = ("catalog", "schema", "table")


def source_keys(tables: Iterable[str], mapping: SourceKeys) -> Mapping[str, tuple[str, ...]]:
    """The key of each table that a pattern matches, the first pattern that does.

    Raises:
        DagsterInvalidDefinitionError: a key names a part that tables do not have.

    """
    found = {}
    for table in tables:
        parts = tuple(part.strip('"`') for part in table.split("."))
        dotted = ".".join(parts).lower()
        for pattern, key in mapping.items():
            if fnmatchcase(dotted, pattern.lower()):
                found[table] = _key(key, parts, pattern)
                break
    return found


def _key(key: str | Sequence[str], parts: tuple[str, ...], pattern: str) -> tuple[str, ...]:
    values = dict(zip(_KNOWN, ("", "", *parts)[-3:] if len(parts) < 3 else parts[-3:], strict=True))

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in values:
            raise dg.DagsterInvalidDefinitionError(
                f"sources: the key for '{pattern}' says {{{name}}}; there are {{catalog}}, {{schema}}, {{table}}"
            )
        return values[name]

    segments = key.split("/") if isinstance(key, str) else list(key)
    return tuple(segment for segment in (_PLACEHOLDER.sub(value, part) for part in segments) if segment)
