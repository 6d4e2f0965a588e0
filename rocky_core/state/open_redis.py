"""Opens the state in a Redis or Valkey server as a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from rocky_core.errors import UserError
from rocky_core.ir.names import is_identifier
from rocky_core.ports.clock import Clock
from rocky_core.state.gathered_writes import GatheredWrites
from rocky_core.state.patience import DEFAULT_PATIENCE, Patience, PatientCaller
from rocky_core.state.record_store import RecordStore
from rocky_core.state.redis_backend import RedisBackend, RedisPlace
from rocky_core.state.remote_format import require_our_format
from rocky_core.state.server_clock import synchronised

DEFAULT_PREFIX: Final = "rocky:state:"
DEFAULT_NAMESPACE: Final = "default"
_SCHEMES: Final = ("redis", "rediss", "unix")
_PREFIX_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/")


@dataclass(frozen=True, slots=True)
class RedisOptions:
    """`[state]` for a Redis; the address may hold a password and is never shown."""

    url: str = field(repr=False)
    prefix: str = DEFAULT_PREFIX
    namespace: str = DEFAULT_NAMESPACE
    timeout_seconds: float = 30.0
    patience: Patience = DEFAULT_PATIENCE
    most_connections: int = 32


def open_redis(options: RedisOptions, clock: Clock) -> RecordStore:
    """Connect, and prove that what is there is of our format; instants are those of the server.

    Raises:
        UserError: the address or a name is not valid.
        StateError: the server cannot be used.

    """
    backend = open_redis_backend(options, clock)
    require_our_format(str(backend.schema_version), backend.location)
    return RecordStore(GatheredWrites(backend), synchronised(clock, backend.server_now))


def open_redis_backend(options: RedisOptions, clock: Clock) -> RedisBackend:
    """The records behind the store; nothing is asked of the server yet."""
    location, secrets = _checked(options)
    place = RedisPlace(options.prefix, options.namespace, location, secrets)
    caller = PatientCaller(options.patience, clock, location)
    return RedisBackend(connect(options, as_text=True), place, caller, clock)


def connect(options: RedisOptions, *, as_text: bool) -> redis.Redis:
    """A client with connections for all threads; nothing is asked of the server yet.

    Raises:
        UserError: the address or a name is not valid.

    """
    _checked(options)
    try:
        pool = redis.ConnectionPool.from_url(
            options.url,
            decode_responses=as_text,
            socket_timeout=options.timeout_seconds,
            socket_connect_timeout=options.timeout_seconds,
            health_check_interval=30,
            max_connections=options.most_connections,
            retry=Retry(NoBackoff(), 0),  # Retries are ours to count, see `PatientCaller`.
        )
    except ValueError:
        # Its text may quote the address.
        raise UserError("[state] valkey_url has an option after the '?' whose value is not valid") from None
    return redis.Redis(connection_pool=pool)


def copies_prefix(options: RedisOptions, location: str) -> str:
    """What the keys of copies begin with: of one place in a store, whoever else uses the same Redis."""
    place = blake2b(location.encode(), digest_size=8).hexdigest()
    return f"{options.prefix}{options.namespace}:copies:{place}:"


def _checked(options: RedisOptions) -> tuple[str, tuple[str, ...]]:
    """Where the state is, as it may be shown, and what of the address may not be."""
    try:
        parts = urlsplit(options.url)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        raise UserError(
            "[state] valkey_url is not an address",
            hint="write redis://HOST:PORT/0; in a password, write / # ? @ and % as %2F %23 %3F %40 and %25",
        ) from None
    if parts.scheme not in _SCHEMES or not (parts.hostname or parts.path):
        raise UserError(
            f"[state] valkey_url must begin with one of {', '.join(f'{scheme}://' for scheme in _SCHEMES)}",
            hint="write redis://HOST:PORT/0, or rediss:// for an encrypted connection",
        )
    if not is_identifier(options.namespace):
        raise UserError(f"the state namespace '{options.namespace}' may hold letters, digits and _ only")
    if not options.prefix or not set(options.prefix) <= _PREFIX_CHARACTERS:
        raise UserError(f"[state] valkey_prefix '{options.prefix}' may hold letters, digits and any of _-.:/ only")
    named = parse_qs(parts.query)  # Credentials may be given there, too.
    database = "".join(f"?db={number}" for number in named.get("db", ()) if number.isdecimal())
    place = f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}{database}"
    shown = f"{place} under {options.prefix}{options.namespace}"
    hidden = tuple(
        text
        for text in {
            parts.password,
            unquote(parts.password or ""),
            parts.username,
            *named.get("password", ()),
            *named.get("username", ()),
            options.url,
        }
        if text and text != "default"
    )
    return shown, hidden
