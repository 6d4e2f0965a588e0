"""Which credential proves who we are: the first that is there, in a fixed order; or in another's name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import google.auth
from google.auth import credentials as google_credentials
from google.auth import impersonated_credentials
from google.oauth2 import credentials as token_credentials
from google.oauth2 import service_account

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import AuthLink

_SCOPES: Final = ("https://www.googleapis.com/auth/cloud-platform",)
_NOT_SET: Final = "not set"
_OTHERS_MAY_READ: Final = 0o077
TOKEN_VARIABLE: Final = "BIGQUERY_TOKEN"  # noqa: S105 — the variable's name
KEY_VARIABLE: Final = "GOOGLE_APPLICATION_CREDENTIALS"

MakeCredentials = Callable[[], google_credentials.Credentials]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The whole chain as it can be shown, and what makes the credentials of the link that is used."""

    chain: tuple[AuthLink, ...]
    make: MakeCredentials = field(repr=False)


def choose_credentials(name: str, adapter: Adapter, root: Path) -> Chosen:
    """The first link whose settings are there; nobody is asked yet.

    Raises:
        UserError: the key cannot be read or is none.

    """
    token, key_file = _token(adapter), _key_file(adapter, root)
    links: list[tuple[str, MakeCredentials | None, str]] = [
        ("access token (token)", None if not token else lambda: _of_token(token), _NOT_SET),
        ("service account (credentials_path)", *_service_account(name, key_file)),
        ("application default", _default, "used if nothing else is set"),
    ]
    used = next(make for _, make, _ in links if make is not None)
    chain = [_link(label, make, used, reason) for label, make, reason in links]
    account = adapter.impersonate_service_account
    if account:
        chain.append(AuthLink("impersonation (impersonate_service_account)", True, f"used, as {account}"))
        return Chosen(tuple(chain), lambda: _impersonating(used(), account))
    chain.append(AuthLink("impersonation (impersonate_service_account)", False, _NOT_SET))
    return Chosen(tuple(chain), used)


def _link(label: str, make: MakeCredentials | None, used: MakeCredentials, reason: str) -> AuthLink:
    if make is used:
        return AuthLink(label, True, reason if reason.startswith("used,") else "used")
    return AuthLink(label, False, reason if make is None else "an earlier one is used")


def _token(adapter: Adapter) -> str:
    configured = "" if adapter.token is None else str(adapter.token.get_secret_value())
    return configured or os.environ.get(TOKEN_VARIABLE, "")


def _key_file(adapter: Adapter, root: Path) -> Path | None:
    if adapter.credentials_path:
        return root / adapter.credentials_path
    named = os.environ.get(KEY_VARIABLE)
    return Path(named) if named else None


def _service_account(name: str, file: Path | None) -> tuple[MakeCredentials | None, str]:
    """What the key file makes; a file of another kind (a user's login, a federation) is left to the default chain."""
    if file is None:
        return None, _NOT_SET
    try:
        info = json.loads(file.read_text(encoding="utf-8"))
        mode = file.stat().st_mode
    except OSError as error:
        raise UserError(
            f"the key of adapter '{name}' cannot be read: {file}: {error.strerror}",
            hint=f"correct credentials_path in [adapter.{name}], or {KEY_VARIABLE}",
        ) from error
    except ValueError as error:
        raise _no_key(name, file) from error
    if not isinstance(info, dict):
        raise _no_key(name, file)
    if info.get("type") != "service_account":
        return lambda: _of_file(file), f"used, a key of type '{info.get('type')}'"
    try:
        made = service_account.Credentials.from_service_account_info(info, scopes=_SCOPES)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise _no_key(name, file) from error
    warned = "used, but others on this machine may read its file" if mode & _OTHERS_MAY_READ else "used"
    return (lambda: made), warned


def _no_key(name: str, file: Path) -> UserError:
    return UserError(
        f"the key of adapter '{name}' is none of a service account: {file}",
        hint="create one as JSON, and keep it out of the repository",
    )


def _of_token(token: str) -> google_credentials.Credentials:
    made: google_credentials.Credentials = token_credentials.Credentials(token)  # type: ignore[no-untyped-call]
    return made


def _of_file(file: Path) -> google_credentials.Credentials:
    found: Any = google.auth.load_credentials_from_file(str(file), scopes=_SCOPES)  # type: ignore[no-untyped-call]
    made: google_credentials.Credentials = found[0]
    return made


def _default() -> google_credentials.Credentials:
    found: Any = google.auth.default(scopes=_SCOPES)
    made: google_credentials.Credentials = found[0]
    return made


def _impersonating(source: google_credentials.Credentials, account: str) -> google_credentials.Credentials:
    made: google_credentials.Credentials = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
        source_credentials=source, target_principal=account, target_scopes=list(_SCOPES)
    )
    return made
