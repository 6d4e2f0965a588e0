"""How a DuckDB database is opened and what it can do; known without its driver."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from rocky_core.ports.warehouse import Capabilities, Markers, Transactions

IN_MEMORY: Final = ":memory:"
CAPABILITIES: Final = Capabilities(
    transactions=Transactions.ALL,
    markers=Markers.CONTENT,
    tags_statements=False,
    asks_after_statements=False,
    reports_costs=False,
    keeps_time=True,
    guesses_rows=True,
    guesses_bytes=False,
)
_LEAST_CONCURRENCY: Final = 4  # Small statements wait for each other's commits more than for a core.


@dataclass(frozen=True, slots=True)
class DuckDBOptions:
    """Where the database is and how it is used; without a path it lives in memory and is gone when closed."""

    path: str = field(default=IN_MEMORY, repr=False)  # Of MotherDuck, it may hold a token.
    read_only: bool = False
    timeout_seconds: float | None = None  # Of each statement.
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # Where nothing else holds yet.
    required: Mapping[str, str | bool | int | float] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )  # Always, and perhaps with a token.
    max_concurrency: int = field(default_factory=lambda: max(_LEAST_CONCURRENCY, os.cpu_count() or 1))
