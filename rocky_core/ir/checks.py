"""Checks on data: declarative tests and unit tests, as the sidecars state them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class CheckSeverity(StrEnum):
    """Whether a failed check fails the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class DeclarativeTest:
    """One `[[tests]]` entry; `parameters` holds what its kind needs (values, min, max, to_table, …)."""

    kind: str
    column: str | None = None
    severity: CheckSeverity = CheckSeverity.ERROR
    filter: str | None = None
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UnitTestInput:
    """Rows that stand in for one table the model reads."""

    ref: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class UnitTest:
    """Given these inputs, the model yields these rows."""

    name: str
    given: tuple[UnitTestInput, ...]
    expect_rows: tuple[Row, ...]
    ordered: bool = False
    description: str | None = None
