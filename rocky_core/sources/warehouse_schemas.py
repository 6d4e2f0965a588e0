"""Sources that are schemas of a warehouse."""

from __future__ import annotations

from rocky_core.errors import WarehouseError
from rocky_core.ir.names import is_engines_own
from rocky_core.ir.sources import DiscoveredSource, DiscoveredTable, Discovery, FailedSource
from rocky_core.ports.warehouse import Warehouse
from rocky_core.sources.failed_source import failed_source


class WarehouseSchemas:
    """Each schema of a catalog is a source; an empty catalog is the connection's own."""

    def __init__(self, warehouse: Warehouse, *, catalog: str = "") -> None:
        self._warehouse = warehouse
        self._catalog = catalog

    def discover(self, prefix: str) -> Discovery:
        schemas = self._warehouse.list_schemas(prefix, catalog=self._catalog)
        looked_at = [self._look_at(schema) for schema in schemas]
        return Discovery(
            sources=tuple(source for source in looked_at if isinstance(source, DiscoveredSource)),
            failed=tuple(source for source in looked_at if isinstance(source, FailedSource)),
        )

    def _look_at(self, schema: str) -> DiscoveredSource | FailedSource:
        source_type = self._warehouse.dialect_name
        try:
            names = self._warehouse.list_tables(schema, catalog=self._catalog)
        except WarehouseError as error:
            return failed_source((schema, schema, source_type), error)
        return DiscoveredSource(
            id=schema,
            schema=schema,
            source_type=source_type,
            tables=tuple(DiscoveredTable(name) for name in names if not is_engines_own(name)),
        )
