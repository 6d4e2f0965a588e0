"""The values that a statement leaves open until a run knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

WATERMARK: Final = "@watermark"  # The greatest timestamp that earlier runs have appended.
START: Final = "@start_date"  # The window's first instant.
END: Final = "@end_date"  # The first instant after the window.
WAREHOUSE: Final = "@warehouse"  # Snowflake's compute for a dynamic table.

_INSTANT: Final = re.compile(r"'?(@watermark|@start_date|@end_date)(?![A-Za-z0-9_])'?")


def fill_instants(statement: str, values: Mapping[str, datetime]) -> str:
    """The statement with each placeholder in `values` replaced by a quoted instant; it may stand in quotes itself."""
    return fill_texts(statement, {name: spell_instant(value) for name, value in values.items()})


def fill_texts(statement: str, values: Mapping[str, str]) -> str:
    """The same with instants that are spelled already; a spelling holds no quote."""

    def replaced(found: re.Match[str]) -> str:
        value = values.get(found.group(1))
        return found.group() if value is None else f"'{value}'"

    return _INSTANT.sub(replaced, statement)


def spell_instant(value: datetime) -> str:
    """The instant as all four warehouses read it; fractions appear only where there are any."""
    return value.replace(tzinfo=None).isoformat(sep=" ")
