"""Sources that are namespaces of an Iceberg catalogue, asked over its REST interface."""

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
from rocky_core.sources.json_api import Items, JsonApi, NotInTime, Query, segment

_SOURCE_TYPE: Final = "iceberg"
_BETWEEN_LEVELS: Final = "\x1f"  # As the interface joins the levels of a namespace in an address.


class IcebergSources:
    """The namespaces of one catalogue, with the tables of each; a namespace of several levels has dots."""

    def __init__(self, name: str, adapter: Adapter, clock: Clock) -> None:
        access = client_access("the Iceberg catalogue", name, adapter, _desk)
        self._warehouse = adapter.warehouse
        self._api = JsonApi(access, tolerance_of(adapter), clock)

    def discover(self, prefix: str) -> Discovery:
        try:
            root = self._root()
            wanted = [space for space in self._namespaces(root, ()) if ".".join(space).startswith(prefix)]
            looked_at = ask_each(self._api, sorted(wanted), lambda space: self._look_at(root, space))
        finally:
            self._api.close()
        return Discovery(
            sources=tuple(source for source in looked_at if isinstance(source, DiscoveredSource)),
            failed=tuple(source for source in looked_at if isinstance(source, FailedSource)),
        )

    def _root(self) -> str:
        """Where the catalogue's paths begin, as it says itself."""
        settings = self._api.get("v1/config", {"warehouse": self._warehouse} if self._warehouse else None)
        for section in ("overrides", "defaults"):
            values = settings.get(section)
            prefix = values.get("prefix") if isinstance(values, dict) else None
            if isinstance(prefix, str) and prefix:
                return "v1/" + "/".join(segment(part) for part in prefix.strip("/").split("/"))
        return "v1"

    def _namespaces(self, root: str, parent: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        query = {"parent": _BETWEEN_LEVELS.join(parent)} if parent else {}
        for space in self._listed(f"{root}/namespaces", query, "namespaces"):
            levels = tuple(level for level in space if isinstance(level, str)) if isinstance(space, list) else ()
            if len(levels) > len(parent) and levels[: len(parent)] == parent:
                yield levels
                yield from self._namespaces(root, levels)

    def _look_at(self, root: str, space: tuple[str, ...]) -> DiscoveredSource | FailedSource:
        schema = ".".join(space)
        try:
            path = f"{root}/namespaces/{segment(_BETWEEN_LEVELS.join(space))}/tables"
            named = [one.get("name") for one in self._listed(path, {}, "identifiers") if isinstance(one, dict)]
        except WarehouseError as error:
            return failed_source((schema, schema, _SOURCE_TYPE), error, is_timeout=isinstance(error, NotInTime))
        tables = sorted({name for name in named if isinstance(name, str) and name})
        return DiscoveredSource(schema, schema, _SOURCE_TYPE, tuple(DiscoveredTable(name) for name in tables))

    def _listed(self, path: str, query: Query, key: str) -> Iterator[Any]:
        def following(page: Items) -> tuple[str, Query] | None:
            token = page.get("next-page-token")
            return (path, {**query, "pageToken": token}) if isinstance(token, str) and token else None

        # Asking with an empty token is how the interface knows a client that can read page by page.
        for page in self._api.pages(path, {**query, "pageToken": ""}, following):
            found = page.get(key)
            yield from found if isinstance(found, list) else ()


def _desk(client_id: str, client_secret: str) -> TokenDesk:
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
        "scope": "catalog",
    }
    return TokenDesk("v1/oauth/tokens", form)
