"""Sources that Airbyte's connections fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rocky_core.config.adapters import Adapter
from rocky_core.errors import WarehouseError
from rocky_core.ir.sources import DiscoveredSource, DiscoveredTable, Discovery, FailedSource
from rocky_core.ports.clock import Clock
from rocky_core.sources.access import TokenDesk, client_access, tolerance_of
from rocky_core.sources.ask_each import ask_each
from rocky_core.sources.failed_source import failed_source
from rocky_core.sources.json_api import Items, JsonApi, NotInTime, Query, segment, text_in

_SOURCE_TYPE: Final = "airbyte"
_PAGE: Final = "100"
_FACTS: Final = ("connectionId", "sourceId", "destinationId", "workspaceId", "status")


class AirbyteSources:
    """The active connections of one Airbyte; the streams of each are its tables."""

    def __init__(self, name: str, adapter: Adapter, clock: Clock) -> None:
        access = client_access("Airbyte", name, adapter, _desk)
        self._api = JsonApi(access, tolerance_of(adapter), clock)

    def discover(self, prefix: str) -> Discovery:
        try:
            active = (one for one in self._connections() if one.get("status") == "active")
            wanted = [one for one in active if _schema(one).startswith(prefix)]
            looked_at = ask_each(self._api, sorted(wanted, key=_order), self._look_at)
        finally:
            self._api.close()
        return Discovery(
            sources=tuple(source for source in looked_at if isinstance(source, DiscoveredSource)),
            failed=tuple(source for source in looked_at if isinstance(source, FailedSource)),
        )

    def _connections(self) -> Iterator[Items]:
        def following(page: Items) -> tuple[str, Query] | None:
            address = text_in(page, "next")
            return (address, {}) if address else None

        for page in self._api.pages("v1/connections", {"limit": _PAGE}, following):
            yield from (one for one in page.get("data") or () if isinstance(one, dict))

    def _look_at(self, connection: Items) -> DiscoveredSource | FailedSource:
        own_id, schema = text_in(connection, "connectionId"), _schema(connection)
        if not isinstance(connection.get("configurations"), dict):  # Older versions list without them.
            try:
                connection = {**connection, **self._api.get(f"v1/connections/{segment(own_id)}")}
            except WarehouseError as error:
                identity = own_id, schema, _SOURCE_TYPE
                return failed_source(identity, error, is_timeout=isinstance(error, NotInTime))
        return DiscoveredSource(
            id=own_id,
            schema=schema,
            source_type=_SOURCE_TYPE,
            tables=tuple(DiscoveredTable(name) for name in sorted(set(_tables(connection)))),
            metadata=tuple(
                (f"airbyte.{key}", text_in(connection, key)) for key in sorted(_FACTS) if connection.get(key)
            ),
        )


def _desk(client_id: str, client_secret: str) -> TokenDesk:
    form = {"client_id": client_id, "client_secret": client_secret, "grant-type": "client_credentials"}
    return TokenDesk("v1/applications/token", form, is_json=True)


def _schema(connection: Items) -> str:
    """The namespace that the connection writes to, if it says one by name, else the connection's name."""
    namespace = text_in(connection, "namespaceFormat")
    return namespace if namespace and "${" not in namespace else text_in(connection, "name")


def _tables(connection: Items) -> Iterator[str]:
    configurations = connection.get("configurations")
    streams: Any = configurations.get("streams") if isinstance(configurations, dict) else None
    for stream in streams if isinstance(streams, list) else ():
        if isinstance(stream, dict) and stream.get("selected", True) and text_in(stream, "name"):
            yield text_in(connection, "prefix") + text_in(stream, "name")


def _order(connection: Items) -> tuple[str, str]:
    return _schema(connection), text_in(connection, "connectionId")
