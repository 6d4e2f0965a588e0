"""Sources that somebody wrote down in rocky.toml."""

from __future__ import annotations

from rocky_core.config.adapters import Adapter
from rocky_core.ir.sources import DiscoveredSource, DiscoveredTable, Discovery

_SOURCE_TYPE = "manual"


class ManualSources:
    """The `[[adapter.NAME.sources]]` of an adapter; whether their tables are there shows when they are copied."""

    def __init__(self, adapter: Adapter) -> None:
        self._sources = tuple(
            DiscoveredSource(
                id=source.schema_name,
                schema=source.schema_name,
                source_type=_SOURCE_TYPE,
                tables=tuple(DiscoveredTable(name) for name in sorted(set(source.tables))),
            )
            for source in sorted(adapter.sources, key=lambda source: source.schema_name)
        )

    def discover(self, prefix: str) -> Discovery:
        return Discovery(tuple(source for source in self._sources if source.schema.startswith(prefix)))
