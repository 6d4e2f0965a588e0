"""Opens a Snowflake account as a warehouse."""

from __future__ import annotations

from pathlib import Path

from rocky_core.config.adapters import Adapter
from rocky_core.warehouses.snowflake.settings import read_settings
from rocky_core.warehouses.snowflake.warehouse import SnowflakeWarehouse


def open_adapter(name: str, adapter: Adapter, root: Path) -> SnowflakeWarehouse:
    """The account that an adapter is for; nobody logs in before there is work.

    Raises:
        UserError: a setting is missing or cannot be used.

    """
    return SnowflakeWarehouse(read_settings(name, adapter, root))
