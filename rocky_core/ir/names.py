"""Names: what may be interpolated into SQL, and which table a model writes."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_]+")
_PROJECT: Final = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


def is_identifier(text: str) -> bool:
    """Whether the text may stand unquoted in generated SQL."""
    return IDENTIFIER.fullmatch(text) is not None


def is_catalog(text: str) -> bool:
    """Whether the text may name a catalog: as any other name, or as BigQuery names projects, which are quoted."""
    return is_identifier(text) or _PROJECT.fullmatch(text) is not None


def is_engines_own(table: str) -> bool:
    """Whether a table of this name is there for the engine's sake: its bookkeeping, or what a killed run left."""
    name = table.lower()
    return name.startswith("_rocky_") or "__rocky_stag" in name


class TargetName(Struct, frozen=True):
    """Where a model's result lives; an empty catalog is legal and left out when spelled."""

    catalog: str
    schema: str
    table: str

    def __str__(self) -> str:
        return ".".join(part for part in (self.catalog, self.schema, self.table) if part)

    def folded(self) -> tuple[str, str, str]:
        """The identity under which two targets collide, whatever their case."""
        return (self.catalog.lower(), self.schema.lower(), self.table.lower())
