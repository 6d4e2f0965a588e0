"""Which credential proves who we are: the first that is there, in a fixed order; or in another's name."""

from __future__ import annotations

import base64
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
    token = _token(adapter)
    links: list[tuple[str, MakeCredentials | None, str]] = [
        ("access token (token)", None if not token else lambda: _of_token(token), _NOT_SET),
        ("service account (credentials_json)", *_written_account(name, adapter)),
        ("service account (credentials_path)", *_service_account(name, adapter, root)),
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


def _written_account(name: str, adapter: Adapter) -> tuple[MakeCredentials | None, str]:
    """What a key makes that stands in the settings: JSON, as it is or in Base64."""
    text = "" if adapter.credentials_json is None else adapter.credentials_json.get_secret_value()
    if not text:
        return None, _NOT_SET
    try:
        info = json.loads(text if text.lstrip().startswith("{") else base64.b64decode(text))
        made = service_account.Credentials.from_service_account_info(info, scopes=_SCOPES)  # type: ignore[no-untyped-call]  # Google declares no types here
    except (ValueError, TypeError, AttributeError):
        # What was found instead is not told: it may be a part of the key.
        raise UserError(
            f"the key of adapter '{name}' is none of a service account: credentials_json is no JSON of one, as it is"
            " or in Base64",
            hint=f"correct it in [adapter.{name}] or in the connection that it comes from",
        ) from None
    return (lambda: made), _NOT_SET


def _service_account(name: str, adapter: Adapter, root: Path) -> tuple[MakeCredentials | None, str]:
    """What the key file makes; one that the environment names and that is of another kind is left to the default."""
    named = adapter.credentials_path
    if not named and not os.environ.get(KEY_VARIABLE):
        return None, _NOT_SET
    file = root / named if named else Path(os.environ[KEY_VARIABLE])
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
    if not isinstance(info, dict) or (named and info.get("type") != "service_account"):
        raise _no_key(name, file)
    if info.get("type") != "service_account":
        return None, f"{KEY_VARIABLE} names a login of another kind"
    try:
        made = service_account.Credentials.from_service_account_info(info, scopes=_SCOPES)  # type: ignore[no-untyped-call]  # Google declares no types here
    except ValueError as error:
        raise _no_key(name, file) from error
    warned = "used, but others on this machine may read its file" if mode & _OTHERS_MAY_READ else "used"
    return (lambda: made), warned


def _no_key(name: str, file: Path) -> UserError:
    return UserError(
        f"the key of adapter '{name}' is none of a service account: {file}",
        hint=f"create one as JSON and keep it out of the repository; name other logins by {KEY_VARIABLE}",
    )


def _of_token(token: str) -> google_credentials.Credentials:
    made: google_credentials.Credentials = token_credentials.Credentials(token)  # type: ignore[no-untyped-call]  # Google declares no types here
    return made


def _default() -> google_credentials.Credentials:
    found: Any = google.auth.default(scopes=_SCOPES)
    made: google_credentials.Credentials = found[0]
    return made


def _impersonating(source: google_credentials.Credentials, account: str) -> google_credentials.Credentials:
    made: google_credentials.Credentials = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]  # Google declares no types here
        source_credentials=source, target_principal=account, target_scopes=list(_SCOPES)
    )
    return made
