"""Sources that Fivetran's connectors fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from rocky_core.config.adapters import Adapter
from rocky_core.errors import WarehouseError
from rocky_core.ir.sources import DiscoveredSource, DiscoveredTable, Discovery, FailedSource
from rocky_core.ports.clock import Clock
from rocky_core.sources.access import Access, require, tolerance_of
from rocky_core.sources.ask_each import ask_each
from rocky_core.sources.failed_source import failed_source
from rocky_core.sources.json_api import Items, JsonApi, NotInTime, Query, segment, text_in

_ADDRESS: Final = "https://api.fivetran.com"
_PAGE: Final = "100"

# What a connector's configuration calls the thing outside that it reads, so that two of the same can be told.
_NAMES_OF_OBJECTS: Final = (
    "account_id",
    "account_ids",
    "accounts",
    "advertiser_id",
    "customer_id",
    "customer_ids",
    "database",
    "domain",
    "organization_id",
    "organizations",
    "pages",
    "profiles",
    "project_id",
    "properties",
    "repositories",
    "sheet_id",
    "shop",
    "subdomain",
    "workspace_id",
)


class FivetranSources:
    """The connectors of one destination; with external ids, each is asked what it reads."""

    def __init__(self, name: str, adapter: Adapter, clock: Clock, *, with_external_ids: bool) -> None:
        key, secret = ("" if one is None else one.get_secret_value() for one in (adapter.api_key, adapter.api_secret))
        self._destination = adapter.destination_id or ""
        needed = {"destination_id": self._destination, "api_key": key, "api_secret": secret}
        require(name, adapter, [setting for setting, value in needed.items() if not value])
        self._with_external_ids = with_external_ids
        access = Access("Fivetran", adapter.host or _ADDRESS, basic=(key, secret))
        self._api = JsonApi(access, tolerance_of(adapter), clock)

    def discover(self, prefix: str) -> Discovery:
        try:
            connectors = [one for one in self._connectors() if text_in(one, "schema").startswith(prefix)]
            looked_at = ask_each(self._api, sorted(connectors, key=_order), self._look_at)
        finally:
            self._api.close()
        return Discovery(
            sources=tuple(source for found in looked_at for source in found if isinstance(source, DiscoveredSource)),
            failed=tuple(source for found in looked_at for source in found if isinstance(source, FailedSource)),
        )

    def _connectors(self) -> Iterator[Items]:
        path = f"v1/groups/{segment(self._destination)}/connectors"

        def following(page: Items) -> tuple[str, Query] | None:
            cursor = text_in(_data(page), "next_cursor")
            return (path, {"limit": _PAGE, "cursor": cursor}) if cursor else None

        for page in self._api.pages(path, {"limit": _PAGE}, following):
            items = _data(page).get("items")
            yield from (one for one in items or () if isinstance(one, dict))

    def _look_at(self, connector: Items) -> tuple[DiscoveredSource | FailedSource, ...]:
        identity = text_in(connector, "id"), text_in(connector, "schema"), text_in(connector, "service")
        try:
            own = f"v1/connectors/{segment(identity[0])}"
            schemas = _data(self._api.get(f"{own}/schemas")).get("schemas")
            external = _external_ids(_data(self._api.get(own))) if self._with_external_ids else ()
        except WarehouseError as error:
            return (failed_source(identity, error, is_timeout=isinstance(error, NotInTime)),)
        return tuple(_sources(connector, schemas if isinstance(schemas, dict) else {}, external))


def _sources(connector: Items, schemas: Mapping[str, Any], external: tuple[str, ...]) -> Iterator[DiscoveredSource]:
    """One source for each schema that the connector writes: a database connector has several below its prefix."""
    schema = text_in(connector, "schema").partition(".")[0]  # A connector of one table is named SCHEMA.TABLE.
    tables: dict[str, set[str]] = {schema: set()}
    for own in schemas.values():
        if not isinstance(own, dict) or not own.get("enabled", True):
            continue
        written = text_in(own, "name_in_destination")
        place = written if written.startswith(f"{schema}_") else schema
        tables.setdefault(place, set()).update(_enabled_tables(own))
    if len(tables) > 1 and not tables[schema]:
        del tables[schema]
    for number, (place, names) in enumerate(sorted(tables.items())):
        yield DiscoveredSource(
            id=text_in(connector, "id"),
            schema=place,
            source_type=text_in(connector, "service"),
            tables=tuple(DiscoveredTable(name) for name in sorted(names)),
            last_sync_at=_instant(text_in(connector, "succeeded_at")),
            metadata=tuple(_metadata(connector)),
            external_object_ids=external if number == 0 else (),  # The connector reads each of them once.
        )


def _enabled_tables(schema: Mapping[str, Any]) -> Iterator[str]:
    tables = schema.get("tables")
    for key, table in (tables if isinstance(tables, dict) else {}).items():
        if isinstance(table, dict) and table.get("enabled", True):
            yield text_in(table, "name_in_destination") or key


def _metadata(connector: Items) -> Iterator[tuple[str, str]]:
    status = connector.get("status")
    status = status if isinstance(status, dict) else {}
    facts = {
        "fivetran.connector_id": text_in(connector, "id"),
        "fivetran.failed_at": text_in(connector, "failed_at"),
        "fivetran.paused": str(connector.get("paused", "")).lower(),
        "fivetran.service": text_in(connector, "service"),
        "fivetran.setup_state": text_in(status, "setup_state"),
        "fivetran.sync_state": text_in(status, "sync_state"),
    }
    yield from ((key, value) for key, value in facts.items() if value)


def _external_ids(connector: Items) -> tuple[str, ...]:
    config = connector.get("config")
    config = config if isinstance(config, dict) else {}
    service = text_in(connector, "service")
    found: set[str] = set()
    for key in _NAMES_OF_OBJECTS:
        value = config.get(key)
        values = value if isinstance(value, list) else [value]
        found |= {f"{service}:{key}={one}" for one in values if isinstance(one, str | int) and _is_told(str(one))}
    return tuple(sorted(found))


def _is_told(value: str) -> bool:
    """Whether the value is one: what Fivetran conceals comes as asterisks."""
    return bool(value.strip("* "))


def _order(connector: Items) -> tuple[str, str]:
    return text_in(connector, "schema"), text_in(connector, "id")


def _data(answer: Items) -> Items:
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
