"""The one statement that measures every column of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedColumn

MOST_OBSERVED: Final = 10
MEASURES: Final = 5  # Values per column: count, distinct, least, greatest, and what was observed.


def plan_profile(target: TargetName, columns: Sequence[ObservedColumn], dialect_name: str) -> str:
    """One row: how many rows, then for each column how many values, how many different ones, and which.

    Of a column with more than ten different values none are listed.
    """
    shapes = shapes_of(dialect_name)
    source = shapes.table(target)
    measured = [_measured(shapes.quote(column.name), source, shapes.text_type) for column in columns]
    return "SELECT\n    " + ",\n    ".join(("COUNT(*)", *measured)) + f"\nFROM {source}"


def _measured(name: str, source: str, text: str) -> str:
    different = f"SELECT DISTINCT CAST({name} AS {text}) AS v FROM {source} WHERE {name} IS NOT NULL"
    return (
        f"COUNT({name}), COUNT(DISTINCT {name}), CAST(MIN({name}) AS {text}), CAST(MAX({name}) AS {text}),\n"
        f"    (SELECT LIST(v ORDER BY v) FROM (SELECT v FROM ({different}) ORDER BY v LIMIT {MOST_OBSERVED + 1}))"
    )
