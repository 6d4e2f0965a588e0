"""Statements of Databricks that are no SQL elsewhere: volumes, clones, files, and what is told of tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
from databricks_catalog import Table
from databricks_errors import Failure, translate, unsupported
from databricks_run import NOTHING, QUERIES, Runner, counts
from databricks_tables import Definitions
from databricks_translate import ME, parse, read_files
from databricks_types import Column, Rows
from sqlglot import exp

PART = r"(?:`(?:[^`]|``)+`|\w+)"
NAME = rf"({PART}(?:\.{PART})*)"
LEADING = re.compile(r"^(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+", re.DOTALL)


def parts_of(name: str) -> list[str]:
    return [one.strip("`").replace("``", "`") for one in re.findall(PART, name)]


def command(runner: Runner, sql: str) -> Rows | None:
    """What such a statement gives; None of one that is no such statement."""
    text = LEADING.sub("", sql).rstrip().rstrip(";").rstrip()
    for pattern, act in COMMANDS:
        found = re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL)
        if found is not None:
            return act(runner, found)
    return None


def whole(runner: Runner, name: str) -> tuple[str, str, str]:
    parts = [one.lower() for one in parts_of(name)]
    context = (runner.context.catalog.lower(), runner.context.schema.lower())
    return (*context[: max(3 - len(parts), 0)], *parts)


def _create_catalog(runner: Runner, found: re.Match) -> Rows:
    name = parts_of(found[2])[0].lower()
    with runner.catalog.lock:
        if name not in runner.catalog.schemas:
            runner.catalog.create_catalog(name)
        elif not found[1]:
            raise Failure("SCHEMA_ALREADY_EXISTS", f"Catalog `{name}` already exists.")
    return NOTHING


def _drop_catalog(runner: Runner, found: re.Match) -> Rows:
    name = parts_of(found[2])[0].lower()
    if name in runner.catalog.schemas:
        runner.catalog.drop_catalog(name)
    elif not found[1]:
        runner.catalog.know_catalog(name)
    return NOTHING


def _create_volume(runner: Runner, found: re.Match) -> Rows:
    place = whole(runner, found[2])
    with runner.catalog.lock:
        runner.catalog.know_schema(*place[:2])
        if place in runner.catalog.volumes and not found[1]:
            raise Failure("VOLUME_ALREADY_EXISTS", f"Volume '{'.'.join(place)}' already exists.")
        runner.catalog.create_volume(place)
    return NOTHING


def _drop_volume(runner: Runner, found: re.Match) -> Rows:
    place = whole(runner, found[2])
    with runner.catalog.lock:
        if place not in runner.catalog.volumes and not found[1]:
            raise Failure("VOLUME_DOES_NOT_EXIST", f"Volume '{'.'.join(place)}' does not exist.")
        runner.catalog.volumes.discard(place)
    return NOTHING


def _clone(runner: Runner, found: re.Match) -> Rows:
    wanted, source = Table(*whole(runner, found[3])), runner.catalog.table(whole(runner, found[5]))
    runner.catalog.know_schema(*wanted.place[:2])
    if found[4].upper() == "SHALLOW":
        wanted.kind = "MANAGED_SHALLOW_CLONE"
    if source.is_view:
        text = f"'CLONE' expects a table but {source.quoted} is a view."
        raise Failure("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", text)
    return Definitions(runner).clone(wanted, source, replaces=bool(found[1]), lenient=bool(found[2]))


def _drop_column(runner: Runner, found: re.Match) -> Rows:
    table = runner.catalog.table(whole(runner, found[1]))
    names = [part for one in re.findall(PART, found[2]) for part in parts_of(one)]
    with runner.turn(table.place):
        Definitions(runner).drop_columns(table, names)
    return NOTHING


def _unset(runner: Runner, found: re.Match) -> Rows:
    table = runner.catalog.table(whole(runner, found[1]))
    for key in re.findall(r"'((?:[^'\\]|\\.)*)'", found[2]):
        table.properties.pop(key, None)
    table.committed("UNSET TBLPROPERTIES")
    return NOTHING


def _tag(runner: Runner, found: re.Match) -> Rows:
    table = runner.catalog.table(whole(runner, found[1]))
    table.tags.update(re.findall(r"'((?:[^'\\]|\\.)*)'\s*=\s*'((?:[^'\\]|\\.)*)'", found[2]))
    return NOTHING


def _history(runner: Runner, found: re.Match) -> Rows:
    table = runner.catalog.table(whole(runner, found[1]))
    if table.is_view:
        text = f"'DESCRIBE HISTORY' expects a table but {table.quoted} is a view."
        raise Failure("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", text)
    columns = [
        Column("version", "bigint"),
        Column("timestamp", "timestamp"),
        Column("userId", "string"),
        Column("userName", "string"),
        Column("operation", "string"),
        Column("operationParameters", "map<string,string>"),
        Column("readVersion", "bigint"),
        Column("isolationLevel", "string"),
        Column("isBlindAppend", "boolean"),
        Column("operationMetrics", "map<string,string>"),
        Column("userMetadata", "string"),
        Column("engineInfo", "string"),
    ]
    rows = [
        (
            one.number,
            datetime.fromtimestamp(one.at / 1000, UTC),
            "1",
            ME,
            one.operation,
            one.told,
            one.number - 1 if one.number else None,
            "WriteSerializable",
            one.told.get("mode") == "Append",
            {},
            None,
            "Databricks-Runtime/17.x",
        )
        for one in reversed(table.history)
    ]
    return Rows(columns, rows[: int(found[2]) if found[2] else None])


DESCRIBED = [Column("col_name", "string"), Column("data_type", "string"), Column("comment", "string")]


def _describe_query(runner: Runner, found: re.Match) -> Rows:
    tree = parse(found[1])
    if not isinstance(tree, QUERIES):
        raise unsupported("DESCRIBE QUERY of what is no query")
    columns = runner.shape(runner.translator.query(tree))
    return Rows(DESCRIBED, [(one.name, one.type_text, None) for one in columns])


def _describe(runner: Runner, found: re.Match) -> Rows:
    table = runner.catalog.table(whole(runner, found[2]))
    rows = [(one.name, one.type_text, one.comment) for one in table.columns]
    if table.partitioned:
        rows += [("# Partition Information", "", ""), ("# col_name", "data_type", "comment")]
        rows += [(name, table.column(name).type_text, None) for name in table.partitioned]
    if found[1]:
        told = {
            "Catalog": table.catalog,
            "Database": table.schema,
            "Table": table.name,
            "Created Time": datetime.fromtimestamp(table.created_at / 1000, UTC).strftime("%a %b %d %H:%M:%S UTC %Y"),
            "Type": table.kind,
            "Comment": table.comment,
            "View Text": table.definition,
            "Provider": None if table.kind == "VIEW" else table.format.lower(),
            "Owner": ME,
            "Table Properties": "[" + ",".join(f"{key}={value}" for key, value in table.properties.items()) + "]",
        }
        rows += [("", "", ""), ("# Detailed Table Information", "", "")]
        rows += [(key, value, "") for key, value in told.items() if value is not None]
    return Rows(DESCRIBED, rows)


def _explain(runner: Runner, found: re.Match) -> Rows:
    """The plan; in its place stands why there is none, as Spark 4.2 has answered."""
    tree = parse(found[2])
    try:
        translator = runner.translator
        query = (
            tree
            if isinstance(tree, QUERIES)
            else tree.expression
            if isinstance(tree, exp.Insert | exp.Create)
            else None
        )
        if query is not None:
            runner.connection.execute(f"EXPLAIN {translator.query(query)}").fetchall()
        lines = []
        for place in sorted(translator.read):
            table = runner.catalog.table(place)
            count = runner.changed(f"SELECT count(*) FROM {table.inner}")
            statistics = f"Statistics(sizeInBytes={max(count * 8 * len(table.columns), 1)}.0 B, rowCount={count})"
            lines.append(f"+- Relation {table.full_name}[{','.join(one.name for one in table.columns)}] parquet")
            if (found[1] or "").strip().upper() == "COST":
                lines[-1] += f", {statistics}"
        plan = "\n".join(
            ["== Optimized Logical Plan ==", "Project", *lines, "", "== Physical Plan ==", "Project", *lines]
        )
    except (Failure, duckdb.Error) as error:
        failure = error if isinstance(error, Failure) else translate(error, found[2])
        said = f"org.apache.spark.sql.AnalysisException: {failure.message}"
        plan = f"== Optimized Logical Plan ==\n{said}\n\n== Physical Plan ==\n{said}\n"
    return Rows([Column("plan", "string")], [(plan,)])


def _show_schemas(runner: Runner, found: re.Match) -> Rows:
    catalog = parts_of(found[1])[0].lower() if found[1] else runner.context.catalog.lower()
    runner.catalog.know_catalog(catalog)
    return Rows([Column("databaseName", "string")], [(name,) for name in sorted(runner.catalog.schemas[catalog])])


def _show_tables(runner: Runner, found: re.Match) -> Rows:
    parts = whole(runner, (found[1] or runner.context.schema) + ".x")
    runner.catalog.know_schema(*parts[:2])
    columns = [Column("database", "string"), Column("tableName", "string"), Column("isTemporary", "boolean")]
    return Rows(columns, [(one.schema, one.name, False) for one in runner.catalog.within(*parts[:2])])


def _show_catalogs(runner: Runner, _: re.Match) -> Rows:
    return Rows([Column("catalog", "string")], [(name,) for name in sorted(runner.catalog.schemas)])


def _show_properties(runner: Runner, found: re.Match) -> Rows:
    table = runner.catalog.table(whole(runner, found[1]))
    return Rows([Column("key", "string"), Column("value", "string")], sorted(table.properties.items()))


def _copy_into(runner: Runner, found: re.Match) -> Rows:
    node = parse(found[0])
    if not isinstance(node, exp.Copy):
        raise unsupported("COPY INTO")
    table = runner.writable(node.this)
    options = {key: _options(node, key) for key in ("FORMAT_OPTIONS", "COPY_OPTIONS")}
    source = node.args["files"][0]
    read = {"format": found[1].lower(), "infercolumntypes": options["FORMAT_OPTIONS"].get("inferschema", "false")}
    read |= options["FORMAT_OPTIONS"]
    is_path = isinstance(source, exp.Literal) or (isinstance(source, exp.Table) and source.name.startswith("/"))
    path = source.name if is_path else next(one.name for one in source.find_all(exp.Table))
    if path in table.loaded and options["COPY_OPTIONS"].get("force") != "true":
        return counts(num_affected_rows=0, num_inserted_rows=0, num_skipped_corrupt_files=0)
    files = read_files(runner.catalog, path, read)
    query = files if is_path else runner.translator.query_over(source.unnest(), path, files)
    given = runner.shape(query)
    for one in given:
        column = table.column(one.name)
        if column is None:
            text = f"A column with name `{one.name}` cannot be resolved in {table.quoted}."
            raise Failure("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", text)
        if is_path and one.type_text != column.type_text:
            raise Failure("DELTA_FAILED_TO_MERGE_FIELDS", f"Failed to merge fields '{column.name}' and '{one.name}'.")
    names = ", ".join(f'"{one.name}"' for one in given)

    def work() -> Rows:
        inserted = runner.changed(f"INSERT INTO {table.inner} ({names}) {query}")
        return counts(num_affected_rows=inserted, num_inserted_rows=inserted, num_skipped_corrupt_files=0)

    copied = runner.write(table, "COPY INTO", work, mode="Append")
    table.loaded.add(path)
    return copied


def _options(node: exp.Copy, word: str) -> dict[str, str]:
    for one in node.args.get("params") or []:
        if one.name.upper() == word:
            return {pair.this.name.lower(): pair.args["value"].name for pair in one.find_all(exp.Property)}
    return {}


def _nothing(runner: Runner, found: re.Match) -> Rows:
    runner.catalog.table(whole(runner, found[1]))
    return NOTHING


COMMANDS: tuple[tuple[str, Callable[[Runner, re.Match], Rows]], ...] = (
    (rf"CREATE\s+CATALOG\s+(IF\s+NOT\s+EXISTS\s+)?{NAME}", _create_catalog),
    (rf"DROP\s+CATALOG\s+(IF\s+EXISTS\s+)?{NAME}(?:\s+CASCADE)?", _drop_catalog),
    (rf"CREATE\s+VOLUME\s+(IF\s+NOT\s+EXISTS\s+)?{NAME}(?:\s+COMMENT\s+'.*')?", _create_volume),
    (rf"DROP\s+VOLUME\s+(IF\s+EXISTS\s+)?{NAME}", _drop_volume),
    (
        rf"CREATE\s+(OR\s+REPLACE\s+)?TABLE\s+(IF\s+NOT\s+EXISTS\s+)?{NAME}\s+(DEEP|SHALLOW)\s+CLONE\s+{NAME}",
        _clone,
    ),
    (rf"ALTER\s+TABLE\s+{NAME}\s+DROP\s+COLUMNS?\s+\(?((?:{PART}|[\s,])+)\)?", _drop_column),
    (rf"ALTER\s+(?:TABLE|VIEW)\s+{NAME}\s+UNSET\s+TBLPROPERTIES\s+(?:IF\s+EXISTS\s+)?(\(.*\))", _unset),
    (rf"ALTER\s+(?:TABLE|VIEW)\s+{NAME}\s+SET\s+TAGS\s+(\(.*\))", _tag),
    (rf"DESC(?:RIBE)?\s+HISTORY\s+{NAME}(?:\s+LIMIT\s+(\d+))?", _history),
    (r"DESC(?:RIBE)?\s+(?:QUERY\s+)?((?:SELECT|WITH|VALUES|FROM)\b.*|\(.*)", _describe_query),
    (rf"DESC(?:RIBE)?\s+(?:TABLE\s+)?(EXTENDED\s+)?{NAME}", _describe),
    (r"EXPLAIN\s+(EXTENDED\s+|COST\s+|FORMATTED\s+|CODEGEN\s+)?(.*)", _explain),
    (rf"SHOW\s+(?:SCHEMAS|DATABASES)(?:\s+(?:IN|FROM)\s+{NAME})?", _show_schemas),
    (rf"SHOW\s+TABLES(?:\s+(?:IN|FROM)\s+{NAME})?", _show_tables),
    (r"SHOW\s+CATALOGS", _show_catalogs),
    (rf"SHOW\s+TBLPROPERTIES\s+{NAME}", _show_properties),
    (r"COPY\s+INTO\s+.*?\bFILEFORMAT\s*=\s*(\w+).*", _copy_into),
    (rf"(?:OPTIMIZE|VACUUM|ANALYZE\s+TABLE)\s+{NAME}.*", _nothing),
    (rf"REFRESH\s+(?:TABLE\s+|MATERIALIZED\s+VIEW\s+|STREAMING\s+TABLE\s+){NAME}.*", _nothing),
)
