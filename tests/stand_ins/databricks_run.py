"""Runs one statement against the stand-in's catalog: queries, and all that changes rows."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Iterator

import duckdb
from databricks_catalog import Catalog, Table
from databricks_errors import Cancelled, Failure, translate, unsupported
from databricks_translate import Context, Translator, place_of
from databricks_types import NARROWED, Column, Rows, in_duckdb, of_duckdb
from sqlglot import exp

QUERIES = (exp.Query, exp.Values)
ENDLESS = re.compile(r"range\(\s*1000000\s*\).*range\(\s*1000000\s*\)", re.IGNORECASE | re.DOTALL)
ENDLESS_STATEMENTS = re.compile(r"\s*(?:SELECT|INSERT|CREATE|MERGE|WITH|UPDATE|DELETE)\b", re.IGNORECASE)
EVOLVING = re.compile(r"^(\s*(?:MERGE|INSERT))\s+WITH\s+SCHEMA\s+EVOLUTION\b", re.IGNORECASE)
FORBIDDEN = set(" ,;{}()\n\t=")
NOTHING = Rows([], [])


def counts(**numbers: int) -> Rows:
    """What a statement says that has changed rows."""
    return Rows([Column(name, "bigint") for name in numbers], [tuple(numbers.values())])


class Runner:
    """One statement that runs, and can be stopped."""

    def __init__(self, catalog: Catalog, context: Context, stopped: threading.Event) -> None:
        self.catalog = catalog
        self.context = context
        self.stopped = stopped
        self.connection = catalog.cursor()
        self.afterwards: list[Callable[[], None]] = []  # What the catalog learns once the transaction has ended well.

    def interrupt(self) -> None:
        self.connection.interrupt()

    def run(self, sql: str, act: Callable[[], Rows]) -> Rows:
        """What a statement gives, which is `act`. Raises Failure, or Cancelled."""
        if ENDLESS.search(sql) and ENDLESS_STATEMENTS.match(sql):
            self.stopped.wait()
        try:
            self._heed()
            return act()
        except duckdb.InterruptException as error:
            raise Cancelled from error
        except duckdb.Error as error:
            raise translate(error, sql) from error
        finally:
            self.connection.close()

    def _heed(self) -> None:
        if self.stopped.is_set():
            raise Cancelled

    @property
    def translator(self) -> Translator:
        return Translator(self.catalog, self.context)

    def rows(self, tree: exp.Expression, limit: int | None = None) -> Rows:
        """A query's answer."""
        self.connection.execute(self.translator.query(tree))
        columns = [Column(name, of_duckdb(kind)) for name, kind, *_ in self.connection.description]
        return Rows(columns, self.connection.fetchall() if limit is None else self.connection.fetchmany(limit))

    def shape(self, query: str) -> list[Column]:
        """The columns of a query in DuckDB's words, which is not run."""
        self.connection.execute(f"SELECT * FROM ({query}) AS q LIMIT 0")
        return [Column(name, of_duckdb(kind)) for name, kind, *_ in self.connection.description]

    def stored(self, query: str) -> tuple[str, list[Column]]:
        """A query whose answer can be kept in a table of the types that Databricks has."""
        self.connection.execute(f"SELECT * FROM ({query}) AS q LIMIT 0")
        described = [(name, kind) for name, kind, *_ in self.connection.description]
        # Asked for directly, since within a subquery DuckDB gives each column a name of its own.
        names = [row[0] for row in self.connection.execute(f"DESCRIBE {query}").fetchall()]
        for name in names:
            if [one.lower() for one in names].count(name.lower()) > 1:
                raise Failure("COLUMN_ALREADY_EXISTS", f"The column `{name.lower()}` already exists.")
            if FORBIDDEN & set(name):
                text = "Found invalid character(s) among ' ,;{}()\\n\\t=' in the column names of your schema.\n"
                raise Failure("DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES", f"{text}Invalid column names: {name}.")
        columns = [Column(name, of_duckdb(kind)) for name, kind in described]
        selected = [
            f'CAST("{one.name}" AS {in_duckdb(one.type_text)}) AS "{one.name}"'
            if kind.id in NARROWED
            else f'"{one.name}"'
            for one, (_, kind) in zip(columns, described, strict=True)
        ]
        return f"SELECT {', '.join(selected)} FROM ({query}) AS q", columns

    @contextlib.contextmanager
    def turn(self, *places: tuple[str, str, str]) -> Iterator[None]:
        """Alone with these tables, and in a transaction."""
        with contextlib.ExitStack() as held:
            for place in sorted(set(places)):
                while not self.catalog.turns[place].acquire(timeout=0.05):
                    self._heed()
                held.callback(self.catalog.turns[place].release)
            self.connection.execute("BEGIN TRANSACTION")
            try:
                yield
                self._heed()
                self.connection.execute("COMMIT")
                for act in self.afterwards:
                    act()
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    self.connection.execute("ROLLBACK")
                raise

    def writable(self, table: exp.Expression) -> Table:
        found = self.catalog.table(place_of(table.find(exp.Table), self.context))
        if found.is_view:
            text = f"'INSERT' expects a table but {found.quoted} is a view."
            raise Failure("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", text)
        return found

    def write(self, table: Table, operation: str, work: Callable[[], Rows], **told: str) -> Rows:
        with self.turn(table.place):
            self.catalog.table(table.place)
            found = work()
            for name, condition in table.constraints.items():
                if self.changed(f"SELECT count(*) FROM {table.inner} WHERE NOT ({condition})"):
                    text = f"CHECK constraint {name} {condition} violated by row with values."
                    raise Failure("DELTA_VIOLATE_CONSTRAINT_WITH_VALUES", text)
            if operation not in {"UPDATE", "DELETE"} or found.rows[0][0]:
                self.afterwards.append(lambda: table.committed(operation, **told))
        return found

    def changed(self, statement: str) -> int:
        """How many rows a statement of DuckDB has changed."""
        return int(self.connection.execute(statement).fetchone()[0])

    def insert(self, tree: exp.Insert) -> Rows:
        table = self.writable(tree.this)
        source = self.translator.query(tree.expression)
        columns = self._targets(table, tree, source)
        where, partition = tree.args.get("where"), tree.this.args.get("partition")
        if partition is not None:
            raise unsupported("INSERT … PARTITION")
        condition = None if where is None else self.translator.query(where)

        replaced = condition or ("TRUE" if tree.args.get("overwrite") else None)

        def work() -> Rows:
            # The query sees the table as it was, so the old rows go last.
            last = self.connection.execute(f"SELECT max(rowid) FROM {table.inner}").fetchone()[0]
            inserted = self.changed(f"INSERT INTO {table.inner} ({columns}) {source}")
            newer = "TRUE" if last is None else f"rowid > {last}"
            if condition and self.changed(
                f"SELECT count(*) FROM {table.inner} WHERE {newer} AND NOT coalesce({condition}, FALSE)"
            ):
                text = "Written data does not conform to partial table overwrite condition or constraint"
                raise Failure("DELTA_REPLACE_WHERE_MISMATCH", f"{text} '{where.sql('databricks')}'.")
            if replaced:
                self.connection.execute(f"DELETE FROM {table.inner} WHERE NOT ({newer}) AND ({replaced})")
            return counts(num_affected_rows=inserted, num_inserted_rows=inserted)

        mode = "Overwrite" if tree.args.get("overwrite") or where is not None else "Append"
        return self.write(table, "WRITE", work, mode=mode)

    def _targets(self, table: Table, tree: exp.Insert, source: str) -> str:
        """The columns into which a query's answer goes, and that it fits them."""
        given = self.shape(source)
        if tree.args.get("by_name"):
            unknown = [one.name for one in given if table.column(one.name) is None]
            if unknown:
                text = f"A column, variable, or function parameter with name `{unknown[0]}` cannot be resolved."
                raise Failure("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", text)
            return ", ".join(f'"{one.name}"' for one in given)
        named = isinstance(tree.this, exp.Schema)
        names = [one.name for one in tree.this.expressions] if named else [one.name for one in table.columns]
        for name in names:
            if table.column(name) is None:
                offered = ", ".join(f"`{one.name}`" for one in table.columns)
                text = f"A column, variable, or function parameter with name `{name}` cannot be resolved. Did you mean"
                raise Failure("UNRESOLVED_COLUMN.WITH_SUGGESTION", f"{text} one of the following? [{offered}].")
        if len(given) != len(names):
            kind = "TOO_MANY_DATA_COLUMNS" if len(given) > len(names) else "NOT_ENOUGH_DATA_COLUMNS"
            raise Failure(
                f"INSERT_COLUMN_ARITY_MISMATCH.{kind}",
                f"Cannot write to {table.quoted}, the reason is {kind.lower().replace('_', ' ')}:\nTable columns:"
                f" {', '.join(f'`{name}`' for name in names)}.\nData columns:"
                f" {', '.join(f'`{one.name}`' for one in given)}.",
            )
        return ", ".join(f'"{name}"' for name in names)

    def merge(self, tree: exp.Merge) -> Rows:
        table = self.writable(tree.this)
        whens = tree.args["whens"].expressions
        source = self.shape(f"SELECT * FROM {self.translator.query(tree.args['using'])}")
        for when in whens:
            _write_out_stars(when, table, tree.args["using"].alias_or_name, {one.name.lower() for one in source})
        rewritten = self.translator.rewritten(tree)
        text = f"{rewritten.sql('duckdb')} RETURNING merge_action"
        deletes = _bare_deletes(rewritten)

        def work() -> Rows:
            if deletes is None:
                actions = [row[0] for row in self.connection.execute(text).fetchall()]
            else:
                # Delta lets such a clause meet a row more than once. What is new comes first, the old goes last.
                last = self.connection.execute(f"SELECT max(rowid) FROM {table.inner}").fetchone()[0]
                unmatched, gone = deletes
                found = self.connection.execute(f"{unmatched} RETURNING merge_action").fetchall() if unmatched else []
                deleted = 0 if last is None else self.changed(f"{gone} AND rowid <= {last}")
                actions = [*(row[0] for row in found), *["DELETE"] * deleted]
            numbers = {word: actions.count(word) for word in ("UPDATE", "DELETE", "INSERT")}
            return counts(
                num_affected_rows=len(actions),
                num_updated_rows=numbers["UPDATE"],
                num_deleted_rows=numbers["DELETE"],
                num_inserted_rows=numbers["INSERT"],
            )

        return self.write(table, "MERGE", work)

    def change(self, tree: exp.Update | exp.Delete) -> Rows:
        table = self.writable(tree.this)
        text = self.translator.query(tree)
        operation = "UPDATE" if isinstance(tree, exp.Update) else "DELETE"
        return self.write(table, operation, lambda: counts(num_affected_rows=self.changed(text)))

    def truncate(self, tree: exp.TruncateTable) -> Rows:
        table = self.writable(tree.expressions[0])

        def work() -> Rows:
            self.connection.execute(f"DELETE FROM {table.inner}")
            return NOTHING

        return self.write(table, "TRUNCATE", work)


