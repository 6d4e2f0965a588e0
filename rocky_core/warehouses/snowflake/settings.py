"""What `[adapter]` says of a Snowflake account, as the connector takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import AuthLink
from rocky_core.warehouses.snowflake.auth import choose_credentials

# What a warehouse runs at once before it makes statements wait, unless its owner has said otherwise.
DEFAULT_CONCURRENCY: Final = 8
_LOGIN_SECONDS: Final = 60
_REQUEST_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class SnowflakeSettings:
    """Where an account is, who we are there, and how patient we are; the options hold secrets."""

    name: str
    database: str
    chain: tuple[AuthLink, ...]
    options: Mapping[str, object] = field(repr=False)
    timeout_seconds: float | None = None  # Of each statement; None: as long as the account allows.
    max_concurrency: int = DEFAULT_CONCURRENCY


def read_settings(name: str, adapter: Adapter, root: Path) -> SnowflakeSettings:
    """The settings of an adapter.

    Raises:
        UserError: one is missing or cannot be used.

    """
    if not adapter.account and not adapter.host:
        raise UserError(
            f"adapter '{name}' does not say which account it is for",
            hint=f'set account = "ORGANISATION-ACCOUNT" in [adapter.{name}]',
        )
    credentials = choose_credentials(name, adapter, root)
    account = adapter.account or str(adapter.host).partition(".")[0]
    options: dict[str, object] = {
        "account": account,
        "application": "Rocky_for_Dagster",
        "login_timeout": _LOGIN_SECONDS,
        "request_timeout": _REQUEST_SECONDS,
        "retry_timeout": _REQUEST_SECONDS,
        "client_store_temporary_credential": False,  # Nothing of ours goes into the machine's key store.
        # The driver's finalizers set context variables. Where one runs in the middle of setting another, which the
        # garbage collector may do at any allocation, Python reads memory that it has freed.
        "auto_cleanup": False,
        "client_session_keep_alive": True,
        "enable_server_session_keep_alive_auto_detection": False,  # A session that is closed is over.
        **_retries(adapter),
        "session_parameters": {"CLIENT_TELEMETRY_ENABLED": "false"},
        **_address(name, adapter),
        **{key: getattr(adapter, key) for key in ("warehouse", "role", "database") if getattr(adapter, key)},
        **({"schema": adapter.schema_name} if adapter.schema_name else {}),
        **credentials.options,
    }
    return SnowflakeSettings(
        name=name,
        database=adapter.database or "",
        chain=credentials.chain,
        options=options,
        timeout_seconds=adapter.timeout_secs or None,
        max_concurrency=adapter.max_concurrency or DEFAULT_CONCURRENCY,
    )


def _retries(adapter: Adapter) -> Mapping[str, object]:
    """How often and how patiently the connector sends a request again; Snowflake knows a request by its id."""
    retry = adapter.retry
    if not retry.model_fields_set:
        return {}  # The connector's own patience.
    return {
        "retry_max_attempts": retry.max_retries + 1,
        "retry_backoff_base_ms": retry.initial_backoff_ms,
        "retry_backoff_cap_ms": retry.max_backoff_ms,
        "retry_backoff_factor": retry.backoff_multiplier,
        "retry_backoff_jitter": "decorrelated" if retry.jitter else "none",
    }


def _address(name: str, adapter: Adapter) -> Mapping[str, object]:
    """A host of one's own: a private link, or a server elsewhere; `http://` only where it is said."""
    if not adapter.host:
        return {}
    parts = urlsplit(adapter.host if "//" in adapter.host else f"https://{adapter.host}")
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.hostname is None or port == -1 or parts.scheme not in {"http", "https"}:
        raise UserError(
            f"the host of adapter '{name}' is no address: '{adapter.host}'",
            hint='write it as host = "ACCOUNT.snowflakecomputing.com", or leave it out',
        )
    return {"host": parts.hostname, "protocol": parts.scheme, "port": port or (443 if parts.scheme == "https" else 80)}
