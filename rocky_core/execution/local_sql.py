"""A model's query as the local DuckDB runs it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlglot
from sqlglot.errors import SqlglotError

from rocky_core.dialects.base import Dialect
from rocky_core.dialects.statements.placeholders import END, START, fill_instants
from rocky_core.dialects.statements.query_text import bare_query
from rocky_core.dialects.statements.render_model import shapes_of, with_surrogate_keys
from rocky_core.ir.project import CompiledModel

# Wide enough for any test data, narrow enough for a query that lists the hours in between.
_WINDOW: Final = {START: datetime(1970, 1, 1), END: datetime(2100, 1, 1)}  # noqa: DTZ001 — SQL timestamps have no zone


class NotTranslatable(Exception):
    """The query of another warehouse has no DuckDB form."""


def local_query(compiled: CompiledModel, dialect: Dialect) -> str:
    """The query with partition placeholders filled by a window that holds all data, and surrogate keys added.

    Raises:
        NotTranslatable: the project is written for another warehouse, and this query cannot be carried over.

    """
    query = bare_query(fill_instants(compiled.model.source.sql, _WINDOW), dialect.sqlglot_name)
    if dialect.name != "duckdb":
        query = _translate(query, dialect)
    return with_surrogate_keys(query, compiled.model.surrogate_keys, shapes_of("duckdb"), ())


def _translate(query: str, dialect: Dialect) -> str:
    try:
        return sqlglot.transpile(query, read=dialect.sqlglot_name, write="duckdb")[0]
    except SqlglotError as error:
        raise NotTranslatable(f"this {dialect.display_name} query cannot be run on DuckDB: {error}") from error
