"""Which of the configured credentials proves who we are: the first that is there, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import AuthLink

_NOT_SET: Final = "not set"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The whole chain as it can be shown, and the connector's options of the link that is used; these are secret."""

    chain: tuple[AuthLink, ...]
    options: Mapping[str, str] = field(repr=False)


def choose_credentials(name: str, adapter: Adapter, root: Path) -> Credentials:
    """The first link of the chain whose settings are there.

    Raises:
        UserError: there is none, or the private key cannot be read.

    """
    found = tuple(_links(adapter, root))
    used = next((options for _, options, _ in found if options is not None), None)
    if used is None:
        told = "; ".join(f"{label}: {reason}" for label, _, reason in found)
        raise UserError(
            f"adapter '{name}' has no credentials: {told}",
            hint=f"set pat, oauth_token, private_key_path with username, or username with password in [adapter.{name}]",
        )
    chain = []
    for label, options, reason in found:
        is_used = options is used
        skipped = "an earlier one is used" if options is not None and not is_used else reason
        chain.append(AuthLink(label, is_used, "used" if is_used else skipped))
    if "private_key_file" in used:
        _require_key(name, Path(used["private_key_file"]))
    return Credentials(tuple(chain), used)


def _links(adapter: Adapter, root: Path) -> tuple[tuple[str, Mapping[str, str] | None, str], ...]:
    """Every link with the connector's options, or without them and why."""
    user = {"user": adapter.username} if adapter.username else {}
    pat, oauth = _secret(adapter, "pat"), _secret(adapter, "oauth_token")
    password, passphrase = _secret(adapter, "password"), _secret(adapter, "private_key_passphrase")
    key: Mapping[str, str] | None = None
    if adapter.private_key_path and user:
        key = {**user, "authenticator": "SNOWFLAKE_JWT", "private_key_file": str(root / adapter.private_key_path)}
        key = {**key, "private_key_password": passphrase} if passphrase else key
    return (
        (
            "programmatic access token (pat)",
            {**user, "authenticator": "PROGRAMMATIC_ACCESS_TOKEN", "token": pat} if pat else None,
            _NOT_SET,
        ),
        (
            "OAuth token (oauth_token)",
            {**user, "authenticator": "OAUTH", "token": oauth} if oauth else None,
            _NOT_SET,
        ),
        (
            "key pair (private_key_path)",
            key,
            "it needs username as well" if adapter.private_key_path and not user else _NOT_SET,
        ),
        (
            "password",
            {**user, "password": password} if password and user else None,
            "it needs username as well" if password and not user else _NOT_SET,
        ),
    )


def _secret(adapter: Adapter, key: str) -> str:
    """The value of a secret; one that is empty is not set."""
    value = getattr(adapter, key)
    return "" if value is None else str(value.get_secret_value())


def _require_key(name: str, file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise UserError(
            f"the private key of adapter '{name}' cannot be read: {file}: {error.strerror}",
            hint=f"correct private_key_path in [adapter.{name}]",
        ) from error
