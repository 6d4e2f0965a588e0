"""How far a table is loaded, asked of the table itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.errors import WarehouseError
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import Watermark
from rocky_core.ports.warehouse import Session

_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?"
)


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
    instant = utc_text(str(greatest))
    if instant is None:
        raise WatermarkUnreadable(
            f"the greatest value of {target}.{column} is '{greatest}', which is no point in time", statement=statement
        )
    return Watermark(instant, now)


def utc_text(text: str) -> str | None:
    """An instant as warehouses and people write it, in UTC as RFC 3339; None if it is none.

    Without a zone it is UTC. Every digit of a fraction is kept: a watermark that is rounded down would let rows in
    twice.
    """
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        return None
    day, clock, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{zone or '+00:00'}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction or ''}+00:00"
