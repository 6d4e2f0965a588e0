"""What the compiler keeps of a model once its syntax tree is dropped."""

from __future__ import annotations

from msgspec import Struct

from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.lineage import Edge
from rocky_core.ir.schema import Column


class ModelFacts(Struct, frozen=True):
    """The compiled model: compact, self-contained and storable."""

    name: str
    columns: tuple[Column, ...] = ()
    complete: bool = False  # Whether `columns` is provably the whole output.
    reads_models: tuple[str, ...] = ()  # Derived dependencies, in order of appearance.
    reads_tables: tuple[str, ...] = ()  # External tables as the SQL spells them.
    has_star: bool = False
    star_models: tuple[str, ...] = ()  # Models that an outermost star runs over.
    edges: tuple[Edge, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    recipe_hash: str = ""
    parsed: bool = True
    unrepeatable: str = ""  # What keeps the query from yielding the same over unchanged tables; empty if nothing does.
