"""Why statements fail, in the words of Databricks: error classes with their SQLSTATE, made of what DuckDB says."""

from __future__ import annotations

import re

import duckdb

STATES = {
    "AMBIGUOUS_REFERENCE": "42704",
    "ARITHMETIC_OVERFLOW": "22003",
    "CAST_INVALID_INPUT": "22018",
    "COLUMN_ALREADY_EXISTS": "42711",
    "DATATYPE_MISMATCH": "42K09",
    "DELTA_CLUSTER_BY_WITH_PARTITIONED_BY": "42613",
    "DELTA_FAILED_TO_MERGE_FIELDS": "22005",
    "DELTA_CONCURRENT_WRITE": "2D521",
    "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES": "42K05",
    "DELTA_MERGE_UNRESOLVED_EXPRESSION": "42601",
    "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE": "21506",
    "DELTA_NOT_NULL_CONSTRAINT_VIOLATED": "23502",
    "DELTA_REPLACE_WHERE_MISMATCH": "44000",
    "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP": "0AKDC",
    "DELTA_UNSUPPORTED_DROP_COLUMN": "0AKDC",
    "DELTA_UNSUPPORTED_RENAME_COLUMN": "0AKDC",
    "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES": "23001",
    "DIVIDE_BY_ZERO": "22012",
    "EXPECT_TABLE_NOT_VIEW": "42809",
    "EXPECT_VIEW_NOT_TABLE": "42809",
    "FIELD_NOT_FOUND": "42704",
    "INSERT_COLUMN_ARITY_MISMATCH": "21S01",
    "INTERNAL_ERROR": "XX000",
    "MISSING_AGGREGATION": "42803",
    "MISSING_GROUP_BY": "42803",
    "NO_SUCH_CATALOG_EXCEPTION": "42704",
    "NUMERIC_VALUE_OUT_OF_RANGE": "22003",
    "PARSE_EMPTY_STATEMENT": "42617",
    "PARSE_SYNTAX_ERROR": "42601",
    "PATH_NOT_FOUND": "42K03",
    "REMAINDER_BY_ZERO": "22012",
    "SCHEMA_ALREADY_EXISTS": "42P06",
    "SCHEMA_NOT_EMPTY": "2BP01",
    "SCHEMA_NOT_FOUND": "42704",
    "STREAMING_TABLE_QUERY_INVALID": "42000",
    "TABLE_OR_VIEW_ALREADY_EXISTS": "42P07",
    "TABLE_OR_VIEW_NOT_FOUND": "42P01",
    "UNBOUND_SQL_PARAMETER": "42P02",
    "UNRESOLVED_COLUMN": "42703",
    "UNRESOLVED_ROUTINE": "42883",
    "UNSUPPORTED_FEATURE": "0A000",
    "USER_RAISED_EXCEPTION": "P0001",
    "VOLUME_ALREADY_EXISTS": "42000",
    "VOLUME_DOES_NOT_EXIST": "42704",
    "WRONG_COMMAND_FOR_OBJECT_TYPE": "42809",
}
RAISED = re.compile(r"^Invalid Input Error: \[([A-Z_]+)\] (.*)", re.DOTALL)
PLACE = re.compile(r"\n\nLINE (\d+):.*", re.DOTALL)
KINDS = {"BOOL": "BOOLEAN", "INT32": "INT", "INT64": "BIGINT", "INT16": "SMALLINT", "INT8": "TINYINT"}


class Failure(Exception):
    """A statement that has failed."""

    def __init__(self, error_class: str, text: str, *, code: str = "BAD_REQUEST", place: str = "") -> None:
        self.error_class = error_class
        self.state = STATES[error_class.partition(".")[0]]
        self.code = code
        self.message = f"[{error_class}] {text} SQLSTATE: {self.state}{place}"
        super().__init__(self.message)


class TooLarge(Failure):
    """A result that does not go into an answer."""

    def __init__(self, most: int) -> None:
        self.code, self.state = "BAD_REQUEST", ""
        self.message = (
            "Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most"
            f" {most} bytes. Please execute the statement with disposition=EXTERNAL_LINKS if you want to download the"
            " full result."
        )
        Exception.__init__(self, self.message)


class Cancelled(Exception):
    """A statement that was stopped."""


