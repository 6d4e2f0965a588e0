"""Statements for Databricks and what comes of them: of our snapshots and checks, and of the service's own rules."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]
_NO_MODELS = {"loads"}  # What else is reviewed as text.
SNAPSHOTS = {
    path.parent.name: path.read_text()
    for path in sorted(TESTS.glob("snapshots/*/databricks.sql"))
    if path.parent.name not in _NO_MODELS
}
CHECKS = (TESTS / "unit/planning/check_statements/databricks.sql").read_text()
BEFORE = re.compile(r"^-- (?:while the target does not exist|once it is there):$", re.MULTILINE)
NO_STATEMENT = {
    "dynamic_table": "databricks has no dynamic tables",
    "ephemeral": "readers inline the query",
    "full_refresh_options": "Databricks partitions a table or clusters it, not both",
}
REFUSED = {"format_streaming_table": "STREAMING_TABLE_QUERY_INVALID"}  # The model's query does not read a STREAM.
DAYS = {"@watermark": "2020-01-01 00:00:00", "@start_date": "2020-01-01", "@end_date": "2030-01-01"}


def statements(text: str) -> list[str]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [one.strip() for one in re.split(r";\s*(?:\n|$)", lines) if one.strip()]


def with_moments(statement: str) -> str:
    """With instants in place of the placeholders that a run fills in."""
    for word, moment in DAYS.items():
        statement = statement.replace(f"'{word}'", f"'{moment}'").replace(word, f"'{moment}'")
    return statement


# The models

ORDERS = """CREATE TABLE `lake`.`raw`.`orders` AS
SELECT CAST(order_id AS BIGINT) AS order_id, customer, CAST(day AS DATE) AS ordered_on,
  CAST(day AS TIMESTAMP_NTZ) AS updated_at
FROM VALUES (1, 'ann', '2024-01-01'), (2, 'ben', '2024-01-02'), (3, NULL, '2024-01-02') AS t(order_id, customer, day)"""
MORE = "INSERT INTO `lake`.`raw`.`orders` SELECT 4, 'ann', DATE '2024-02-01', CAST('2024-02-01' AS TIMESTAMP_NTZ)"
PEOPLE = """CREATE TABLE `lake`.`raw`.`people` AS
SELECT * FROM VALUES (1, 'ann', DATE '2024-01-01'), (2, 'ben', DATE '2024-01-01') AS t(id, name, changed)"""


# The checks

SHOP = (
    """CREATE TABLE `lake`.`marts`.`orders` (id BIGINT, customer_id BIGINT, status STRING, amount DECIMAL(10, 2),
ordered_on DATE, changed TIMESTAMP_NTZ, loaded TIMESTAMP, elsewhere TIMESTAMP)""",
    """INSERT INTO `lake`.`marts`.`orders` VALUES
