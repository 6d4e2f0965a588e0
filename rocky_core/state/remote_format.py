"""The version of what remote stores hold; each store carries it, and every commit proves it."""

from __future__ import annotations

from typing import Final

from rocky_core.errors import StateTooNew

FORMAT: Final = 1  # A field that is added to a record with a default needs no new format.


def require_our_format(stored: str, location: str) -> None:
    """Raise StateTooNew unless the store is of the format that this package writes."""
    if stored != str(FORMAT):
        raise StateTooNew(
            f"the state in {location} has format {stored}, this installation reads and writes format {FORMAT}: "
            "upgrade dagster-rocky, or give [state] another prefix to start with an empty one"
        )