def missing(catalog: str, schema: str, name: str) -> Failure:
    return Failure(
        "TABLE_OR_VIEW_NOT_FOUND",
        f"The table or view `{catalog}`.`{schema}`.`{name}` cannot be found. Verify the spelling and correctness of the"
        " schema and catalog.\nIf you did not qualify the name with a schema, verify the current_schema() output, or"
        " qualify the name with the correct schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS"
        " or DROP TABLE IF EXISTS.",
    )


def missing_schema(catalog: str, schema: str) -> Failure:
    return Failure(
        "SCHEMA_NOT_FOUND",
        f"The schema `{catalog}`.`{schema}` cannot be found. Verify the spelling and correctness of the schema and"
        " catalog.\nIf you did not qualify the name with a catalog, verify the current_schema() output, or qualify the"
        " name with the correct catalog.\nTo tolerate the error on drop use DROP SCHEMA IF EXISTS.",
    )


def missing_catalog(catalog: str) -> Failure:
    text = (
        f"Catalog '{catalog}' was not found. Please verify the catalog name and then retry the query or command again."
    )
    return Failure("NO_SUCH_CATALOG_EXCEPTION", text)


def exists(place: str) -> Failure:
    return Failure(
        "TABLE_OR_VIEW_ALREADY_EXISTS",
        f"Cannot create table or view {place} because it already exists.\nChoose a different name, drop or replace the"
        " existing object, or add the IF NOT EXISTS clause to tolerate pre-existing objects.",
    )


def unsupported(what: str) -> Failure:
    return Failure("UNSUPPORTED_FEATURE.STAND_IN", f"The stand-in does not know this statement: {what}")


def syntax(near: str, place: str = "") -> Failure:
    return Failure("PARSE_SYNTAX_ERROR", f"Syntax error at or near {near}.", place=place)


def translate(error: duckdb.Error, sql: str) -> Failure:
    """What Databricks would say of what DuckDB has refused."""
    message = PLACE.sub("", str(error))
    raised = RAISED.match(message)
    if raised is not None and raised[1] in STATES:
        return Failure(raised[1], raised[2].strip())
    for kind, pattern, make in TABLE:
        found = re.search(pattern, message, re.DOTALL)
        if isinstance(error, kind) and found is not None:
            failure = make(found)
            if (
                failure.error_class == "MISSING_AGGREGATION"
                and re.search(r"\bGROUP\s+BY\b", sql, re.IGNORECASE) is None
            ):
                return Failure("MISSING_GROUP_BY", "The query does not include a GROUP BY clause.")
            return failure
    return Failure("INTERNAL_ERROR", message, code="INTERNAL_ERROR")


def _column(found: re.Match) -> Failure:
    offered = ", ".join(f"`{one}`" for one in re.findall(r'"([^"]+)"', found["offered"] or ""))
    suffix, hint = (
        ("WITH_SUGGESTION", f" Did you mean one of the following? [{offered}].")
        if offered
        else (
            "WITHOUT_SUGGESTION",
            "",
        )
    )
    name = "`.`".join(found["name"].split("."))
    text = f"A column, variable, or function parameter with name `{name}` cannot be resolved.{hint}"
    return Failure(f"UNRESOLVED_COLUMN.{suffix}", text)


def _cast(found: re.Match) -> Failure:
    groups = found.groupdict()
    kind = groups.get("kind") or "TIMESTAMP"
    text = (
        f'The value \'{found["value"]}\' of the type "STRING" cannot be cast to "{KINDS.get(kind, kind).upper()}"'
        " because it is malformed. Correct the value as per the syntax, or change its target type. Use `try_cast` to"
        " tolerate malformed input and return NULL instead."
    )
    return Failure("CAST_INVALID_INPUT", text)


def _overflow(found: re.Match) -> Failure:
    return Failure("ARITHMETIC_OVERFLOW", f'{found[0]}. If necessary set ansi_mode to "false" to bypass this error.')