def _bare_deletes(tree: exp.Merge) -> tuple[str, str] | None:
    """Of a MERGE whose one clause for matches is a DELETE without a condition: the rest of it, and that as a DELETE."""
    whens = tree.args["whens"].expressions
    matched = [one for one in whens if one.args["matched"]]
    if len(matched) != 1 or matched[0].args.get("condition") is not None or matched[0].args["then"].name != "DELETE":
        return None
    rest = tree.copy()
    rest.args["whens"].set("expressions", [one.copy() for one in whens if not one.args["matched"]])
    target, using, on = (tree.args[key].sql("duckdb") for key in ("this", "using", "on"))
    unmatched = rest.sql("duckdb") if rest.args["whens"].expressions else ""
    return unmatched, f"DELETE FROM {target} WHERE EXISTS (SELECT 1 FROM {using} WHERE {on})"


def _write_out_stars(when: exp.When, table: Table, source: str, given: set[str]) -> None:
    """UPDATE SET * and INSERT * mean the columns of the table, which the source must have."""
    then = when.args["then"]
    update = isinstance(then, exp.Update) and any(isinstance(one, exp.Star) for one in then.expressions)
    insert = isinstance(then, exp.Insert) and isinstance(then.this, exp.Star)
    if not update and not insert:
        return
    for column in table.columns:
        if column.name.lower() not in given:
            raise Failure(
                "DELTA_MERGE_UNRESOLVED_EXPRESSION",
                f"Cannot resolve {column.name} in {'UPDATE' if update else 'INSERT'} clause given columns"
                f" {', '.join(sorted(given))}.",
            )
    names = [exp.to_identifier(one.name, quoted=True) for one in table.columns]
    values = [exp.column(name.copy(), table=source) for name in names]
    if update:
        pairs = zip(names, values, strict=True)
        then.set("expressions", [exp.EQ(this=exp.column(name), expression=value) for name, value in pairs])
    else:
        then.set("this", exp.Tuple(expressions=[exp.column(name) for name in names]))
        then.set("expression", exp.Tuple(expressions=values))
