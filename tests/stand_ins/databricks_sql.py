"""Databricks SQL on DuckDB: statements are translated, run, and answered in Databricks' words and types."""

from __future__ import annotations

import base64
import json
import logging
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # Of clauses that only say how a table is stored.

HOME = "workspace"  # The catalog of whoever names none.
_NAME = r"(?P<name>(?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+))*)"
_CATALOG = re.compile(rf"CREATE\s+CATALOG\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*", re.IGNORECASE)
_DROP_CATALOG = re.compile(rf"DROP\s+CATALOG\s+(?:IF\s+EXISTS\s+)?{_NAME}\s+CASCADE\s*", re.IGNORECASE)
_VOLUME = re.compile(rf"CREATE\s+VOLUME\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*", re.IGNORECASE)
_HISTORY = re.compile(rf"DESCRIBE\s+HISTORY\s+{_NAME}(?:\s+LIMIT\s+(?P<limit>\d+))?\s*", re.IGNORECASE)
_DESCRIBE = re.compile(r"DESC(?:RIBE)?\s+QUERY\s+(?P<query>.*)", re.IGNORECASE | re.DOTALL)
_EXPLAIN = re.compile(r"EXPLAIN\s+(?:COST|FORMATTED|EXTENDED)?\s*(?P<query>.*)", re.IGNORECASE | re.DOTALL)
_CLONE = re.compile(
    rf"CREATE(?P<replace>\s+OR\s+REPLACE)?\s+TABLE\s+{_NAME}\s+(?:DEEP|SHALLOW)\s+CLONE\s+(?P<source>\S+)\s*",
    re.IGNORECASE,
)
_SYSTEM = "_rocky_system"

