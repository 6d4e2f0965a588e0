"""How source tables looked when they were last described, for whoever compiles without a connection."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rocky_core.dialects.base import Dialect
from rocky_core.errors import StateError
from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.schema import Column, SourceSchemas
from rocky_core.ir.state import CachedSchema
from rocky_core.state.open_state import open_state_for_reading

_LOGGER: Final = logging.getLogger("rocky_core.compile")


def recall_schemas(state_file: Path, ttl: timedelta, dialect: Dialect) -> SourceSchemas:
    """The tables that were described within `ttl`; none where the file cannot be read.

    A compile never waits for the state and never fails because of it: `rocky doctor` says what is wrong with a state.
    """
    if not ttl:
        return MappingProxyType({})
    try:
        with closing(open_state_for_reading(state_file, SystemClock())) as store:
            found = store.cached_schemas(ttl)
    except StateError as error:
        _LOGGER.debug("described tables are not recalled: %s", error)
        return MappingProxyType({})
    return _columns(found, dialect)


def _columns(cached: Mapping[str, CachedSchema], dialect: Dialect) -> SourceSchemas:
    return MappingProxyType(
        {
            tuple(table.split(".")): tuple(
                Column(column.name, dialect.parse_type(column.data_type), column.nullable) for column in schema.columns
            )
            for table, schema in cached.items()
        }
    )
