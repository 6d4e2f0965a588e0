"""Opens a Databricks SQL warehouse."""

from __future__ import annotations

from pathlib import Path

from rocky_core.config.adapters import Adapter
from rocky_core.warehouses.databricks.settings import read_settings
from rocky_core.warehouses.databricks.warehouse import DatabricksWarehouse


def open_adapter(name: str, adapter: Adapter, root: Path) -> DatabricksWarehouse:
    """The SQL warehouse that an adapter is for; nobody is asked for a token before there is work.

    Raises:
        UserError: a setting is missing or cannot be used.

    """
    del root  # No file is read.
    return DatabricksWarehouse(read_settings(name, adapter))
