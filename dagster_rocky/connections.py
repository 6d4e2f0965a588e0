"""Dagster's own resources as the connections of adapters, so that credentials are configured once.

project = RockyProject(folder, connections={"warehouse": SnowflakeResource(user="ROCKY", …)})

Resources are known by their fields: their packages need not be installed here, and subclasses are known too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import dagster as dg
from msgspec import Struct

from rocky_core.errors import UserError
from rocky_core.ports.connections import Connect, Connection

Settings = Mapping[str, Any]
Refuse = Callable[[str, str], UserError]
Mapped = tuple[Mapping[str, str], Mapping[str, str | bool | int | float]]

# What may be said of a DuckDB without changing what its statements mean.
_DUCKDB_SETTINGS: Final = (
    "allow_unsigned_extensions",
    "autoinstall_known_extensions",
    "autoload_known_extensions",
    "custom_user_agent",
    "extension_directory",
    "home_directory",
    "max_memory",
    "max_temp_directory_size",
    "memory_limit",
    "motherduck_token",
    "preserve_insertion_order",
    "secret_directory",
    "temp_directory",
    "threads",
)
_SNOWFLAKE_KEYS: Final = {
    "account": "account",
    "user": "username",
    "password": "password",
    "database": "database",
    "schema_": "schema",
    "role": "role",
    "warehouse": "warehouse",
    "private_key": "private_key",
    "private_key_password": "private_key_passphrase",
}
# What is so in any case: Rocky's sessions commit statement by statement, and live as long as the work.
_SNOWFLAKE_ALWAYS: Final = {"autocommit": True, "client_session_keep_alive": True}
_TOKENS: Final = {"oauth": "oauth_token", "programmatic_access_token": "pat"}
_ADDRESS: Final = ("host", "protocol", "port")


class _Kind(Struct, frozen=True):
    """A kind of resource: by which fields it is known, and what becomes of those that are set."""

    adapter_type: str
    fields: frozenset[str]
    mapped: Callable[[Settings, Refuse], Mapped]


def connect_with(name: str, resource: Any) -> Connect:
    """What asks a resource for its values, which is done when they are needed and not before.

    Raises:
        UserError: it is no resource that Rocky can connect with.

    """
    kind = _kind_of(name, resource)

    def connection() -> Connection:
        settings, driver = kind.mapped(_values(name, resource), _refusal(name, resource))
        return Connection(kind.adapter_type, type(resource).__name__, settings, driver)

    return connection


def _kind_of(name: str, resource: Any) -> _Kind:
    fields = frozenset(getattr(type(resource), "model_fields", ()))
    known = (kind for kind in _KINDS if isinstance(resource, dg.ConfigurableResource) and kind.fields <= fields)
    found = next(known, None)
    if found is None:
        raise UserError(
            f"connections: '{name}' is given a {type(resource).__name__}, and Rocky cannot connect with that",
            hint="give a DuckDBResource, a SnowflakeResource or a BigQueryResource",
        )
    return found


def _values(name: str, resource: dg.ConfigurableResource[Any]) -> Settings:
    """The fields that say something else than nothing, with the values of environment variables.

    Raises:
        UserError: there is no such variable, or the resource refuses its value.

    """
    _require_variables(name, resource)
    try:
        resolved: Any = resource.process_config_and_initialize()
    except Exception as error:  # noqa: BLE001 — whatever the class raises may hold the values
        raise UserError(
            f"the connection of adapter '{name}' cannot be used: {type(resource).__name__} does not accept its values"
            f" ({type(error).__name__})",
            hint=f"look at the fields of the {type(resource).__name__}, and at the variables that they name",
        ) from None
    fields = type(resource).model_fields
    return {key: value for key in fields if (value := getattr(resolved, key)) not in (None, {}, "")}


def _require_variables(name: str, resource: dg.ConfigurableResource[Any]) -> None:
    for key in type(resource).model_fields:
        value = getattr(resource, key)
        for one in value.values() if isinstance(value, Mapping) else (value,):
            if isinstance(one, dg.EnvVar) and one.get_value() is None:
                raise UserError(
                    f"the connection of adapter '{name}' cannot be used: {key} is the environment variable"
                    f" {one.env_var_name}, which is not set",
                    hint="set it where steps run",
                )


def _refusal(name: str, resource: Any) -> Refuse:
    def refuse(setting: str, hint: str) -> UserError:
        said = f"the connection of adapter '{name}' cannot be used: Rocky cannot honour {setting} of "
        return UserError(said + type(resource).__name__, hint=hint)

    return refuse


def _duckdb(values: Settings, refuse: Refuse) -> Mapped:
    _refuse_others(values, ("database", "connection_config"), refuse)
    settings = {"path": _duckdb_path(str(values["database"]))}
    driver = dict(values.get("connection_config", {}))
    for key, value in driver.items():
        if key.lower() not in _DUCKDB_SETTINGS or not isinstance(value, str | bool | int | float):
            raise refuse(f"connection_config[{key!r}]", f"it may set {', '.join(_DUCKDB_SETTINGS)}")
    token = driver.pop("motherduck_token", None)
    return settings if token is None else {**settings, "token": str(token)}, driver


def _duckdb_path(database: str) -> str:
    """As the resource means it: beside the process that runs, not beside rocky.toml."""
    is_file = database != ":memory:" and ":" not in database.partition("/")[0]
    return str(Path(database).absolute()) if is_file else database


def _snowflake(values: Settings, refuse: Refuse) -> Mapped:
    extra = ("private_key_path", "authenticator", "additional_snowflake_connection_args")
    for key, value in _SNOWFLAKE_ALWAYS.items():
        if values.get(key, value) != value:
            raise refuse(f"{key}={values[key]!r}", f"leave it out, or set it to {value}")
    _refuse_others(values, (*_SNOWFLAKE_KEYS, *extra, *_SNOWFLAKE_ALWAYS), refuse)
    settings = {_SNOWFLAKE_KEYS[key]: str(values[key]) for key in _SNOWFLAKE_KEYS if key in values}
    if "private_key_path" in values:
        settings["private_key_path"] = str(Path(values["private_key_path"]).absolute())
    more = dict(values.get("additional_snowflake_connection_args", {}))
    settings |= _snowflake_login(values, more, refuse)
    address = {key: str(more.pop(key)) for key in _ADDRESS if key in more}
    for key in more:
        raise refuse(
            f"additional_snowflake_connection_args[{key!r}]", "it may hold host, protocol, port, and a token to log in"
        )
    if address:
        if "host" not in address:
            raise refuse("an address without a host", "add host to additional_snowflake_connection_args")
        port = f":{address['port']}" if "port" in address else ""
        settings["host"] = f"{address.get('protocol', 'https')}://{address['host']}{port}"
    return settings, {}


def _snowflake_login(values: Settings, more: dict[str, Any], refuse: Refuse) -> Mapping[str, str]:
    """What the way of logging in needs beside the keys; each way is known by its name."""
    way = str(values.get("authenticator", "")).lower()
    if way in _TOKENS and "token" in more:
        return {_TOKENS[way]: str(more.pop("token"))}
    needs = {"snowflake": ("password",), "snowflake_jwt": ("private_key", "private_key_path")}
    if way and not any(key in values for key in needs.get(way, ())):
        raise refuse(
            f"authenticator={way!r} without what it needs",
            "log in with a password, a key, or a token in additional_snowflake_connection_args",
        )
    return {}


def _bigquery(values: Settings, refuse: Refuse) -> Mapped:
    keys = {"project": "project_id", "location": "location", "gcp_credentials": "credentials_json"}
    _refuse_others(values, keys, refuse)
    return {keys[key]: str(value) for key, value in values.items()}, {}


def _refuse_others(values: Settings, known: Any, refuse: Refuse) -> None:
    for key in values:
        if key not in known:
            raise refuse(key, "leave it out")


_KINDS: Final = (
    _Kind("duckdb", frozenset({"database", "connection_config"}), _duckdb),
    _Kind("snowflake", frozenset({"account", "user", "private_key_password", "authenticator"}), _snowflake),
    _Kind("bigquery", frozenset({"project", "location", "gcp_credentials"}), _bigquery),
)
