"""Databricks' SQL in DuckDB's words: names are made whole and looked up, and what the two call differently changed."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlglot
from databricks_catalog import INFORMATION, Catalog, Table
from databricks_errors import Failure, missing, syntax
from databricks_types import in_duckdb, literal, name_of, parse_columns, type_name
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

INTEGERS = (  # Whose answers are larger in DuckDB.
    exp.ArraySize,
    exp.DateDiff,
    exp.Day,
    exp.DayOfMonth,
    exp.DayOfWeek,
    exp.DayOfYear,
    exp.Extract,
    exp.Hour,
    exp.Length,
    exp.Minute,
    exp.Month,
    exp.Quarter,
    exp.Second,
    exp.WeekOfYear,
    exp.Year,
)
ME = "robot@example.com"
PLACE = re.compile(r"(.*?)\. Line (\d+), Col: (\d+)\.\s*(.*)", re.DOTALL)
STREAM = re.compile(r"\bSTREAM\b", re.IGNORECASE)


@dataclass
class Context:
    """Where a statement runs, and what it was given."""

    catalog: str
    schema: str = "default"
    parameters: dict[str, exp.Expression] = field(default_factory=dict)


def parse(sql: str) -> exp.Expression:
    """The one statement of a text. Raises Failure."""
    try:
        trees = sqlglot.parse(sql, read="databricks")
    except TokenError as error:
        raise syntax("end of input") from error
    except ParseError as error:
        found = error.errors[0] if error.errors else {}
        near = found.get("highlight") or "end of input"
        raise syntax(
            f"'{near}'", f" (line {found.get('line', 1)}, pos {max(found.get('col', 1) - len(near), 0)})"
        ) from error
    trees = [tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon)]
    if not trees:
        raise Failure("PARSE_EMPTY_STATEMENT", "Syntax error, unexpected empty statement.")
    if len(trees) > 1:
        raise syntax(f"'{type(trees[1]).__name__.upper()}'")
    return trees[0]


def place_of(table: exp.Table, context: Context) -> tuple[str, str, str]:
    """The whole name of a table, as it is stored."""
    return (
        (table.catalog or context.catalog).lower(),
        (table.db or context.schema).lower(),
        table.name.lower(),
    )


class Translator:
    """Turns statements into ones that DuckDB runs."""

    def __init__(self, catalog: Catalog, context: Context) -> None:
        self.catalog = catalog
        self.context = context
        self.read: set[tuple[str, str, str]] = set()

    def query(self, tree: exp.Expression) -> str:
        """A query, or a part of a statement, in DuckDB's words."""
        return self.rewritten(tree).sql("duckdb")

    def query_over(self, tree: exp.Expression, path: str, files: str) -> str:
        """A query from a path, as COPY INTO has it."""
        tree = tree.copy()
        for node in list(tree.find_all(exp.Table)):
            if node.name == path:
                self._replace(node, files, node.alias or "files")
        return self.query(tree)

    def rewritten(self, tree: exp.Expression) -> exp.Expression:
        tree = tree.copy()
        holder = exp.Tuple(expressions=[tree])  # So that the top can be replaced as well.
        self._name(holder)
        for node in list(holder.walk(bfs=False)):
            self._respell(node)
        return holder.expressions[0]

    def _name(self, tree: exp.Expression) -> None:
        """Not by recursion, since a union of thousands is as deep."""
        waiting: list[tuple[exp.Expression, frozenset[str]]] = [(tree, frozenset())]
        while waiting:
            node, known = waiting.pop()
            with_ = node.args.get("with_")
            for cte in with_.expressions if with_ is not None else ():
                waiting.append((cte.this, known | {cte.alias.lower()} if with_.recursive else known))
                known |= {cte.alias.lower()}
            waiting += [(child, known) for child in node.iter_expressions() if child is not with_]
            if isinstance(node, exp.Table):
                self._table(node, known)

    def _table(self, node: exp.Table, known: frozenset[str]) -> None:
        if isinstance(node.this, exp.Anonymous):
            self._function(node)
            return
        if not isinstance(node.this, exp.Identifier) or (not node.db and node.name.lower() in known):
            return
        if node.args.get("version") is not None:
            raise Failure("UNSUPPORTED_FEATURE.TIME_TRAVEL", "The stand-in keeps no earlier versions.")
        place = place_of(node, self.context)
        if place[1] == INFORMATION:
            self.catalog.know_catalog(place[0])
            self._replace(node, self.information(place), node.alias or node.name)
            return
        if place not in self.catalog.tables:
            self.catalog.know_catalog(place[0])
            raise missing(*place)
        self.read.add(place)
        for key, part in zip(("catalog", "db", "this"), (f"uc_{place[0]}", *place[1:]), strict=True):
            node.set(key, exp.to_identifier(part, quoted=True))

    def _function(self, node: exp.Table) -> None:
        name, given = node.this.name.lower(), node.this.expressions
        if name == "range":
            numbers = ", ".join(one.sql("duckdb") for one in given)
            self._replace(node, f"SELECT range AS id FROM range({numbers})", node.alias or "range")
        elif name == "read_files":
            options = {one.this.name.lower(): _text(one.expression) for one in given[1:]}
            self._replace(node, read_files(self.catalog, given[0].name, options), node.alias or "files")

    def _replace(self, node: exp.Table, query: str, alias: str) -> None:
        found = exp.Subquery(this=sqlglot.parse_one(query, read="duckdb"))
        found.set("alias", node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(alias)))
        for key in ("joins", "laterals", "sample"):
            if node.args.get(key):
                found.set(key, node.args[key])
        node.replace(found)

    def information(self, place: tuple[str, str, str]) -> str:
        """What a view of the information schema says."""
        catalog, _, name = place
        match name:
            case "tables":
                rows, shape = [_table_row(one) for one in self.catalog.within(catalog)], TABLE_SHAPE
            case "columns":
                rows = [row for one in self.catalog.within(catalog) for row in _column_rows(one)]
                shape = COLUMN_SHAPE
            case "schemata":
                rows = [
                    {"catalog_name": catalog, "schema_name": schema, "schema_owner": ME, "created": at * 1000}
                    for schema, at in self.catalog.schemas[catalog].items()
                ]
                shape = SCHEMA_SHAPE
            case _:
                raise missing(*place)
        columns = ", ".join(
            f"make_timestamptz(x.{key}) AS {key}" if key in INSTANTS else f"x.{key} AS {key}" for key in shape
        )
        content = literal(json.dumps(rows))
        return f"SELECT {columns} FROM (SELECT unnest(from_json({content}, {literal(json.dumps([shape]))})) AS x)"

    def _respell(self, node: exp.Expression) -> None:
        match node:
            case exp.Stream():
                within = node.this
                if isinstance(within, exp.Subquery) and isinstance(within.this, exp.Table):
                    alias, within = within.args.get("alias"), within.this
                    within.set("alias", within.args.get("alias") or alias)
                node.replace(within)
            case exp.Column() if node.args.get("catalog") is not None:
                node.set("catalog", exp.to_identifier(f"uc_{node.catalog.lower()}", quoted=True))
            case exp.Placeholder():
                node.replace(self._given(node.name))
            case exp.Div():
                node.replace(exp.Anonymous(this="db_div", expressions=[node.this, node.expression]))
            case exp.CurrentCatalog():
                node.replace(exp.Literal.string(self.context.catalog))
            case exp.CurrentSchema():
                node.replace(exp.Literal.string(self.context.schema))
            case exp.CurrentUser():
                node.replace(exp.Literal.string(ME))
            case exp.TsOrDsAdd() | exp.DateAdd() if node.text("unit").upper() in {"", "DAY"}:
                if not isinstance(node.parent, exp.Cast):
                    _wrap(node, exp.Cast(to=exp.DataType.build("DATE")))
            case _ if isinstance(node, INTEGERS) or (
                isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber | exp.Rank | exp.DenseRank)
            ):
                _wrap(node, exp.Cast(to=exp.DataType.build("INT")))
            case exp.Select():
                for one in node.expressions:
                    name = name_of(one)
                    if name is not None:
                        _wrap(one, exp.Alias(alias=exp.to_identifier(name, quoted=True)))
            case exp.FromJson() if not node.expression.name.startswith("["):  # Which is one of our own.
                read = exp.Cast(this=node.this, to=exp.DataType.build("JSON"))
                wanted = exp.DataType.build(in_duckdb(node.expression.name), dialect="duckdb")
                node.replace(exp.Cast(this=read, to=wanted))
            case exp.Anonymous() if node.name.lower() == "xxhash64":
                row = exp.Anonymous(this="row", expressions=node.expressions)
                node.replace(exp.Anonymous(this="db_hash", expressions=[row]))

    def _given(self, name: str) -> exp.Expression:
        found = self.context.parameters.get(name)
        if found is None:
            text = f"Found the unbound parameter: {name}. Please, fix `args` and provide a mapping of the parameter to"
            raise Failure("UNBOUND_SQL_PARAMETER", f"{text} either a SQL literal or collection constructor functions.")
        return found.copy()


