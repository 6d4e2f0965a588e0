"""Opens a BigQuery project as a warehouse."""

from __future__ import annotations

from pathlib import Path

from rocky_core.config.adapters import Adapter
from rocky_core.warehouses.bigquery.settings import read_settings
from rocky_core.warehouses.bigquery.warehouse import BigQueryWarehouse


def open_adapter(name: str, adapter: Adapter, root: Path) -> BigQueryWarehouse:
    """The project that an adapter is for; nobody is asked for a token before there is work.

    Raises:
        UserError: a setting is missing or cannot be used.

    """
    return BigQueryWarehouse(read_settings(name, adapter, root))
