"""Lays connections that are configured elsewhere over `[adapter.NAME]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rocky_core.config.adapters import Adapter
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.ports.connections import Connect, Connection

# What proves who we are: one place says all of it, so that a key of rocky.toml never goes with another's user.
_CREDENTIALS: Final = frozenset(
    {
        "token",
        "client_id",
        "client_secret",
        "password",
        "oauth_token",
        "pat",
        "private_key",
        "private_key_path",
        "private_key_passphrase",
        "credentials_path",
        "credentials_json",
    }
)


def connected(adapters: Mapping[str, Adapter], connections: Mapping[str, Connect]) -> Mapping[str, Adapter]:
    """The adapters with what connections say of them, which is asked for each when it is used.

    Raises:
        UserError: a connection is given for what is no adapter.

    """
    for name in connections:
        if name not in adapters:
            raise UserError(
                f"connections: there is no adapter '{name}'{did_you_mean(name, adapters)}",
                hint=f"add [adapter.{name}], or correct the name",
            )
    return _Connected(adapters, connections)


class _Connected(Mapping[str, Adapter]):
    """Adapters, each laid under its connection once it is asked for."""

    def __init__(self, adapters: Mapping[str, Adapter], connections: Mapping[str, Connect]) -> None:
        self._adapters = adapters
        self._connections = connections
        self._made: dict[str, Adapter] = {}

    def __getitem__(self, name: str) -> Adapter:
        adapter = self._adapters[name]
        if name not in self._connections:
            return adapter
        if name not in self._made:
            self._made[name] = overlay(name, adapter, self._connections[name]())
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._adapters

    def __iter__(self) -> Iterator[str]:
        return iter(self._adapters)

    def __len__(self) -> int:
        return len(self._adapters)


def overlay(name: str, adapter: Adapter, connection: Connection) -> Adapter:
    """The adapter with the connection's settings over its own.

    Raises:
        UserError: they are of different kinds.

    """
    if connection.adapter_type != adapter.type:
        raise UserError(
            f"adapter '{name}' is of type '{adapter.type}', and its connection, {connection.told_as}, is of"
            f" '{connection.adapter_type}'",
            hint=f"give the connection to another adapter, or correct the type of [adapter.{name}]",
        )
    given = Adapter.model_validate({"type": adapter.type, **connection.settings})
    stated = given.model_fields_set
    dropped = dict.fromkeys(_CREDENTIALS, None) if stated & _CREDENTIALS else {}
    laid = adapter.model_copy(update={**dropped, **{key: getattr(given, key) for key in stated}})
    return laid.driven_with(connection.driver_settings)