(1, 1, '12ab', 10, DATE '2024-01-01', TIMESTAMP_NTZ '2024-01-01', TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01'),
(1, 2, 'void', -5, DATE '2024-01-01', TIMESTAMP_NTZ '2024-01-01', TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01'),
(NULL, 9, 'it\\'s', 2000, DATE '2999-01-01', TIMESTAMP_NTZ '2999-01-01', TIMESTAMP '2999-01-01',
  TIMESTAMP '2999-01-01'),
(4, NULL, NULL, -1, NULL, NULL, NULL, NULL)""",
    "CREATE TABLE `lake`.`marts`.`dim_customers` AS SELECT 1 AS id",
    "CREATE TABLE `lake`.`raw`.`customers` AS SELECT 2 AS id",
    "CREATE TABLE `lake`.`raw`.`orders` AS SELECT * FROM `lake`.`marts`.`orders` WHERE id = 1",
    "CREATE TABLE `lake`.`berlin`.`orders` AS SELECT 1 AS id, 'new' AS status UNION ALL SELECT 12, 'old'",
    "CREATE TABLE `lake`.`paris`.`orders` AS SELECT 1 AS id, 'new' AS status UNION ALL SELECT 2, 'old'",
)
BLOCKS = dict(re.findall(r"^-- (.*?)\n(.*?)(?=^-- |\Z)", CHECKS, re.MULTILINE | re.DOTALL))
# The number that a check is judged by, and how many rows its sample shows.
FOUND: dict[str, tuple[object, ...]] = {
    "accepted_numbers": ((1,), 1),
    "accepted_values": ((2,), 2),
    "aggregate": ((0,),),
    "aggregate_count": ((0,),),
    "composite": ((0,), 0),
    "expression": ((2,), 2),
    "in_range": ((1,), 1),
    "not_in_future_date": ((1,), 1),
    "not_in_future_timestamp": ((1,), 1),
    "not_in_future_timestamp_tz": ((1,), 1),
    "not_in_future_unknown": ((1,), 1),
    "not_null": ((1,), 1),
    "not_null_filtered": ((1,), 1),
    "older_than_n_days_date": ((1,), 1),
    "older_than_n_days_timestamp": ((1,), 1),
    "older_than_n_days_timestamp_tz": ((1,), 1),
    "older_than_n_days_unknown": ((1,), 1),
    "overlap key_expr": ((2,), 2),
    "overlap keys": ((1,), 1),
    "pipeline column_match": (0,),
    "pipeline negatives": ((2,),),
    "pipeline row_count": ((2, 4),),
    "pipeline row_count without a source": ((4,),),
    "quarantine drop": ((3,),),
    "quarantine split": ((3,), (1,)),
    "quarantine tag": ((3,), (1,)),
    "regex_match": ((2,), 2),
    "relationships": ((1,), 1),
    "relationships_elsewhere": ((2,), 2),
    "row_count_range": ((2,),),
    "unique": ((1,), 1),
    "unique_expr": ((0,), 0),
    "unique_filtered": ((0,), 0),
}
OF_THE_MOMENT = {"pipeline freshness", "pipeline null_rate:status"}  # By the clock, and of a sample.


# What fails, with its class and state

TABLE = "CREATE TABLE t (id BIGINT NOT NULL, n INT, d DECIMAL(10,2))"
TWO = "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)"
WIDEN = "ALTER TABLE t SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')"
ONCE_MORE = "MERGE INTO t USING (SELECT 1 AS id UNION ALL SELECT 1) AS s ON t.id = s.id WHEN MATCHED"
ERRORS: list[tuple[list[str], str, str]] = [
    (["SELECT * FROM nope"], "TABLE_OR_VIEW_NOT_FOUND", "42P01"),
    (["SELECT * FROM nowhere.nope"], "TABLE_OR_VIEW_NOT_FOUND", "42P01"),
    (["SELECT * FROM nowhere.no.nope"], "NO_SUCH_CATALOG_EXCEPTION", "42704"),
    (["SELECT * FROM nowhere.information_schema.tables"], "NO_SUCH_CATALOG_EXCEPTION", "42704"),
    ([TABLE, "SELECT nothing FROM t"], "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
    ([TABLE, "DESCRIBE QUERY SELECT nothing FROM t"], "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
    ([TABLE, "UPDATE t SET nothing = 1"], "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
    ([TABLE, "INSERT INTO t (nothing) VALUES (1)"], "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
    ([TABLE, "SELECT id FROM t AS a, t AS b"], "AMBIGUOUS_REFERENCE", "42704"),
    ([TABLE, "SELECT id, COUNT(*) FROM t"], "MISSING_GROUP_BY", "42803"),
    ([TABLE, "SELECT id, n FROM t GROUP BY id"], "MISSING_AGGREGATION", "42803"),
    (["SELECT s.b FROM (SELECT named_struct('a', 1) AS s)"], "FIELD_NOT_FOUND", "42704"),
    (["SELECT nothing_like_that(1)"], "UNRESOLVED_ROUTINE", "42883"),
    (["SELECT :x"], "UNBOUND_SQL_PARAMETER", "42P02"),
    (["SELEC 1"], "PARSE_SYNTAX_ERROR", "42601"),
    (["SELECT 1; SELECT 2"], "PARSE_SYNTAX_ERROR", "42601"),
    (["SELECT 'open"], "PARSE_SYNTAX_ERROR", "42601"),
    (["SELECT CAST('abc' AS INT)"], "CAST_INVALID_INPUT", "22018"),
    (["SELECT CAST('abc' AS DATE)"], "CAST_INVALID_INPUT", "22018"),
    (["SELECT CAST('abc' AS TIMESTAMP_NTZ)"], "CAST_INVALID_INPUT", "22018"),
    (["SELECT CAST(99999 AS DECIMAL(4,2))"], "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "22003"),
    (["SELECT 9223372036854775807 + 1"], "ARITHMETIC_OVERFLOW", "22003"),
    (["SELECT 1 / 0"], "DIVIDE_BY_ZERO", "22012"),
    (["SELECT 1.5 / 0"], "DIVIDE_BY_ZERO", "22012"),
    (["SELECT 1 % 0"], "REMAINDER_BY_ZERO", "22012"),
    (["SELECT raise_error('late')"], "USER_RAISED_EXCEPTION", "P0001"),
    ([TABLE, TABLE], "TABLE_OR_VIEW_ALREADY_EXISTS", "42P07"),
    (["CREATE TABLE nowhere.t (i INT)"], "SCHEMA_NOT_FOUND", "42704"),
    (["CREATE SCHEMA s", "CREATE SCHEMA s"], "SCHEMA_ALREADY_EXISTS", "42P06"),
    (["CREATE SCHEMA full", "CREATE TABLE full.t (i INT)", "DROP SCHEMA full"], "SCHEMA_NOT_EMPTY", "2BP01"),
    (["DROP TABLE nope"], "TABLE_OR_VIEW_NOT_FOUND", "42P01"),
    ([TABLE, "DROP VIEW t"], "WRONG_COMMAND_FOR_OBJECT_TYPE", "42809"),
    ([TABLE, "CREATE OR REPLACE VIEW t AS SELECT 1 AS i"], "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "42809"),
    (["CREATE VIEW v AS SELECT 1 AS i", "INSERT INTO v VALUES (1)"], "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "42809"),
    (["CREATE TABLE c AS SELECT COUNT(*)"], "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES", "42K05"),
    (["CREATE TABLE c AS SELECT 1 AS i, 2 AS I"], "COLUMN_ALREADY_EXISTS", "42711"),
    ([TABLE, "INSERT INTO t VALUES (NULL, 1, 1)"], "DELTA_NOT_NULL_CONSTRAINT_VIOLATED", "23502"),
    ([TABLE, "INSERT INTO t SELECT 1"], "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS", "21S01"),
    ([TABLE, TWO, "INSERT INTO t REPLACE WHERE n > 5 SELECT 1, 1, 1"], "DELTA_REPLACE_WHERE_MISMATCH", "44000"),
    (
        [TABLE, TWO, f"{ONCE_MORE} THEN UPDATE SET n = 9"],
        "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
        "21506",
    ),
    (
        [TABLE, "MERGE INTO t USING (SELECT 1 AS id) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET *"],
        "DELTA_MERGE_UNRESOLVED_EXPRESSION",
        "42601",
    ),
    (
        [TABLE, "ALTER TABLE t ALTER COLUMN n TYPE BIGINT"],
        "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP",
        "0AKDC",
    ),
    (
        [TABLE, WIDEN, "ALTER TABLE t ALTER COLUMN id TYPE INT"],
        "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP",
        "0AKDC",
    ),
    ([TABLE, "ALTER TABLE t DROP COLUMN n"], "DELTA_UNSUPPORTED_DROP_COLUMN", "0AKDC"),
    (
        [TABLE, "INSERT INTO t VALUES (1, NULL, 1)", "ALTER TABLE t ALTER COLUMN n SET NOT NULL"],
        "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
        "23502",
    ),
    (
        [TABLE, "ALTER TABLE t ADD CONSTRAINT positive CHECK (n > 0)", "INSERT INTO t VALUES (1, 0, 1)"],
        "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES",
        "23001",
    ),
    ([TABLE, "CREATE OR REFRESH STREAMING TABLE s AS SELECT * FROM t"], "STREAMING_TABLE_QUERY_INVALID", "42000"),
    (
        ["SELECT * FROM read_files('/Volumes/workspace/default/files/gone.csv', format => 'csv')"],
        "PATH_NOT_FOUND",
        "42K03",
    ),
]


# What succeeds, with its type and value

VALUES: list[tuple[str, str, str | None]] = [
    ("1", "INT", "1"),
    ("9999999999", "BIGINT", "9999999999"),
    ("1.50", "DECIMAL(3,2)", "1.50"),
    ("1e10", "DOUBLE", "1.0E10"),
    ("CAST(0.1 AS FLOAT)", "FLOAT", "0.1"),
    ("3 / 2", "DOUBLE", "1.5"),
    ("'it\\'s'", "STRING", "it's"),
    ("TRUE", "BOOLEAN", "true"),
    ("NULL", "VOID", None),
    ("DATE '2024-02-29'", "DATE", "2024-02-29"),
    ("TIMESTAMP '2024-02-29 12:00:00.25'", "TIMESTAMP", "2024-02-29T12:00:00.250Z"),
    ("CAST('2024-02-29 12:00:00' AS TIMESTAMP_NTZ)", "TIMESTAMP_NTZ", "2024-02-29T12:00:00.000"),
    ("CAST('ab' AS BINARY)", "BINARY", "YWI="),
    ("array(1, NULL)", "ARRAY<INT>", '["1",null]'),
    ("named_struct('a', 1, 'b', 'x')", "STRUCT<a: INT, b: STRING>", '{"a":"1","b":"x"}'),
    ("map('k', 1)", "MAP<STRING, INT>", '{"k":"1"}'),
    ("(SELECT SUM(id) FROM range(3))", "BIGINT", "3"),
    ("date_add(DATE '2024-02-29', 1)", "DATE", "2024-03-01"),
    ("size(transform(array(1, 2), x -> x + 1))", "INT", "2"),
]
