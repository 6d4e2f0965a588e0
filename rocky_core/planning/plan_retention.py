"""Which rows of a table are older than its model keeps them, and the statements that count and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName, is_identifier
from rocky_core.ir.strategy import Ephemeral, Incremental, MaterializedView, Microbatch, TimeInterval, View
from rocky_core.ir.world import ObservedTable

_INSTANTS: Final = ("DATE", "TIMESTAMP")


class PlannedSweep(Struct, frozen=True):
    """What counts, shows the oldest of, and deletes the rows of one table that are too old."""

    column: str
    count: str
    oldest: str
    delete: str


def retention_column(model: Model) -> str | None:
    """The column that says how old a row is: of the freshness, else of the strategy."""
    if model.freshness is not None and model.freshness.time_column is not None:
        return model.freshness.time_column
    match model.strategy:
        case Incremental(column) | TimeInterval(column) | Microbatch(column):
            return column
        case _:
            return None


def unsweepable(model: Model) -> str | None:
    """Why rows of the model's table cannot be deleted by age, as far as its files say."""
    if isinstance(model.strategy, Ephemeral):
        return "an ephemeral model has no table"
    if isinstance(model.strategy, View | MaterializedView) or model.table_format.format in {
        "view",
        "materialized_view",
    }:
        return "a view has no rows of its own"
    if retention_column(model) is None:
        return (
            "no column says how old a row is: declare [freshness] time_column, or a strategy with a timestamp_column "
            "or time_column"
        )
    return None


def plan_sweep(
    target: TargetName, column: str, table: ObservedTable, cutoff: datetime, dialect_name: str
) -> PlannedSweep | str:
    """The statements, or why there are none; rows whose column is NULL have no age and stay."""
    if table.kind != "table":
        return f"{target} is a {table.kind}, which has no rows of its own"
    if not is_identifier(column):
        return f"'{column}' is not a valid column name"
    found = next((one for one in table.columns if one.name.lower() == column.lower()), None)
    if found is None:
        return f"{target} has no column '{column}'{_listed([one.name for one in table.columns])}"
    if not str(found.data_type).startswith(_INSTANTS):
        return f"column '{column}' of {target} is {found.type_text}, which is no point in time"
    shapes = shapes_of(dialect_name)
    name, source = shapes.quote(found.name), shapes.table(target)
    bound = shapes.instant(f"'{cutoff:%Y-%m-%d %H:%M:%S}+00:00'", found.data_type)
    too_old = f"{name} < {bound}"
    return PlannedSweep(
        column=found.name,
        count=f"SELECT COUNT(*)\nFROM {source}\nWHERE {too_old}",
        oldest=f"SELECT CAST(MIN({name}) AS {shapes.text_type})\nFROM {source}",
        delete=f"DELETE FROM {source}\nWHERE {too_old}",
    )


def _listed(names: Sequence[str]) -> str:
    return f"; it has {', '.join(names)}" if names else ""
