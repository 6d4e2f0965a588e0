"""Which of the configured credentials proves who we are: the first that is there, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rocky_core.config.adapters import Adapter
from rocky_core.ports.warehouse import AuthLink

_NOT_SET: Final = "not set"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The whole chain as it can be shown, and the SDK's options of the link that is used; these are secret."""

    chain: tuple[AuthLink, ...]
    options: Mapping[str, str] = field(repr=False)


def choose_credentials(adapter: Adapter) -> Credentials:
    """The first link of the chain whose settings are there; the last one, the SDK's own chain, always is."""
    found = _links(adapter)
    used = next(options for _, options, _ in found if options is not None)
    chain = []
    for label, options, reason in found:
        is_used = options is used
        skipped = reason if options is None else "an earlier one is used"
        chain.append(AuthLink(label, is_used, "used" if is_used else skipped))
    return Credentials(tuple(chain), used)


def _links(adapter: Adapter) -> tuple[tuple[str, Mapping[str, str] | None, str], ...]:
    """Every link with the SDK's options, or without them and why.

    A link that is chosen here is named to the SDK, which would otherwise mix it with what the environment holds.
    """
    token, client, secret = (_secret(adapter, key) for key in ("token", "client_id", "client_secret"))
    missing = "client_secret" if client else "client_id"
    return (
        ("personal access token (token)", {"auth_type": "pat", "token": token} if token else None, _NOT_SET),
        (
            "OAuth of a service principal (client_id, client_secret)",
            {"auth_type": "oauth-m2m", "client_id": client, "client_secret": secret} if client and secret else None,
            f"it needs {missing} as well" if client or secret else _NOT_SET,
        ),
        ("default chain of the Databricks SDK", {}, "used if nothing else is set"),
    )


def _secret(adapter: Adapter, key: str) -> str:
    """The value of a secret; one that is empty is not set."""
    value = getattr(adapter, key)
    return "" if value is None else str(value.get_secret_value())
