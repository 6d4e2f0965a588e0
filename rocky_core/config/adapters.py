"""Connections: `[adapter.NAME]`, one shape for every kind of system, secrets typed so that they never print."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, PrivateAttr

from rocky_core.config.retry import Retry
from rocky_core.config.section import Amount, Positive, Secret, Section, Text, Texts, Whole

WAREHOUSE_TYPES: Final = ("databricks", "duckdb", "snowflake", "bigquery", "trino")
DISCOVERY_TYPES: Final = ("fivetran", "airbyte", "iceberg", "manual")
ADAPTER_TYPES: Final = (*WAREHOUSE_TYPES, *DISCOVERY_TYPES)
DUAL_ROLE_TYPES: Final = ("duckdb", "bigquery")


class FivetranCache(Section):
    """Where answers of the Fivetran API are kept."""

    backend: Literal["none", "file", "object_store", "valkey", "tiered"] = "none"
    file_root: Text | None = None
    object_store_url: Text | None = None
    valkey_url: Secret | None = None
    valkey_ttl_seconds: Whole | None = None


class FivetranRateLimit(Section):
    """How callers of the Fivetran API share its limit."""

    backend: Literal["file", "valkey"] = "file"
    valkey_url: Secret | None = None
    max_wake_seconds: Whole | None = None


class FivetranStampede(Section):
    """Whether one caller fetches for all."""

    backend: Literal["none", "valkey"] = "none"
    valkey_url: Secret | None = None
    lock_ttl_seconds: Whole | None = None
    poll_timeout_seconds: Whole | None = None


class FivetranCircuitBreaker(Section):
    """When calls to the Fivetran API pause."""

    backend: Literal["none", "valkey"] = "none"
    valkey_url: Secret | None = None
    failure_threshold: Whole | None = None
    window_seconds: Whole | None = None
    cooldown_seconds: Whole | None = None
    cooldown_max_seconds: Whole | None = None


class ManualSource(Section):
    """A schema and its tables, written down for discovery of type `manual`."""

    schema_name: Annotated[Text, Field(alias="schema")]
    tables: Texts


class Adapter(Section):
    """One connection; which keys matter depends on `type`."""

    type: Text
    kind: Literal["data", "discovery"] | None = None
    host: Text | None = None
    http_path: Text | None = None
    token: Secret | None = None
    client_id: Secret | None = None
    client_secret: Secret | None = None
    timeout_secs: Amount | None = None
    account: Text | None = None
    warehouse: Text | None = None
    username: Text | None = None
    password: Secret | None = None
    oauth_token: Secret | None = None
    private_key: Secret | None = None  # PEM, as it is or in Base64.
    private_key_path: Text | None = None
    private_key_passphrase: Secret | None = None
    pat: Secret | None = None
    role: Text | None = None
    database: Text | None = None
    schema_name: Annotated[Text | None, Field(alias="schema")] = None
    project_id: Text | None = None
    location: Text | None = None
    credentials_path: Text | None = None
    credentials_json: Secret | None = None  # A service account's key, as it is or in Base64.
    impersonate_service_account: Text | None = None
    volume: Text | None = None  # Of Databricks: the folder through which files are loaded.
    max_concurrency: Positive | None = None
    path: Text | None = Field(default=None, repr=False)  # Of MotherDuck, it may hold a token.
    sources: tuple[ManualSource, ...] = ()
    destination_id: Text | None = None
    api_key: Secret | None = None
    api_secret: Secret | None = None
    retry: Retry = Field(default_factory=Retry)
    cache: FivetranCache | None = None
    ratelimit: FivetranRateLimit | None = None
    stampede: FivetranStampede | None = None
    circuit_breaker: FivetranCircuitBreaker | None = None
    extra: dict[str, Any] = Field(default_factory=dict, repr=False)

    _driver_settings: Mapping[str, str | bool | int | float] = PrivateAttr(default_factory=dict)

    @property
    def driver_settings(self) -> Mapping[str, str | bool | int | float]:
        """What a connection that is configured elsewhere says to the driver beyond these keys."""
        return self._driver_settings

    def driven_with(self, settings: Mapping[str, str | bool | int | float]) -> Self:
        """The same, with these settings of the driver."""
        copy = self.model_copy()
        copy._driver_settings = settings  # noqa: SLF001 — of the copy, which is ours
        return copy