def _wrap(node: exp.Expression, around: exp.Expression) -> None:
    node.replace(around)
    around.set("this", node)


def _text(node: exp.Expression) -> str:
    return node.name if isinstance(node, exp.Literal | exp.Var) else node.sql("databricks").lower()


def read_files(catalog: Catalog, path: str, options: dict[str, str]) -> str:
    """A query that reads the files of a volume with the options of Spark."""
    kept = catalog.file(path)
    if not kept.exists() and "*" not in path:
        raise Failure("PATH_NOT_FOUND", f"Path does not exist: {path}.")
    where = literal(str(kept / "*") if kept.is_dir() else str(kept))
    told = {key.lower(): value for key, value in options.items()}
    if told.get("format", "csv").lower() == "json":
        return f"SELECT * FROM read_json({where})"
    quote, escape = (literal(told.get(key, default)) for key, default in (("quote", '"'), ("escape", "\\")))
    header = told.get("header", "false")
    given = [
        where,
        f"header = {header}",
        f"delim = {literal(told.get('sep') or told.get('delimiter') or ',')}",
        f"quote = {quote}, escape = {escape}, nullstr = {literal(told.get('nullvalue', ''))}",
        "allow_quoted_nulls = false",
    ]
    if "schema" not in told:
        given.append(f"all_varchar = {'true' if told.get('infercolumntypes', 'true') == 'false' else 'false'}")
        names = _names_in(catalog, given) if header != "true" else []
        listed = ", ".join(f'"{name}" AS "_c{number}"' for number, name in enumerate(names)) or "*"
        return f"SELECT {listed} FROM read_csv({', '.join(given)})"
    columns = parse_columns(told["schema"])
    given.append(
        "auto_detect = false, columns = {" + ", ".join(f"{literal(one.name)}: 'VARCHAR'" for one in columns) + "}"
    )
    cast = "CAST" if told.get("mode", "PERMISSIVE").upper() == "FAILFAST" else "TRY_CAST"
    listed = ", ".join(f'{cast}("{one.name}" AS {in_duckdb(one.type_text)}) AS "{one.name}"' for one in columns)
    return f"SELECT {listed} FROM read_csv({', '.join(given)})"


