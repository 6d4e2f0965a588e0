"""What the stand-in for Databricks knows of catalogs, schemas, tables and volumes; the rows are DuckDB's."""

from __future__ import annotations

import re
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from databricks_errors import Failure, exists, missing, missing_catalog, missing_schema
from databricks_types import Column

INFORMATION = "information_schema"
HOME = "workspace"  # The catalog of whoever names none.
VIEWS = {"VIEW", "MATERIALIZED_VIEW"}


def now() -> int:
    return int(time.time() * 1000)


@dataclass
class Version:
    """A commit to a table."""

    number: int
    at: int
    operation: str
    told: dict[str, str]


@dataclass
class Table:
    """A table or a view."""

    catalog: str
    schema: str
    name: str
    kind: str = "MANAGED"
    format: str = "DELTA"
    columns: list[Column] = field(default_factory=list)
    comment: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    partitioned: list[str] = field(default_factory=list)
    clustered: list[str] = field(default_factory=list)
    constraints: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    definition: str | None = None
    loaded: set[str] = field(default_factory=set)  # Files that COPY INTO has read.
    history: list[Version] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: int = field(default_factory=now)
    updated_at: int = 0

    @property
    def place(self) -> tuple[str, str, str]:
        return self.catalog, self.schema, self.name

    @property
    def full_name(self) -> str:
        return ".".join(self.place)

    @property
    def quoted(self) -> str:
        return ".".join(f"`{part}`" for part in self.place)

    @property
    def inner(self) -> str:
        return inner(*self.place)

    @property
    def is_view(self) -> bool:
        return self.kind in VIEWS

    def committed(self, operation: str, **told: str) -> None:
        """A write has been done."""
        self.touched()
        self.history.append(Version(len(self.history), self.updated_at, operation, told))

    def touched(self) -> None:
        self.updated_at = max(now(), self.updated_at + 1)

    def column(self, name: str) -> Column | None:
        return next((one for one in self.columns if one.name.lower() == name.lower()), None)


def inner(catalog: str, *parts: str) -> str:
    """How DuckDB is told of something."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in (f"uc_{catalog}", *parts))


class Catalog:
    """Everything there is, in one DuckDB; each catalog is a database that is attached to it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.schemas: dict[str, dict[str, int]] = {}  # By catalog, with when they were made.
        self.tables: dict[tuple[str, str, str], Table] = {}
        self.volumes: set[tuple[str, str, str]] = set()
        self.turns: dict[tuple[str, str, str], threading.Lock] = defaultdict(threading.Lock)
        self.files = Path(tempfile.mkdtemp(prefix="databricks-volumes-"))
        self.duckdb = duckdb.connect()
        for statement in SETTINGS:
            self.duckdb.execute(statement)
        self.create_catalog(HOME)
        self.create_volume((HOME, "default", "files"))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        with self.lock:
            return self.duckdb.cursor()

    def create_catalog(self, name: str) -> None:
        with self.lock:
            self.duckdb.execute(f"ATTACH ':memory:' AS {inner(name)}")
            self.schemas[name] = {}
            for schema in ("default", INFORMATION):
                self._add(name, schema)

    def _add(self, catalog: str, schema: str) -> None:
        if schema != INFORMATION:
            self.duckdb.execute(f"CREATE SCHEMA IF NOT EXISTS {inner(catalog, schema)}")
        self.schemas[catalog][schema] = now()

    def drop_catalog(self, name: str) -> None:
        with self.lock:
            self.duckdb.execute(f"DETACH {inner(name)}")
            del self.schemas[name]
            self.tables = {place: table for place, table in self.tables.items() if place[0] != name}
            self.volumes = {place for place in self.volumes if place[0] != name}

    def create_schema(self, catalog: str, schema: str, *, or_not: bool) -> None:
        with self.lock:
            self.know_catalog(catalog)
            if schema not in self.schemas[catalog]:
                self._add(catalog, schema)
            elif not or_not:
                text = f"Cannot create schema `{schema}` because it already exists.\nChoose a different name, drop the"
                text += " existing schema, or add the IF NOT EXISTS clause to tolerate pre-existing schema."
                raise Failure("SCHEMA_ALREADY_EXISTS", text)

    def drop_schema(self, catalog: str, schema: str, *, cascade: bool) -> None:
        with self.lock:
            self.know_schema(catalog, schema)
            within = [place for place in (*self.tables, *self.volumes) if place[:2] == (catalog, schema)]
            if within and not cascade:
                text = f"Cannot drop a schema `{catalog}`.`{schema}` because it contains objects.\nUse DROP SCHEMA ..."
                raise Failure("SCHEMA_NOT_EMPTY", f"{text} CASCADE to drop the schema and all its objects.")
            self.duckdb.execute(f"DROP SCHEMA {inner(catalog, schema)} CASCADE")
            del self.schemas[catalog][schema]
            for place in within:
                self.tables.pop(place, None)
                self.volumes.discard(place)

    def create_volume(self, place: tuple[str, str, str]) -> None:
        self.volumes.add(place)
        self.files.joinpath(*place).mkdir(parents=True, exist_ok=True)

    def know_catalog(self, catalog: str) -> None:
        if catalog not in self.schemas:
            raise missing_catalog(catalog)

    def know_schema(self, catalog: str, schema: str) -> None:
        self.know_catalog(catalog)
        if schema not in self.schemas[catalog]:
            raise missing_schema(catalog, schema)

    def table(self, place: tuple[str, str, str]) -> Table:
        """One that must be there."""
        found = self.tables.get(place)
        if found is None:
            self.know_catalog(place[0])
            raise missing(*place)
        return found

    def room(self, place: tuple[str, str, str]) -> None:
        """Nothing is there, and its schema is."""
        self.know_schema(*place[:2])
        if place in self.tables:
            raise exists(self.tables[place].quoted)

    def put(self, table: Table) -> None:
        with self.lock:
            self.tables[table.place] = table

    def within(self, catalog: str, schema: str = "") -> list[Table]:
        """The tables of a catalog or a schema, by name."""
        with self.lock:
            found = [one for one in self.tables.values() if one.catalog == catalog and schema in {"", one.schema}]
        return sorted(found, key=lambda one: one.place)

    def file(self, path: str) -> Path:
        """Where a file of a volume is kept; the volume must be there."""
        found = re.fullmatch(r"/Volumes/([^/]+)/([^/]+)/([^/]+)(/.*)?", path)
        if found is None or ".." in path.split("/"):
            raise Failure("PATH_NOT_FOUND", f"Path does not exist: {path}.")
        place = found[1].lower(), found[2].lower(), found[3].lower()
        if place not in self.volumes:
            raise Failure("VOLUME_DOES_NOT_EXIST", f"Volume '{'.'.join(place)}' does not exist.")
        return self.files.joinpath(*place, (found[4] or "").strip("/"))


ZERO = "Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead."
SETTINGS = (
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL lambda_syntax = 'ENABLE_SINGLE_ARROW'",
    "SET GLOBAL threads = 2",
    f"CREATE MACRO db_div(a, b) AS CASE WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] {ZERO}') ELSE a / b END",
    "CREATE MACRO db_hash(a) AS CAST(CAST(hash(a) AS HUGEINT) - 9223372036854775808 AS BIGINT)",
    "CREATE MACRO current_timezone() AS 'Etc/UTC'",
    "CREATE MACRO raise_error(x) AS error('[USER_RAISED_EXCEPTION] ' || x)",
    "CREATE MACRO isnotnull(x) AS x IS NOT NULL",
)
