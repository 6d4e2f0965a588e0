"""Where an API is, what proves to it who is asking, and how patiently it is asked: from an adapter's settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from rocky_core.config.adapters import Adapter
from rocky_core.config.retry import Retry
from rocky_core.errors import UserError

_TIMEOUT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """Where a client's id and secret are exchanged for a token."""

    path: str
    form: Mapping[str, str] = field(repr=False)
    is_json: bool = False  # Else a form, as OAuth has it.


@dataclass(frozen=True, slots=True)
class Access:
    """The address of an API and what proves to it who is asking; at most one of the proofs is used."""

    service: str  # As messages name it.
    address: str
    basic: tuple[str, str] | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    desk: TokenDesk | None = field(default=None, repr=False)


class Tolerance(Struct, frozen=True):
    """How long one request may take, and how often it is made again."""

    timeout_seconds: float
    retry: Retry


def tolerance_of(adapter: Adapter) -> Tolerance:
    return Tolerance(float(adapter.timeout_secs or _TIMEOUT_SECONDS), adapter.retry)


def client_access(service: str, name: str, adapter: Adapter, desk: Callable[[str, str], TokenDesk]) -> Access:
    """The address with the adapter's token, else with the desk for its client; without either it asks as nobody.

    Raises:
        UserError: the adapter has no address, or half of what a client needs.

    """
    token, client_id, client_secret = (
        "" if secret is None else secret.get_secret_value()
        for secret in (adapter.token, adapter.client_id, adapter.client_secret)
    )
    missing = [] if adapter.host else ["host"]
    if not token and bool(client_id) != bool(client_secret):
        missing.append("client_secret" if client_id else "client_id")
    require(name, adapter, missing)
    own_desk = desk(client_id, client_secret) if client_id and not token else None
    return Access(service, adapter.host or "", token=token or None, desk=own_desk)


def require(name: str, adapter: Adapter, missing: list[str]) -> None:
    """Refuse an adapter that lacks these settings."""
    if missing:
        raise UserError(
            f"adapter '{name}' ({adapter.type}) has no {', '.join(missing)}", hint=f"add it to [adapter.{name}]"
        )


def checked_address(access: Access) -> str:
    """The address with a scheme and a closing slash; credentials go in the clear only within one's own network.

    Raises:
        UserError: it is no address, holds credentials of its own, or leads outside without encryption.

    """
    text = access.address.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise UserError(f"{access.service}: host is not an address", hint='write host = "https://NAME"')
    if parts.username is not None or parts.query or parts.fragment:
        raise UserError(f"{access.service}: host holds more than an address", hint="credentials have keys of their own")
    if parts.scheme == "http" and not _is_near(parts.hostname):
        raise UserError(
            f"{access.service}: credentials would be sent to {parts.hostname} without encryption",
            hint="write host with https://",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def _is_near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))
    return address.is_private
