"""Which of the configured credentials proves who we are: the first that is there, in a fixed order."""

from __future__ import annotations

import base64
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
    options: Mapping[str, str | bytes] = field(repr=False)


def choose_credentials(name: str, adapter: Adapter, root: Path) -> Credentials:
    """The first link of the chain whose settings are there.

    Raises:
        UserError: there is none, or the private key cannot be read.

    """
    found = _links(adapter, root)
    used = next((options for _, options, _ in found if options is not None), None)
    if used is None:
        told = "; ".join(f"{label}: {reason}" for label, _, reason in found)
        raise UserError(
            f"adapter '{name}' has no credentials: {told}",
            hint=f"set pat, oauth_token, username with private_key_path, private_key or password in [adapter.{name}]",
        )
    chain = []
    for label, options, reason in found:
        is_used = options is used
        skipped = "an earlier one is used" if options is not None and not is_used else reason
        chain.append(AuthLink(label, is_used, "used" if is_used else skipped))
    if "private_key_file" in used:
        _require_key(name, Path(str(used["private_key_file"])))
    if "private_key" in used:
        key = _read_key(name, str(used["private_key"]), _secret(adapter, "private_key_passphrase"))
        return Credentials(tuple(chain), {**used, "private_key": key})
    return Credentials(tuple(chain), used)


def _links(adapter: Adapter, root: Path) -> tuple[tuple[str, Mapping[str, str | bytes] | None, str], ...]:
    """Every link with the connector's options, or without them and why."""
    user = {"user": adapter.username} if adapter.username else {}
    pat, oauth = _secret(adapter, "pat"), _secret(adapter, "oauth_token")
    password, passphrase = _secret(adapter, "password"), _secret(adapter, "private_key_passphrase")
    inline = _secret(adapter, "private_key")
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
            "key pair (private_key)",
            {**user, "authenticator": "SNOWFLAKE_JWT", "private_key": inline} if inline and user else None,
            "it needs username as well" if inline and not user else _NOT_SET,
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


def _read_key(name: str, text: str, passphrase: str) -> bytes:
    """The key as the connector takes it; its text is PEM, as it is or in Base64."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 — only a key in the settings is read here
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 — a file's is read by the connector

    try:
        pem = text.encode() if "-----BEGIN" in text else base64.b64decode(text)
        key = serialization.load_pem_private_key(pem, passphrase.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What was found instead is not told: it may be a part of the key.
        raise UserError(
            f"the private key of adapter '{name}' cannot be read: it is no PEM text of a key (PKCS #8), as it is or in"
            " Base64, or its passphrase does not fit",
            hint=f"correct private_key and private_key_passphrase of [adapter.{name}]",
        ) from None
    encoding, form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption())


def _require_key(name: str, file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise UserError(
            f"the private key of adapter '{name}' cannot be read: {file}: {error.strerror}",
            hint=f"correct private_key_path in [adapter.{name}]",
        ) from error
