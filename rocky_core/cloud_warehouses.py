"""From `[adapter]` to a warehouse that is a service; drivers are extras and imported only where one is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from msgspec import Struct

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import Warehouse

Opener = Callable[[str, Adapter, Path], Warehouse]


class Service(Struct, frozen=True):
    """Where an adapter's code is, and the driver without which it cannot be imported.

    The module has `open_adapter(name, adapter, root)`, which reads the settings and connects when a session is asked
    for; it raises UserError where they cannot be used.
    """

    module: str
    driver: str  # As it is imported.
    package: str  # As it is installed.
    extra: str


SERVICES: Final[Mapping[str, Service]] = MappingProxyType(
    {
        "bigquery": Service(
            "rocky_core.warehouses.bigquery.connect",
            driver="google.cloud.bigquery",
            package="google-cloud-bigquery",
            extra="bigquery",
        ),
        "databricks": Service(
            "rocky_core.warehouses.databricks.connect",
            driver="databricks.sdk",
            package="databricks-sdk",
            extra="databricks",
        ),
        "snowflake": Service(
            "rocky_core.warehouses.snowflake.connect",
            driver="snowflake.connector",
            package="snowflake-connector-python",
            extra="snowflake",
        ),
    }
)


def open_service(name: str, adapter: Adapter, root: Path) -> Warehouse:
    """The warehouse of an adapter; nothing is asked of it yet.

    Raises:
        UserError: models cannot be run on its type, its driver is not installed, or a setting is missing or wrong.

    """
    service = SERVICES.get(adapter.type)
    if service is None:
        raise UserError(
            f"adapter '{name}' is of type '{adapter.type}', and pipelines are run on"
            f" {', '.join(SERVICES)} and duckdb only",
            hint="`rocky compile` and `rocky emit-sql` work for it without a connection",
        )
    if not _is_installed(service.driver):
        raise UserError(
            f"adapter '{name}' cannot be used: the package '{service.package}' is not installed",
            hint=f"pip install 'dagster-rocky[{service.extra}]'",
        )
    return cast("Opener", import_module(service.module).open_adapter)(name, adapter, root)


def _is_installed(driver: str) -> bool:
    try:
        return find_spec(driver) is not None
    except ModuleNotFoundError:  # Of the package above it.
        return False
