"""Makes, changes and drops what the stand-in's catalog holds."""

from __future__ import annotations

from databricks_catalog import Table
from databricks_errors import Failure, missing, unsupported
from databricks_run import NOTHING, Runner
from databricks_translate import place_of
from databricks_types import Column, Rows, in_duckdb, spelled
from sqlglot import exp

INSERTED = Rows([Column("num_affected_rows", "bigint"), Column("num_inserted_rows", "bigint")], [])
WIDENINGS = {
    "tinyint": {"smallint", "int", "bigint", "double"},
    "smallint": {"int", "bigint", "double"},
    "int": {"bigint", "double"},
    "bigint": set(),
    "float": {"double"},
    "date": {"timestamp_ntz"},
}
DIGITS = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 20}


class Definitions:
    """The statements of one runner that define things."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.catalog = runner.catalog
        self.context = runner.context
        self.connection = runner.connection

    def run(self, tree: exp.Expression) -> Rows:
        match tree:
            case exp.Create() if tree.kind == "SCHEMA":
                self.catalog.create_schema(*self._schema(tree.this), or_not=bool(tree.args.get("exists")))
                return NOTHING
            case exp.Create() if tree.kind in {"TABLE", "VIEW"}:
                return self._create(tree)
            case exp.Drop():
                return self._drop(tree)
            case exp.Alter():
                return self._alter(tree)
            case exp.Comment() if isinstance(tree.this, exp.Table):
                table = self.catalog.table(place_of(tree.this, self.context))
                table.comment = tree.expression.name
                table.touched()
                return NOTHING
            case _:
                raise unsupported(tree.sql("databricks")[:200])

    def _schema(self, node: exp.Table) -> tuple[str, str]:
        names = [one for one in (node.catalog, node.db, node.name) if one]
        return (names[-2] if len(names) > 1 else self.context.catalog).lower(), names[-1].lower()

    def _create(self, tree: exp.Create) -> Rows:
        properties = tree.args["properties"].expressions if tree.args.get("properties") else []
        kinds = {type(one) for one in properties}
        kind = "MANAGED"
        if tree.kind == "VIEW":
            kind = "MATERIALIZED_VIEW" if exp.MaterializedProperty in kinds else "VIEW"
        elif exp.StreamingTableProperty in kinds:
            kind = "STREAMING_TABLE"
        place = place_of(tree.find(exp.Table), self.context)
        self.catalog.know_schema(*place[:2])
        query = tree.expression
        if kind == "STREAMING_TABLE" and (query is None or query.find(exp.Stream) is None):
            text = f"Streaming table `{place[2]}` can only be created from a streaming query. Please add the STREAM"
            text += " keyword to your FROM clause to turn this relation into a streaming query."
            raise Failure("STREAMING_TABLE_QUERY_INVALID", text)
        wanted = Table(*place, kind=kind)
        for one in properties:
            _describe(wanted, one)
        if wanted.partitioned and wanted.clustered:
            text = "Clustering and partitioning cannot both be specified. Please remove CLUSTERED BY INTO BUCKETS"
            raise Failure("DELTA_CLUSTER_BY_WITH_PARTITIONED_BY", f"{text} / CLUSTER BY or PARTITIONED BY.")
        with self.runner.turn(place):
            made = self._make(tree, wanted, query)
        return INSERTED if made and query is not None and kind == "MANAGED" else NOTHING

    def _make(self, tree: exp.Create, wanted: Table, query: exp.Expression | None) -> bool:
        """Whether it was made."""
        old = self.catalog.tables.get(wanted.place)
        replaces = bool(tree.args.get("replace") or tree.args.get("refresh"))
        if old is not None:
            if tree.args.get("exists"):
                return False
            if not replaces:
                self.catalog.room(wanted.place)
            self._may_replace(old, wanted)
        words = f"CREATE {'OR REPLACE ' if replaces else ''}TABLE"
        if query is not None:
            self._fill(wanted, tree, query)
            operation = f"{words} AS SELECT"
        else:
            wanted.columns = [self._declared(one) for one in tree.this.expressions if isinstance(one, exp.ColumnDef)]
            columns = ", ".join(
                f'"{one.name}" {in_duckdb(one.type_text)}{"" if one.nullable else " NOT NULL"}'
                for one in wanted.columns
            )
            self.connection.execute(f"CREATE OR REPLACE TABLE {wanted.inner} ({columns})")
            operation = words
        self.finish(wanted, operation)
        return True

    def _fill(self, wanted: Table, tree: exp.Create, query: exp.Expression) -> None:
        translated = self.runner.translator.query(query)
        if wanted.kind == "VIEW":
            wanted.definition = query.sql("databricks")
            wanted.columns = self.runner.shape(translated)
            if isinstance(tree.this, exp.Schema):
                for column, given in zip(wanted.columns, tree.this.expressions, strict=True):
                    column.name = given.name
            names = ", ".join(f'"{one.name}"' for one in wanted.columns)
            self.connection.execute(f"CREATE OR REPLACE VIEW {wanted.inner} ({names}) AS {translated}")
            return
        stored, wanted.columns = self.runner.stored(translated)
        if wanted.is_view:
            wanted.definition = query.sql("databricks")
        for name in (*wanted.partitioned, *wanted.clustered):
            if wanted.column(name) is None:
                text = f"A column, variable, or function parameter with name `{name}` cannot be resolved."
                raise Failure("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", text)
        self.connection.execute(f"CREATE OR REPLACE TABLE {wanted.inner} AS {stored}")

    def finish(self, wanted: Table, operation: str) -> None:
        """Keep it, once all has gone well."""
        self.runner.afterwards.append(lambda: self._keep(wanted, operation))

    def _keep(self, wanted: Table, operation: str) -> None:
        """A table goes on with the history of the one that it replaces."""
        old = self.catalog.tables.get(wanted.place)
        if old is not None:
            wanted.history, wanted.id, wanted.created_at = old.history, old.id, old.created_at
            wanted.updated_at = old.updated_at
        wanted.committed(operation)
        self.catalog.put(wanted)

    def _may_replace(self, old: Table, wanted: Table) -> None:
        if old.kind == wanted.kind:
            return
        if wanted.kind == "VIEW":
            text = f"'CREATE OR REPLACE VIEW' expects a view but {old.quoted} is a table."
            raise Failure("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", text)
        if old.is_view and wanted.kind == "MANAGED":
            text = f"'CREATE OR REPLACE TABLE' expects a table but {old.quoted} is a view."
            raise Failure("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", text)
        self.catalog.room(wanted.place)

    def _declared(self, node: exp.ColumnDef) -> Column:
        kinds = {type(one.kind): one.kind for one in node.args.get("constraints") or []}
        comment = kinds.get(exp.CommentColumnConstraint)
        nullable = not any(
            isinstance(one, exp.NotNullColumnConstraint) and not one.args.get("allow_null") for one in kinds.values()
        )
        return Column(node.name, spelled(node.kind), nullable, None if comment is None else comment.name)

    def _drop(self, tree: exp.Drop) -> Rows:
        node, lenient = tree.args["tables"][0], bool(tree.args.get("exists"))
        if tree.kind == "SCHEMA":
            catalog, schema = self._schema(node)
            if not (lenient and schema not in self.catalog.schemas.get(catalog, {})):
                self.catalog.drop_schema(catalog, schema, cascade=bool(tree.args.get("cascade")))
            return NOTHING
        place = place_of(node, self.context)
        found = self.catalog.tables.get(place)
        if found is None:
            if lenient:
                return NOTHING
            raise missing(*place)
        wants_view = tree.kind == "VIEW" or bool(tree.args.get("materialized"))
        if wants_view != found.is_view:
            kinds = ("VIEW", "EXTERNAL or MANAGED")
            text = f"The operation DROP {tree.kind} requires a {kinds[not wants_view]}. But {found.quoted} is a"
            hint = f"Use DROP {'VIEW' if found.is_view else 'TABLE'} instead."
            raise Failure("WRONG_COMMAND_FOR_OBJECT_TYPE", f"{text} {found.kind}. {hint}")
        with self.runner.turn(place):
            self.connection.execute(f"DROP {'VIEW' if found.kind == 'VIEW' else 'TABLE'} {found.inner}")
            self.runner.afterwards.append(lambda: self.catalog.tables.pop(place, None))
        return NOTHING

    def _alter(self, tree: exp.Alter) -> Rows:
        table = self.catalog.table(place_of(tree.this, self.context))
        if tree.args.get("kind") == "VIEW" and not table.is_view:
            text = f"'ALTER VIEW' expects a view but {table.quoted} is a table."
            raise Failure("EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE", text)
        with self.runner.turn(table.place):
            for action in tree.args.get("actions") or []:
                self._act(table, action)
        return NOTHING

    def _act(self, table: Table, action: exp.Expression) -> None:
        match action:
            case exp.ColumnDef():
                self.add(table, [self._declared(action)])
            case exp.Schema():
                self.add(table, [self._declared(one) for one in action.expressions])
            case exp.AlterColumn():
                self._alter_column(table, action)
            case exp.RenameColumn():
                self.rename_column(table, action.this.name, action.args["to"].name)
            case exp.AlterRename():
                self._rename(table, place_of(action.this, self.context))
            case exp.AlterSet():
                self._set(table, action)
            case exp.ClusterProperty():  # Which has no expressions for NONE.
                table.clustered = [one.name for one in action.expressions]
                table.committed("CLUSTER BY")
            case exp.Drop():
                self.drop_columns(table, [action.this.name])
            case exp.AddConstraint():
                self._constrain(table, action.expressions[0])
            case _ if isinstance(action, exp.Query):
                translated = self.runner.translator.query(action)
                table.definition, table.columns = action.sql("databricks"), self.runner.shape(translated)
                self.connection.execute(f"CREATE OR REPLACE VIEW {table.inner} AS {translated}")
                table.touched()
            case _:
                raise unsupported(f"ALTER TABLE … {action.sql('databricks')}")

    def add(self, table: Table, columns: list[Column]) -> None:
        for column in columns:
            if table.column(column.name) is not None:
                text = f"Column `{column.name}` already exists in {table.quoted}."
                raise Failure("COLUMN_ALREADY_EXISTS", text)
            self.connection.execute(
                f'ALTER TABLE {table.inner} ADD COLUMN "{column.name}" {in_duckdb(column.type_text)}'
            )
        table.columns = [*table.columns, *columns]
        table.committed("ADD COLUMNS")

    def _alter_column(self, table: Table, action: exp.AlterColumn) -> None:
        column = self._column(table, action.name)
        inner_words = f'ALTER TABLE {table.inner} ALTER COLUMN "{column.name}"'
        if action.args.get("dtype") is not None:
            wanted = spelled(action.args["dtype"])
            self._may_widen(table, column, wanted)
            self.connection.execute(f"{inner_words} SET DATA TYPE {in_duckdb(wanted)}")
            column.type_text = wanted
        elif action.args.get("allow_null") is not None:
            nullable = bool(action.args["allow_null"])
            if not nullable and self.runner.changed(
                f'SELECT count(*) FROM {table.inner} WHERE "{column.name}" IS NULL'
            ):
                text = f"NOT NULL constraint violated for column: {column.name}."
                raise Failure("DELTA_NOT_NULL_CONSTRAINT_VIOLATED", text)
            self.connection.execute(f"{inner_words} {'DROP' if nullable else 'SET'} NOT NULL")
            column.nullable = nullable
        elif action.args.get("comment") is not None:
            column.comment = action.args["comment"].name
        else:
            raise unsupported(f"ALTER TABLE … {action.sql('databricks')}")
        table.committed("CHANGE COLUMN")

    def _may_widen(self, table: Table, column: Column, wanted: str) -> None:
        old = column.type_text
        if old == wanted:
            return
        allowed = table.properties.get("delta.enableTypeWidening") == "true" and _widens(old, wanted)
        if not allowed:
            text = f"ALTER TABLE CHANGE COLUMN is not supported for changing column {column.name} from {old.upper()}"
            raise Failure("DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP", f"{text} to {wanted.upper()}.")

    def _column(self, table: Table, name: str) -> Column:
        found = table.column(name)
        if found is None:
            offered = ", ".join(f"`{one.name}`" for one in table.columns)
            text = f"A column, variable, or function parameter with name `{name}` cannot be resolved. Did you mean one"
            raise Failure("UNRESOLVED_COLUMN.WITH_SUGGESTION", f"{text} of the following? [{offered}].")
        return found

    def _maps_names(self, table: Table, error_class: str, words: str) -> None:
        if table.properties.get("delta.columnMapping.mode") != "name":
            text = f"{words} is not supported for your Delta table. Enable column mapping: SET TBLPROPERTIES"
            raise Failure(error_class, f"{text} ('delta.columnMapping.mode' = 'name').")

    def rename_column(self, table: Table, old: str, new: str) -> None:
        column = self._column(table, old)
        self._maps_names(table, "DELTA_UNSUPPORTED_RENAME_COLUMN", "Column rename")
        self.connection.execute(f'ALTER TABLE {table.inner} RENAME COLUMN "{column.name}" TO "{new}"')
        column.name = new
        table.committed("RENAME COLUMN")

    def drop_columns(self, table: Table, names: list[str]) -> None:
        gone = [self._column(table, name) for name in names]
        self._maps_names(table, "DELTA_UNSUPPORTED_DROP_COLUMN", "DROP COLUMN")
        for column in gone:
            self.connection.execute(f'ALTER TABLE {table.inner} DROP COLUMN "{column.name}"')
        table.columns = [one for one in table.columns if one not in gone]
        table.committed("DROP COLUMNS")

    def _rename(self, table: Table, place: tuple[str, str, str]) -> None:
        self.catalog.room(place)
        new = Table(*place)
        if table.kind == "VIEW" or place[:2] == table.place[:2]:
            kind = "VIEW" if table.kind == "VIEW" else "TABLE"
            self.connection.execute(f'ALTER {kind} {table.inner} RENAME TO "{place[2]}"')
        else:
            self.connection.execute(f"CREATE TABLE {new.inner} AS FROM {table.inner}")
            self.connection.execute(f"DROP TABLE {table.inner}")
        with self.catalog.lock:
            del self.catalog.tables[table.place]
            table.catalog, table.schema, table.name = place
            table.touched()
            self.catalog.put(table)

    def _set(self, table: Table, action: exp.AlterSet) -> None:
        for properties in action.expressions:
            for one in properties.expressions if isinstance(properties, exp.Properties) else []:
                table.properties[one.this.name] = one.args["value"].name
        table.committed("SET TBLPROPERTIES")

    def _constrain(self, table: Table, node: exp.Expression) -> None:
        check = node.find(exp.CheckColumnConstraint)
        if check is None:
            table.touched()  # Keys are only told.
            return
        condition = self.runner.translator.query(check.this)
        if self.runner.changed(f"SELECT count(*) FROM {table.inner} WHERE NOT ({condition})"):
            text = f"CHECK constraint {node.name} {check.this.sql('databricks')} violated by existing rows."
            raise Failure("DELTA_VIOLATE_CONSTRAINT_WITH_VALUES", text)
        table.constraints[node.name] = condition
        table.committed("ADD CONSTRAINT")

    def clone(self, wanted: Table, source: Table, *, replaces: bool, lenient: bool) -> Rows:
        """A copy of a table with all that is known of it."""
        columns = [
            Column(f"{word}", "bigint")
            for word in ("source_table_size", "source_num_of_files", "num_removed_files", "num_copied_files")
        ]
        with self.runner.turn(wanted.place):
            old = self.catalog.tables.get(wanted.place)
            if old is not None and lenient:
                return NOTHING
            if old is not None and not replaces:
                self.catalog.room(wanted.place)
            if old is not None:
                self._may_replace(old, wanted)
            self.connection.execute(f"CREATE OR REPLACE TABLE {wanted.inner} AS FROM {source.inner}")
            for one in source.columns:
                if not one.nullable:
                    self.connection.execute(f'ALTER TABLE {wanted.inner} ALTER COLUMN "{one.name}" SET NOT NULL')
            wanted.columns = [Column(one.name, one.type_text, one.nullable, one.comment) for one in source.columns]
            wanted.comment, wanted.format = source.comment, source.format
            wanted.properties = dict(source.properties)
            wanted.partitioned, wanted.clustered = list(source.partitioned), list(source.clustered)
            self.finish(wanted, "CLONE")
        return Rows(columns, [(4096, 1, 0, 1)])


def _widens(old: str, wanted: str) -> bool:
    if wanted in WIDENINGS.get(old, ()):
        return True
    if not wanted.startswith("decimal("):
        return False
    precision, scale = map(int, wanted[len("decimal(") : -1].split(","))
    if old in DIGITS:
        return precision - scale >= max(DIGITS[old], 10)
    if not old.startswith("decimal("):
        return False
    old_precision, old_scale = map(int, old[len("decimal(") : -1].split(","))
    return scale >= old_scale and precision - scale >= old_precision - old_scale


def _describe(table: Table, node: exp.Expression) -> None:
    match node:
        case exp.FileFormatProperty():
            table.format = node.name.upper()
        case exp.SchemaCommentProperty():
            table.comment = node.this.name
        case exp.PartitionedByProperty():
            table.partitioned = [one.name for one in node.this.expressions]
        case exp.ClusterProperty() | exp.ClusteredByProperty():
            table.clustered = [one.name for one in node.expressions]
        case exp.Property() if type(node) is exp.Property:
            table.properties[node.this.name] = node.args["value"].name
        case _:
            pass
