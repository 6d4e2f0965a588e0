"""What `[adapter]` says of a BigQuery project, as the client takes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rocky_core.config.adapters import Adapter
from rocky_core.config.retry import Retry
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import AuthLink
from rocky_core.warehouses.bigquery.auth import MakeCredentials, choose_credentials

# BigQuery runs about a hundred interactive queries of a project at once, and others want some of them.
DEFAULT_CONCURRENCY: Final = 16


@dataclass(frozen=True, slots=True)
class BigQuerySettings:
    """Which project, who we are there, and how patient we are."""

    name: str
    project: str
    chain: tuple[AuthLink, ...]
    make_credentials: MakeCredentials = field(repr=False)
    location: str | None = None
    address: str | None = None  # Of the API, where it is not Google's own.
    timeout_seconds: float | None = None  # Of each statement; None: as long as BigQuery allows.
    max_concurrency: int = DEFAULT_CONCURRENCY
    retry: Retry = field(default_factory=Retry)


def read_settings(name: str, adapter: Adapter, root: Path) -> BigQuerySettings:
    """The settings of an adapter.

    Raises:
        UserError: one is missing or cannot be used.

    """
    if not adapter.project_id:
        raise UserError(
            f"adapter '{name}' does not say which project it is for",
            hint=f'set project_id = "MY-PROJECT" in [adapter.{name}]',
        )
    chosen = choose_credentials(name, adapter, root)
    return BigQuerySettings(
        name=name,
        project=adapter.project_id,
        chain=chosen.chain,
        make_credentials=chosen.make,
        location=adapter.location or None,
        address=_address(name, adapter.host),
        timeout_seconds=adapter.timeout_secs or None,
        max_concurrency=adapter.max_concurrency or DEFAULT_CONCURRENCY,
        retry=adapter.retry,
    )


def _address(name: str, host: str | None) -> str | None:
    """An address of one's own: a private endpoint, or a server elsewhere; `http://` only where it is said."""
    if not host:
        return None
    address = host if "//" in host else f"https://{host}"
    parts = urlsplit(address)
    try:
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.hostname is None or parts.scheme not in {"http", "https"}:
        raise UserError(
            f"the host of adapter '{name}' is no address: '{host}'",
            hint='write it as host = "bigquery-NAME.p.googleapis.com", or leave it out',
        )
    return address.rstrip("/")
