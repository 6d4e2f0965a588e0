"""How far a table is loaded, asked of the table itself."""

from __future__ import annotations

from datetime import UTC, datetime

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import Watermark
from rocky_core.ports.warehouse import Session


class WatermarkUnreadable(WarehouseError):
    """The greatest value of the timestamp column is no instant."""


def read_watermark(
    session: Session, dialect_name: str, target: TargetName, column: str, now: datetime
) -> Watermark | None:
    """The greatest timestamp in the table; None if there is none.

    Raises:
        WarehouseError: the query fails, or (as WatermarkUnreadable) the column does not hold instants.

    """
    shapes = shapes_of(dialect_name)
    name = shapes.quote(shapes.configured(column))
    statement = f"SELECT CAST(MAX({name}) AS {shapes.text_type}) FROM {shapes.table(target)}"
    rows = session.query(statement).rows
    greatest = rows[0][0] if rows else None
    if greatest is None:
        return None
    instant = parse_instant(str(greatest))
    if instant is None:
        raise WatermarkUnreadable(
            f"the greatest value of {target}.{column} is '{greatest}', which is no point in time", statement=statement
        )
    return Watermark(instant.isoformat(), now)


def parse_instant(text: str) -> datetime | None:
    """An instant as warehouses and people write it; without a zone it is UTC."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
