"""What the engine asks of whatever knows which sources there are."""

from __future__ import annotations

from typing import Protocol

from rocky_core.ir.sources import Discovery


class SourceCatalog(Protocol):
    """Lists sources; it reads nothing of their rows and changes nothing."""

    def discover(self, prefix: str) -> Discovery:
        """The sources whose schemas begin so, with their tables.

        A source that cannot be looked at is among the failed ones; only what concerns all of them is raised.
        """
        ...