TABLE = (
    (
        duckdb.BinderException,
        r'Referenced column "(?P<name>[^"]+)" (?:was )?not found(?:.*?Candidate bindings: (?P<offered>.*))?',
        _column,
    ),
    (
        duckdb.BinderException,
        (
            r'(?:Values list|Table) "(?P<table>[^"]+)" does not have a column named "(?P<name>[^"]+)"'
            r"(?:.*?Candidate bindings:? (?P<offered>.*))?"
        ),
        _column,
    ),
    (
        duckdb.BinderException,
        r"Referenced update column (?P<name>\S+) not found(?:.*?Did you mean: (?P<offered>.*))?",
        _column,
    ),
    (duckdb.BinderException, r'Referenced table "(?P<name>[^"]+)" not found(?P<offered>)', _column),
    (duckdb.BinderException, r"Column with name (?P<name>\S+) (?P<offered>)", _column),
    (
        duckdb.BinderException,
        r'Ambiguous reference to column name "([^"]+)"',
        lambda found: Failure("AMBIGUOUS_REFERENCE", f"Reference `{found[1]}` is ambiguous."),
    ),
    (
        duckdb.BinderException,
        r'column "([^"]+)" must appear in the GROUP BY',
        lambda found: Failure(
            "MISSING_AGGREGATION",
            f'The non-aggregating expression "{found[1]}" is based on columns which are not participating in the GROUP'
            " BY clause.",
        ),
    ),
    (
        duckdb.BinderException,
        r'table "?(\S+?)"? has (\d+) columns but (\d+) values',
        lambda found: Failure(
            "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
            if int(found[3]) < int(found[2])
            else "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
            f"Cannot write to `{found[1]}`, the table has {found[2]} columns but {found[3]} are given.",
        ),
    ),
    (
        duckdb.BinderException,
        r'already has a column named "?([^"\s]+)',
        lambda found: Failure("COLUMN_ALREADY_EXISTS", f"The column `{found[1]}` already exists."),
    ),
    (
        duckdb.CatalogException,
        r"Table with name (\S+) does not exist",
        lambda found: missing("", "", found[1]),
    ),
    (
        duckdb.CatalogException,
        r"Function with name \"?(\S+?)\"? does not exist",
        lambda found: Failure("UNRESOLVED_ROUTINE", f"Cannot resolve routine `{found[1]}` on search path."),
    ),
    (
        duckdb.BinderException,
        r'Could not find key "([^"]+)" in struct',
        lambda found: Failure("FIELD_NOT_FOUND", f"No such struct field `{found[1]}`."),
    ),
    (duckdb.BinderException, r"Binder Error: (.*)", lambda found: Failure("DATATYPE_MISMATCH", found[1])),
    (
        duckdb.ConversionException,
        r"Could not convert string ['\"](?P<value>.*?)['\"] to '?(?P<kind>[A-Z0-9(),]+)",
        _cast,
    ),
    (duckdb.ConversionException, r'invalid (?P<kind>\w+) field format: "(?P<value>.*?)"', _cast),
    (
        duckdb.ConversionException,
        r"Could not cast value (\S+) to DECIMAL\((\d+),(\d+)\)",
        lambda found: Failure(
            "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
            f"{found[1]} cannot be represented as Decimal({found[2]}, {found[3]}).",
        ),
    ),
    (duckdb.ConversionException, r"Type \w+ with value .*? can't be cast", _overflow),
    (
        duckdb.ConversionException,
        r"Conversion Error: (.*)",
        lambda found: Failure("CAST_INVALID_INPUT", found[1]),
    ),
    (duckdb.OutOfRangeException, r"Overflow[^(!]*", _overflow),
    (duckdb.OutOfRangeException, r"Out of Range Error: (.*)", _overflow),
    (
        duckdb.ConstraintException,
        r"NOT NULL constraint failed: (?:\S+\.)?(\S+)",
        lambda found: Failure(
            "DELTA_NOT_NULL_CONSTRAINT_VIOLATED", f"NOT NULL constraint violated for column: {found[1]}."
        ),
    ),
    (
        duckdb.InvalidInputException,
        r"MERGE INTO command cannot affect the same target row more than once",
        lambda _: Failure(
            "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
            "Cannot perform Merge as multiple source rows matched and attempted to modify the same target row in the"
            " Delta table in possibly conflicting ways.",
        ),
    ),
    (
        duckdb.InvalidInputException,
        r"Division by zero in expression \(.*(%|//)",
        lambda found: Failure(
            "REMAINDER_BY_ZERO" if found[1] == "%" else "DIVIDE_BY_ZERO",
            "Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.",
        ),
    ),
    (
        duckdb.TransactionException,
        r"onflict",
        lambda _: Failure(
            "DELTA_CONCURRENT_WRITE",
            "A concurrent transaction has written new data since the current transaction read the table. Please try"
            " the operation again.",
            code="ABORTED",
        ),
    ),
    (duckdb.ParserException, r'syntax error at or near "?([^"\n]*)', lambda found: syntax(f"'{found[1]}'")),
    (duckdb.ParserException, r"Parser Error: (.*)", lambda found: syntax(f"'{found[1]}'")),
)
