"""The JSON of `seed`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class SeedTable(Record, frozen=True, gc=False):
    """One seed and what became of it."""

    name: str
    target: str
    columns: int
    rows: int
    duration_ms: int
    error: str | UnsetType = UNSET
    failure_kind: str | UnsetType = UNSET


class SeedAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky seed`."""

    command: str = "seed"
    seeds_dir: str
    tables_loaded: int
    tables_failed: int
    tables: tuple[SeedTable, ...]
    duration_ms: int
