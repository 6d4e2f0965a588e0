"""Runs `data/seed.sql` in a database in memory and tells which tables it made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rocky_core.dialects.base import Dialect
from rocky_core.dialects.registry import dialect_named
from rocky_core.errors import UserError
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column, SourceSchemas
from rocky_core.project_files.seeds import Seed

_NO_SCHEMA: Final = ""  # No SQL can name a schema so, and `raw.orders` is another table than the seed `orders`.
_COLUMNS: Final = """
SELECT table_catalog, table_schema, table_name, column_name, data_type, is_nullable = 'YES'
FROM information_schema.columns
WHERE table_catalog NOT IN ('system', 'temp')
ORDER BY table_catalog, table_schema, table_name, ordinal_position
"""


def seed_sql_file(models_dir: Path) -> Path:
    """Where the seed of a models directory is: `data/seed.sql` beside it."""
    return models_dir.parent / "data" / "seed.sql"


def read_seed_schemas(models_dir: Path) -> SourceSchemas:
    """The columns of every table that the seed makes, under its one-, two- and three-part names.

    Raises:
        UserError: there is no seed, or its SQL fails.

    """
    import duckdb  # noqa: PLC0415 — only projects that ask for their seed pay for loading the database

    file = seed_sql_file(models_dir)
    try:
        sql = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UserError(f"'{file}' does not exist", hint="write the seed, or leave --with-seed out") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"'{file}' cannot be read: {error}") from error
    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute(sql)
            rows = connection.execute(_COLUMNS).fetchall()
            home = connection.execute("SELECT current_database(), current_schema()").fetchone()
        except duckdb.Error as error:
            raise UserError(f"'{file}' failed: {error}", hint="run it in DuckDB to see where") from error
    columns: dict[tuple[str, str, str], list[Column]] = {}
    dialect = dialect_named("duckdb")
    for catalog, schema, table, name, data_type, nullable in rows:
        column = Column(name, dialect.parse_type(data_type), bool(nullable))
        columns.setdefault((catalog.lower(), schema.lower(), table.lower()), []).append(column)
    current = tuple(part.lower() for part in home) if home is not None else ()
    schemas: dict[tuple[str, ...], tuple[Column, ...]] = {}
    for name_parts, listed in columns.items():
        is_home = name_parts[0] == current[:1][0] if current else False
        for parts in (name_parts, *((name_parts[1:],) if is_home else ())):
            schemas[parts] = tuple(listed)
        if name_parts[:2] == current:
            schemas[name_parts[2:]] = tuple(listed)
    return MappingProxyType(schemas)


def seed_file_schemas(seeds: Iterable[Seed], dialect_name: str) -> SourceSchemas:
    """The columns of the tables that are loaded from files; one without a schema is only known by its bare name."""
    dialect = dialect_named(dialect_name)
    schemas: dict[tuple[str, ...], tuple[Column, ...]] = {}
    for seed in seeds:
        columns = tuple(Column(name, dialect.parse_type(spelled), nullable=True) for name, spelled in seed.columns)
        if seed.target is not None:
            catalog, schema, table = seed.target.folded()
            schemas[(catalog, schema, table) if catalog else (schema, table)] = columns
        if seed.target is None or seed.target.table != seed.name:
            schemas[(_NO_SCHEMA, seed.name.lower())] = columns
    return schemas


def schemas_as_stored(schemas: SourceSchemas, dialect: Dialect) -> SourceSchemas:
    """The seed is written for DuckDB; the warehouse would store its unquoted names in a case of its own."""
    if dialect.name == "duckdb":
        return schemas
    return {
        table: tuple(replace(column, name=dialect.stored_name(column.name, quoted=False)) for column in columns)
        for table, columns in schemas.items()
    }
