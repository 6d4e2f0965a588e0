"""The column that could let a fully refreshed model be built incrementally."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.rocky_type import debug
from rocky_core.ir.schema import Column
from rocky_core.ir.strategy import FullRefresh
from rocky_core.ir.types import INTEGERS, TEMPORAL

_WELL_KNOWN: Final = (
    "_fivetran_synced",
    "updated_at",
    "modified_at",
    "created_at",
    "inserted_at",
    "loaded_at",
    "ingested_at",
    "synced_at",
    "event_time",
    "event_timestamp",
)
_SUFFIXES: Final = ("_at", "_timestamp", "_date", "_synced")
# Among equal scores the name that says most about the row's change wins.
_PRIORITIES: Final = (
    ("_fivetran_synced",),
    ("updated_at",),
    ("modified_at",),
    ("created_at",),
    ("inserted_at",),
    ("loaded_at", "ingested_at", "synced_at"),
    ("event_time", "event_timestamp"),
)


class IncrementalityHint(Struct, frozen=True):
    """The recommended watermark column and why."""

    is_candidate: bool
    recommended_column: str
    confidence: str
    signals: tuple[str, ...]


def hint_incrementality(model: Model, facts: ModelFacts, dialect: Dialect) -> IncrementalityHint | None:
    """The best column by name, type and use; None for other strategies and where no column suggests itself."""
    if not isinstance(model.strategy, FullRefresh):
        return None
    best: tuple[int, int, IncrementalityHint] | None = None
    for column in facts.columns:
        score, signals = _rate(column, model, dialect)
        priority = _priority(column.name.lower())
        if score and (best is None or (-score, priority) < best[:2]):
            best = (-score, priority, _hint(column, score, signals))
    return best[2] if best else None


def _hint(column: Column, score: int, signals: tuple[str, ...]) -> IncrementalityHint:
    return IncrementalityHint(True, column.name, "high" if score >= 4 else "medium", signals)


def _rate(column: Column, model: Model, dialect: Dialect) -> tuple[int, tuple[str, ...]]:
    """Two points each for name and type; the query's context adds one only to a column that has some."""
    signals = [signal for signal in (_rate_name(column), _rate_type(column, dialect)) if signal is not None]
    score = 2 * len(signals)
    if score and _orders_or_compares(column.name, model.source.sql):
        signals.append(f"column '{column.name}' is used in an ORDER BY or a comparison")
        score += 1
    return score, tuple(signals)


def _rate_name(column: Column) -> str | None:
    name = column.name.lower()
    if name in _WELL_KNOWN:
        return f"column name '{column.name}' is a well-known monotonic column"
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return f"column name '{column.name}' ends with '{suffix}' (timestamp pattern)"
    if _is_id(name):
        return f"column name '{column.name}' matches auto-increment ID pattern"
    return None


def _rate_type(column: Column, dialect: Dialect) -> str | None:
    if column.data_type in TEMPORAL:
        kind = debug(dialect.rocky_type(column.data_type))
        return f"column type is temporal ({kind}), suitable as a watermark"
    if column.data_type in INTEGERS and _is_id(column.name.lower()):
        kind = debug(dialect.rocky_type(column.data_type))
        return f"column type is integer ({kind}), suitable as an auto-increment watermark"
    return None


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _orders_or_compares(name: str, sql: str) -> bool:
    word = rf"(?:\w+\.)?{re.escape(name)}(?!\w)"
    pattern = rf"\border\s+by\s+{word}|(?<!\w){word}\s*(?:[<>]=?|between\b)|[<>]=?\s*{word}"
    return re.search(pattern, sql, re.IGNORECASE) is not None


def _priority(name: str) -> int:
    for place, names in enumerate(_PRIORITIES):
        if name in names:
            return place
    if name.endswith(("_at", "_timestamp")):
        return len(_PRIORITIES)
    return len(_PRIORITIES) + (1 if name.endswith(("_date", "_synced")) else 2)
