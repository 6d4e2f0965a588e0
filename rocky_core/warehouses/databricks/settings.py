"""What `[adapter]` says of a Databricks SQL warehouse, as the SDK takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from rocky_core.config.adapters import Adapter
from rocky_core.config.retry import Retry
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import AuthLink
from rocky_core.warehouses.databricks.auth import choose_credentials

# What one cluster of a SQL warehouse runs at once before it makes statements wait.
DEFAULT_CONCURRENCY: Final = 10
_WAREHOUSE: Final = re.compile(r"(?:.*/)?(?P<id>[0-9A-Za-z_-]+)/?")
_VOLUME: Final = re.compile(r"/Volumes/[^/]+/[^/]+/[^/]+(?:/[^/]+)*")


@dataclass(frozen=True, slots=True)
class DatabricksSettings:
    """Which SQL warehouse of which workspace, who we are there, and how patient we are; the options hold secrets."""

    name: str
    host: str
    warehouse_id: str
    chain: tuple[AuthLink, ...]
    options: Mapping[str, str] = field(repr=False)
    catalog: str = ""  # In which names without one are looked for; the workspace's own if it is empty.
    volume: str = ""  # A folder of a volume, through which files are loaded.
    timeout_seconds: float | None = None  # Of each statement; None: as long as the warehouse allows.
    max_concurrency: int = DEFAULT_CONCURRENCY
    retry: Retry = field(default_factory=Retry)


def read_settings(name: str, adapter: Adapter) -> DatabricksSettings:
    """The settings of an adapter.

    Raises:
        UserError: one is missing or cannot be used.

    """
    if not adapter.host:
        raise UserError(
            f"adapter '{name}' does not say which workspace it is for",
            hint=f'set host = "WORKSPACE.cloud.databricks.com" in [adapter.{name}]',
        )
    credentials = choose_credentials(adapter)
    return DatabricksSettings(
        name=name,
        host=_address(name, adapter.host),
        warehouse_id=_warehouse_id(name, adapter.http_path),
        chain=credentials.chain,
        options=credentials.options,
        catalog=adapter.database or "",
        volume=_volume(name, adapter.volume),
        timeout_seconds=adapter.timeout_secs or None,
        max_concurrency=adapter.max_concurrency or DEFAULT_CONCURRENCY,
        retry=adapter.retry,
    )


def _address(name: str, host: str) -> str:
    """The workspace's address; `http://` only where it is said."""
    parts = urlsplit(host if "//" in host else f"https://{host}")
    try:
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if "@" in host:  # What stands before it may be a secret, so it is not shown.
        raise UserError(
            f"the host of adapter '{name}' holds a user's name",
            hint="write the address alone, and who we are as token, or as client_id and client_secret",
        )
    if parts.hostname is None or parts.scheme not in {"http", "https"} or parts.path.strip("/"):
        raise UserError(
            f"the host of adapter '{name}' is no address: '{host}'",
            hint='write it as host = "WORKSPACE.cloud.databricks.com"',
        )
    return f"{parts.scheme}://{parts.netloc}"


def _warehouse_id(name: str, http_path: str | None) -> str:
    hint = f'set http_path = "/sql/1.0/warehouses/ID" in [adapter.{name}]; the page of the SQL warehouse shows it'
    if not http_path:
        raise UserError(f"adapter '{name}' does not say which SQL warehouse runs its statements", hint=hint)
    found = _WAREHOUSE.fullmatch(http_path)
    if found is None or "/protocolv1/" in http_path:  # A cluster's path: it has no API for statements.
        raise UserError(f"the http_path of adapter '{name}' names no SQL warehouse: '{http_path}'", hint=hint)
    return found["id"]


def _volume(name: str, volume: str | None) -> str:
    if not volume:
        return ""
    folder = volume.rstrip("/")
    if _VOLUME.fullmatch(folder) is None or ".." in folder.split("/"):
        raise UserError(
            f"the volume of adapter '{name}' is no folder of a volume: '{volume}'",
            hint='write it as volume = "/Volumes/CATALOG/SCHEMA/VOLUME"',
        )
    return folder