def _names_in(catalog: Catalog, given: list[str]) -> list[str]:
    with catalog.cursor() as connection:
        connection.execute(f"SELECT * FROM read_csv({', '.join(given)}) LIMIT 0")
        return [one[0] for one in connection.description]


def _instant(millis: int) -> int:
    return millis * 1000


def _table_row(table: Table) -> dict:
    return {
        "table_catalog": table.catalog,
        "table_schema": table.schema,
        "table_name": table.name,
        "table_type": table.kind,
        "is_insertable_into": "NO" if table.is_view else "YES",
        "table_owner": ME,
        "comment": table.comment,
        "created": _instant(table.created_at),
        "created_by": ME,
        "last_altered": _instant(table.updated_at),
        "last_altered_by": ME,
        "data_source_format": "UNKNOWN_DATA_SOURCE_FORMAT" if table.kind == "VIEW" else table.format,
    }


def _column_rows(table: Table) -> list[dict]:
    return [
        {
            "table_catalog": table.catalog,
            "table_schema": table.schema,
            "table_name": table.name,
            "column_name": column.name,
            "ordinal_position": position,
            "is_nullable": "YES" if column.nullable else "NO",
            "full_data_type": column.type_text,
            "data_type": type_name(column.type_text),
            "comment": column.comment,
            "partition_index": table.partitioned.index(column.name) if column.name in table.partitioned else None,
        }
        for position, column in enumerate(table.columns)
    ]


INSTANTS = {"created", "last_altered"}
TABLE_SHAPE = {
    "table_catalog": "VARCHAR",
    "table_schema": "VARCHAR",
    "table_name": "VARCHAR",
    "table_type": "VARCHAR",
    "is_insertable_into": "VARCHAR",
    "table_owner": "VARCHAR",
    "comment": "VARCHAR",
    "created": "BIGINT",
    "created_by": "VARCHAR",
    "last_altered": "BIGINT",
    "last_altered_by": "VARCHAR",
    "data_source_format": "VARCHAR",
}
COLUMN_SHAPE = {
    "table_catalog": "VARCHAR",
    "table_schema": "VARCHAR",
    "table_name": "VARCHAR",
    "column_name": "VARCHAR",
    "ordinal_position": "INTEGER",
    "is_nullable": "VARCHAR",
    "full_data_type": "VARCHAR",
    "data_type": "VARCHAR",
    "comment": "VARCHAR",
    "partition_index": "INTEGER",
}
SCHEMA_SHAPE = {"catalog_name": "VARCHAR", "schema_name": "VARCHAR", "schema_owner": "VARCHAR", "created": "BIGINT"}


def given(sent: Sequence[Mapping[str, str]]) -> dict[str, exp.Expression]:
    """The values of parameters, each cast to its type."""
    found = {}
    for one in sent:
        value = exp.Null() if one.get("value") is None else exp.Literal.string(one["value"])
        found[one["name"]] = exp.cast(value, exp.DataType.build(one.get("type") or "STRING", dialect="databricks"))
    return found