# What DuckDB calls a type, and what Databricks does, by its name and by the short name of its results.
_TYPES = {
    "BOOLEAN": ("boolean", "BOOLEAN"),
    "TINYINT": ("tinyint", "BYTE"),
    "SMALLINT": ("smallint", "SHORT"),
    "INTEGER": ("int", "INT"),
    "BIGINT": ("bigint", "LONG"),
    "HUGEINT": ("decimal(38,0)", "DECIMAL"),
    "UBIGINT": ("decimal(20,0)", "DECIMAL"),
    "FLOAT": ("float", "FLOAT"),
    "DOUBLE": ("double", "DOUBLE"),
    "VARCHAR": ("string", "STRING"),
    "BLOB": ("binary", "BINARY"),
    "DATE": ("date", "DATE"),
    "TIMESTAMP": ("timestamp_ntz", "TIMESTAMP"),
    "TIMESTAMP WITH TIME ZONE": ("timestamp", "TIMESTAMP"),
    "NULL": ("void", "NULL"),
}
# As sqlglot spells what DuckDB calls otherwise.
_SPELLED = {"INT": "INTEGER", "TEXT": "VARCHAR", "REAL": "FLOAT", "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}


class Refused(Exception):
    """A statement that has failed, as the service tells it."""

    def __init__(self, error_class: str, state: str, message: str, code: str = "BAD_REQUEST") -> None:
        super().__init__(f"[{error_class}] {message} SQLSTATE: {state}")
        self.code = code


class Stopped(Exception):
    """The statement was cancelled."""


@dataclass
class Answer:
    """What a statement yields: its columns by name, type and short type, and its rows as texts."""

    columns: list[tuple[str, str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)


class Lake:
    """Catalogs in memory, with the versions of their tables and the files of their volumes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = duckdb.connect()
        self.connection.execute("SET timezone = 'UTC'")
        self.catalogs: set[str] = set()
        self.kinds: dict[tuple[str, str, str], str] = {}
        self.versions: dict[tuple[str, str, str], list[tuple[datetime, str]]] = defaultdict(list)
        self.lock = threading.Lock()  # Of what is kept beside DuckDB.
        self.connection.execute(f"ATTACH ':memory:' AS {_SYSTEM}")
        self.add_catalog(HOME)

    def add_catalog(self, name: str) -> None:
        if name not in self.catalogs:
            self.connection.cursor().execute(f'ATTACH \':memory:\' AS "{name}"; CREATE SCHEMA "{name}"."default"')
            self.catalogs.add(name)

    def file(self, place: str) -> Path:
        """Where a file of a volume really is."""
        return self.folder / place.strip("/").replace("/", "__")

    def run(self, text: str, catalog: str, note_cursor) -> Answer:
        """Run one statement; `note_cursor` is given what can be interrupted. Raises Refused or Stopped."""
        cursor = self.connection.cursor()
        note_cursor(cursor)
        try:
            home = (catalog or HOME).lower()
            if home not in self.catalogs:
                raise Refused("NO_SUCH_CATALOG_EXCEPTION", "42704", f"Catalog '{home}' was not found.", "NOT_FOUND")
            cursor.execute(f'USE "{home}"."default"; SET errors_as_json = false; SET timezone = \'UTC\'')
            return self._run(cursor, text.strip().rstrip(";"), home)
        except duckdb.InterruptException as error:
            raise Stopped from error
        except sqlglot.ParseError as error:
            raise Refused("PARSE_SYNTAX_ERROR", "42601", f"Syntax error: {error.errors[0]['description']}.") from error
        except duckdb.Error as error:
            raise told(error) from error
        finally:
            cursor.close()

    def _run(self, cursor, text: str, home: str) -> Answer:
        if found := _CATALOG.fullmatch(text):
            self.add_catalog(parts_of(found["name"])[0])
            return Answer()
        if found := _DROP_CATALOG.fullmatch(text):
            name = parts_of(found["name"])[0]
            self.catalogs.discard(name)
            cursor.execute(f'USE memory; DETACH DATABASE IF EXISTS "{name}"')
            return Answer()
        if _VOLUME.fullmatch(text):
            return Answer()
        if re.fullmatch(r"SHOW\s+CATALOGS", text, re.IGNORECASE):
            return Answer([("catalog", "string", "STRING")], [[name] for name in sorted(self.catalogs)])
        if found := _HISTORY.fullmatch(text):
            return self._history(cursor, self.place(found["name"], home), int(found["limit"] or 1000))
        if found := _DESCRIBE.fullmatch(text):
            return self._describe(cursor, found["query"], home)
        if found := _EXPLAIN.fullmatch(text):
            plan = cursor.execute(f"EXPLAIN {self._query(cursor, found['query'], home)}").fetchall()
            return Answer([("plan", "string", "STRING")], [["== Optimized Logical Plan ==\n" + plan[0][1]]])
        if found := _CLONE.fullmatch(text):
            replace = "OR REPLACE " if found["replace"] else ""
            target, source = quoted(self.place(found["name"], home)), quoted(self.place(found["source"], home))
            cursor.execute(f"CREATE {replace}TABLE {target} AS SELECT * FROM {source}")
            self._note(self.place(found["name"], home), "CLONE")
            return Answer()
        return self._plain(cursor, text, home)

    def _plain(self, cursor, text: str, home: str) -> Answer:
        tree = sqlglot.parse_one(text, read="databricks")
        if tree is None or isinstance(tree, exp.Command):
            raise Refused("PARSE_SYNTAX_ERROR", "42601", f"Syntax error at or near '{text.split(maxsplit=1)[0]}'.")
        self._prepare(cursor, tree, home)
        match tree:
            case exp.Insert():
                return self._insert(cursor, tree, home)
            case exp.Merge() | exp.Update() | exp.Delete() | exp.TruncateTable():
                changed = cursor.execute(tree.sql("duckdb")).fetchall()
                self._note(self._target(tree, home), type(tree).__name__.upper())
                return affected(changed[0][0] if changed else 0)
            case exp.Create():
                return self._create(cursor, tree, home)
            case exp.Drop():
                cursor.execute(tree.sql("duckdb"))
                if tree.args["kind"] in {"TABLE", "VIEW"}:
                    with self.lock:
                        self.versions.pop(self._target(tree, home), None)
                        self.kinds.pop(self._target(tree, home), None)
                return Answer()
            case exp.Alter():
                if not re.search(r"\bSET\s+TBLPROPERTIES\b|\bCLUSTER\s+BY\b", text, re.IGNORECASE):
                    cursor.execute(tree.sql("duckdb"))
                self._note(self._target(tree, home), "ALTER")
                return Answer()
            case _:
                cursor.execute(tree.sql("duckdb"))
                return answer_of(cursor)

    def _query(self, cursor, text: str, home: str) -> str:
        tree = sqlglot.parse_one(text, read="databricks")
        self._prepare(cursor, tree, home)
        return tree.sql("duckdb")

    def _insert(self, cursor, tree: exp.Insert, home: str) -> Answer:
        condition = tree.args.get("where")
        target = self._target(tree, home)
        if condition is None:
            changed = cursor.execute(tree.sql("duckdb")).fetchall()
        else:
            tree.set("where", None)
            cursor.execute("BEGIN")
            try:
                cursor.execute(f"DELETE FROM {quoted(target)} WHERE {condition.sql('duckdb')}")
                changed = cursor.execute(tree.sql("duckdb")).fetchall()
                cursor.execute("COMMIT")
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
        self._note(target, "WRITE")
        return affected(changed[0][0] if changed else 0, inserted=True)

    def _create(self, cursor, tree: exp.Create, home: str) -> Answer:
        kind, properties = tree.args["kind"], tree.args.get("properties")
        listed = properties.expressions if properties is not None else []
        stored = "TABLE"
        if kind == "VIEW" and any(isinstance(one, exp.MaterializedProperty) for one in listed):
            stored = "MATERIALIZED_VIEW"
            tree.set("kind", "TABLE")
        elif any(isinstance(one, exp.StreamingTableProperty) for one in listed):
            stored = "STREAMING_TABLE"
            tree.set("refresh", None)
            tree.set("replace", True)
        elif kind == "VIEW":
            stored = "VIEW"
        tree.set("properties", None)
        if isinstance(tree.this, exp.Schema):
            for column in tree.this.find_all(exp.ColumnDef):
                kept = [
                    one
                    for one in column.args.get("constraints") or ()
                    if isinstance(one.kind, exp.NotNullColumnConstraint)
                ]
                column.set("constraints", kept)
        cursor.execute(tree.sql("duckdb"))
        if kind in {"TABLE", "VIEW"}:
            target = self._target(tree, home)
            with self.lock:
                self.kinds[target] = stored
            if stored != "VIEW":
                self._note(target, "CREATE")
        return Answer()

    def _prepare(self, cursor, tree: exp.Expression, home: str) -> None:
        """Say in DuckDB's way what sqlglot leaves as it is."""
        for call in list(tree.find_all(exp.Anonymous)):
            if call.name.lower() == "raise_error":
                call.set("this", "error")
        for table in list(tree.find_all(exp.Table)):
            if isinstance(table.this, exp.Anonymous):
                self._table_function(table, table.this)
            elif table.db.lower() == "information_schema":
                self._system(cursor, table, (table.catalog or home).lower())

    def _table_function(self, table: exp.Table, called: exp.Anonymous) -> None:
        if called.name.lower() == "read_files":
            given = [one.sql("duckdb") for one in called.expressions]
            replacement = sqlglot.parse_one(f"SELECT * FROM {self._reads_csv(given)}", read="duckdb")
        elif called.name.lower() == "range":
            replacement = sqlglot.parse_one(f"SELECT range AS id FROM {called.sql('duckdb')}", read="duckdb")
        else:
            return
        alias = table.args.get("alias")
        inner = exp.Subquery(this=replacement, alias=alias.copy() if alias is not None else None)
        table.replace(inner)

    def _reads_csv(self, given: list[str]) -> str:
        options = dict(re.fullmatch(r"(\w+)\s*=>\s*(.*)", one, re.DOTALL).groups() for one in given[1:])
        plain = {key: value[1:-1].replace("''", "'") for key, value in options.items()}
        place = given[0][1:-1].replace("''", "'")
        file = self.file(place)
        if not file.exists():
            raise Refused("PATH_NOT_FOUND", "42K03", f"Path does not exist: {place}", "NOT_FOUND")
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in re.findall(r"`([^`]+)` STRING", plain["schema"]))
        return (
            f"read_csv('{file}', delim = '{plain['sep']}', header = {plain['header']}, quote = '\"', escape = '\"',"
            f" auto_detect = false, columns = {{{columns}}})"
        )

    def _system(self, cursor, table: exp.Table, catalog: str) -> None:
        if catalog not in self.catalogs:
            raise Refused("NO_SUCH_CATALOG_EXCEPTION", "42704", f"Catalog '{catalog}' was not found.", "NOT_FOUND")
        what = table.name.lower()
        if what == "schemata":
            query = f"SELECT schema_name FROM duckdb_schemas() WHERE database_name = '{catalog}'"
        elif what == "tables":
            cases = " ".join(
                f"WHEN schema_name = '{place[1]}' AND name = '{place[2]}' THEN '{kind}'"
                for place, kind in list(self.kinds.items())
                if place[0] == catalog
            )
            kind = f"CASE {cases} ELSE 'MANAGED' END" if cases else "'MANAGED'"
            query = (
                f"SELECT schema_name AS table_schema, name AS table_name, replace({kind}, 'TABLE', 'MANAGED') AS"
                " table_type FROM (SELECT database_name, schema_name, table_name AS name FROM duckdb_tables() UNION ALL"
                f" SELECT database_name, schema_name, view_name FROM duckdb_views()) WHERE database_name = '{catalog}'"
            )
        else:
            spelled = " ".join(
                f"WHEN '{text.replace(chr(39), chr(39) * 2)}' THEN '{databricks_type(text)[0]}'"
                for (text,) in cursor.execute("SELECT DISTINCT data_type FROM duckdb_columns()").fetchall()
            )
            query = (
                "SELECT schema_name AS table_schema, table_name, column_name, column_index AS ordinal_position,"
                f" CASE data_type {spelled} END AS full_data_type, CASE WHEN is_nullable THEN 'YES' ELSE 'NO' END AS"
                f" is_nullable FROM duckdb_columns() WHERE database_name = '{catalog}'"
            )
        alias = table.args.get("alias")
        inner = exp.Subquery(this=sqlglot.parse_one(query, read="duckdb"), alias=alias.copy() if alias else None)
        table.replace(inner)

    def _history(self, cursor, place: tuple[str, str, str], limit: int) -> Answer:
        cursor.execute(f"SELECT 1 FROM {quoted(place)} LIMIT 0")  # Raises if it is not there.
        with self.lock:
            written = list(enumerate(self.versions.get(place, ())))[::-1][:limit]
        if not written:
            raise Refused("DELTA_ONLY_OPERATION", "0AKDD", f"DESCRIBE HISTORY is only for Delta tables: {place[2]}.")
        columns = [
            ("version", "bigint", "LONG"),
            ("timestamp", "timestamp", "TIMESTAMP"),
            ("operation", "string", "STRING"),
        ]
        return Answer(
            columns, [[str(number), text_of(moment, "timestamp"), what] for number, (moment, what) in written]
        )

    def _describe(self, cursor, query: str, home: str) -> Answer:
        cursor.execute(f"DESCRIBE {self._query(cursor, query, home)}")
        rows = [[str(row[0]), databricks_type(str(row[1]))[0], None] for row in cursor.fetchall()]
        return Answer([(name, "string", "STRING") for name in ("col_name", "data_type", "comment")], rows)

    def place(self, name: str, home: str) -> tuple[str, str, str]:
        *schema, table = parts_of(name)
        catalog, schema_name = [home, "default"][: 2 - len(schema)] + schema
        return (catalog, schema_name, table)

    def _target(self, tree: exp.Expression, home: str) -> tuple[str, str, str]:
        table = tree.this if isinstance(tree.this, exp.Table) else tree.find(exp.Table)
        if isinstance(tree, exp.TruncateTable):
            table = tree.expressions[0]
        return ((table.catalog or home).lower(), (table.db or "default").lower(), table.name.lower())

    def _note(self, place: tuple[str, str, str], operation: str) -> None:
        with self.lock:
            self.versions[place].append((datetime.now(UTC), operation))


def affected(count: int, *, inserted: bool = False) -> Answer:
    names = ["num_affected_rows", *(["num_inserted_rows"] if inserted else [])]
    return Answer([(name, "bigint", "LONG") for name in names], [[str(count)] * len(names)])


def answer_of(cursor) -> Answer:
    columns = []
    for name, kind, *_ in cursor.description or ():
        long, short = databricks_type(str(kind))
        columns.append((name, long, short))
    rows = [[text_of(value, columns[i][1]) for i, value in enumerate(row)] for row in cursor.fetchall()]
    return Answer(columns, rows)


def text_of(value: object, kind: str) -> str | None:
    """A value as the API spells it in JSON."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case datetime():
            zone = "Z" if kind == "timestamp" else ""
            return (
                value.replace(tzinfo=None).isoformat(
                    timespec="milliseconds" if not value.microsecond % 1000 else "microseconds"
                )
                + zone
            )
        case date():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case list() | dict():
            return json.dumps(value, default=str)
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def databricks_type(text: str) -> tuple[str, str]:
    """A type of DuckDB in Databricks' words, and its short name."""
    if text in _TYPES:
        return _TYPES[text]
    if text.startswith("DECIMAL"):
        return text.lower().replace(" ", ""), "DECIMAL"
    kind = sqlglot.parse_one(f"CAST(NULL AS {text})", read="duckdb").to
    spelled = _nested(kind)
    return spelled, {"a": "ARRAY", "s": "STRUCT", "m": "MAP"}.get(spelled[0], "STRING")


def _nested(kind: exp.DataType) -> str:
    inside = [one.kind if isinstance(one, exp.ColumnDef) else one for one in kind.expressions]
    match kind.this:
        case exp.DataType.Type.ARRAY | exp.DataType.Type.LIST:
            return f"array<{_nested(inside[0])}>"
        case exp.DataType.Type.MAP:
            return f"map<{_nested(inside[0])},{_nested(inside[1])}>"
        case exp.DataType.Type.STRUCT:
            named = zip((one.name for one in kind.expressions), inside, strict=True)
            return f"struct<{','.join(f'{name}:{_nested(one)}' for name, one in named)}>"
        case _:
            text = kind.sql("duckdb").replace(" ", "")
            return databricks_type(_SPELLED.get(text, text))[0]


def told(error: duckdb.Error) -> Refused:
    """What the service says of what DuckDB refuses."""
    text = str(error).split("\n")[0]
    match error:
        case duckdb.CatalogException() if re.search(r"Table with name .* does not exist", text):
            return Refused(
                "TABLE_OR_VIEW_NOT_FOUND", "42P01", f"The table or view cannot be found: {text}", "NOT_FOUND"
            )
        case duckdb.CatalogException() if "already exists" in text:
            return Refused("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", text, "ALREADY_EXISTS")
        case duckdb.CatalogException() if "chema" in text:
            return Refused("SCHEMA_NOT_FOUND", "42704", text, "NOT_FOUND")
        case duckdb.CatalogException() | duckdb.BinderException() if "atalog" in text and "does not exist" in text:
            return Refused("TABLE_OR_VIEW_NOT_FOUND", "42P01", text, "NOT_FOUND")
        case duckdb.CatalogException():
            return Refused("UNRESOLVED_ROUTINE", "42883", text)
        case duckdb.BinderException():
            return Refused("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", text)
        case duckdb.ParserException():
            return Refused("PARSE_SYNTAX_ERROR", "42601", text)
        case duckdb.ConversionException():
            return Refused("CAST_INVALID_INPUT", "22018", text)
        case duckdb.ConstraintException():
            return Refused("DELTA_NOT_NULL_CONSTRAINT_VIOLATED", "23502", text)
        case duckdb.TransactionException():
            return Refused("DELTA_CONCURRENT_WRITE", "2D521", text, "ABORTED")
        case duckdb.InvalidInputException():
            return Refused("USER_RAISED_EXCEPTION", "P0001", text)
        case duckdb.OutOfRangeException():
            return Refused("ARITHMETIC_OVERFLOW", "22003", text)
        case _:
            return Refused("INTERNAL_ERROR", "XX000", text, "INTERNAL_ERROR")


def parts_of(name: str) -> list[str]:
    return [part.strip("`").lower() for part in re.findall(r"`[^`]+`|\w+", name)]


def quoted(place: tuple[str, str, str]) -> str:
    return ".".join(f'"{part}"' for part in place)


def now_ms() -> int:
    return int(time.time() * 1000)
