"""A fresh in-memory DuckDB in which models and sources answer to their one-, two- and three-part names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import duckdb

from rocky_core.execution.duckdb_literals import quote_identifier
from rocky_core.ir.names import TargetName

# Bare model names live here, first on the search path, so that a seeded table of the same name stays reachable.
_MODELS: Final = "__rocky_models"
_HOME: Final = "memory"
_NEVER_ATTACHED: Final = frozenset({_HOME, "temp", "system"})
_NAME_PART: Final = re.compile(r'"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^."`\[\]]+)')

NameParts = tuple[str, ...]


def name_parts(name: str) -> NameParts:
    """The parts of a dotted name, without their quotes."""
    return tuple(
        (quoted.replace('""', '"') or backticked or bracketed or bare).strip()
        for quoted, backticked, bracketed, bare in _NAME_PART.findall(name)
    )


@contextmanager
def fresh_database() -> Iterator[LocalDatabase]:
    """An empty database that is gone afterwards."""
    connection = duckdb.connect(":memory:")
    try:
        yield LocalDatabase(connection)
    finally:
        connection.close()


class LocalDatabase:
    """Guards the connection and knows which names have been given to which table."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute(f"CREATE SCHEMA {_MODELS}")
        connection.execute(f"SET search_path = '{_HOME}.{_MODELS},{_HOME}.main'")

    def run_seed(self, sql: str) -> None:
        """Run a script that creates source tables; its unqualified names land in `main`."""
        self.connection.execute(f"SET search_path = '{_HOME}.main'")
        self.connection.execute(sql)
        self.connection.execute(f"SET search_path = '{_HOME}.{_MODELS},{_HOME}.main'")

    def attach(self, catalogs: Iterable[str]) -> None:
        """Make the catalogs that targets name, before any schema of the same name would make names ambiguous."""
        for catalog in sorted(set(catalogs)):
            if catalog and catalog.lower() not in self._catalogs():
                self.connection.execute(f"ATTACH ':memory:' AS {quote_identifier(catalog)}")

    def create_model(self, name: str, target: TargetName, query: str) -> None:
        """Store the query's result under the model's bare name and under its target's names."""
        table = f"{_HOME}.{_MODELS}.{quote_identifier(name)}"
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS\n{query}")
        parts = tuple(part for part in (target.catalog, target.schema, target.table) if part)
        for length in range(2, len(parts) + 1):
            self._add_name(parts[-length:], table, replace=True)

    def create_table(self, parts: NameParts, query: str) -> None:
        """Store the query's result under a one-, two- or three-part name."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {self._place(parts)} AS\n{query}")

    def add_source_names(self, spellings: Iterable[str]) -> None:
        """Let sources that were created under a shorter or longer name answer to the spellings in the models' SQL."""
        unknown = [parts for parts in sorted({name_parts(text) for text in spellings}) if not self._answers_to(parts)]
        existing = self._tables() if unknown else frozenset()
        for parts in unknown:
            folded = tuple(part.lower() for part in parts)
            matching = [table for table in existing if _same_table(folded, table)]
            if len(matching) == 1:
                self._add_name(parts, ".".join(map(quote_identifier, matching[0])), replace=False)

    def _answers_to(self, parts: NameParts) -> bool:
        if not 1 <= len(parts) <= 3:
            return True  # Not a table's name, so there is nothing to add.
        try:
            self.connection.execute(f"DESCRIBE {'.'.join(map(quote_identifier, parts))}")
        except (duckdb.CatalogException, duckdb.BinderException):
            return False
        return True

    def _tables(self) -> frozenset[NameParts]:
        found = self.connection.execute(
            "SELECT lower(database_name), lower(schema_name), lower(table_name) FROM duckdb_tables() "
            "UNION SELECT lower(database_name), lower(schema_name), lower(view_name) FROM duckdb_views() "
            "WHERE NOT internal"
        ).fetchall()
        return frozenset(tuple(map(str, row)) for row in found)

    def _add_name(self, parts: NameParts, table: str, *, replace: bool) -> None:
        place = self._place(parts)
        if replace:
            with suppress(duckdb.CatalogException):  # Nothing there, or a view, which CREATE OR REPLACE replaces.
                self.connection.execute(f"DROP TABLE IF EXISTS {place}")
        self.connection.execute(f"CREATE OR REPLACE VIEW {place} AS SELECT * FROM {table}")

    def _place(self, parts: NameParts) -> str:
        """Where a table must be created to be found under this name; makes the catalog and schema it needs."""
        match parts:
            case (table,):
                return f"{_HOME}.{_MODELS}.{quote_identifier(table)}"
            case (schema, table):
                if schema.lower() in self._catalogs() - _NEVER_ATTACHED:
                    # DuckDB would find the name ambiguous if there were a schema of that name too.
                    return f"{quote_identifier(schema)}.main.{quote_identifier(table)}"
                return f"{self._schema(_HOME, schema)}.{quote_identifier(table)}"
            case (catalog, schema, table):
                self.attach((catalog,))
                return f"{self._schema(catalog, schema)}.{quote_identifier(table)}"
            case _:
                raise ValueError(f"'{'.'.join(parts)}' is not a table's name")

    def _schema(self, catalog: str, schema: str) -> str:
        name = f"{quote_identifier(catalog)}.{quote_identifier(schema)}"
        self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
        return name

    def _catalogs(self) -> frozenset[str]:
        found = self.connection.execute("SELECT lower(database_name) FROM duckdb_databases()").fetchall()
        return frozenset(str(row[0]) for row in found)


def _same_table(wanted: NameParts, table: NameParts) -> bool:
    """Whether a full name means the wanted one as far as both say; `main` and the home catalog say nothing."""
    said = tuple(part for part in table[:-1] if part not in {_HOME, "main", _MODELS}) + table[-1:]
    length = min(len(said), len(wanted))
    return said[-length:] == wanted[-length:]
