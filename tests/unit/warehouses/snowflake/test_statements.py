"""What a text is before it is sent."""

import pytest

from rocky_core.errors import QueryRejected
from rocky_core.warehouses.snowflake.statements import changes_session, require_one, require_rows


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "SELECT 1;",
        ";; SELECT ';' ;",
        "-- a; b\nSELECT 1 /* ; */",
        "(SELECT 1)",
        "SELECT $$ ; BEGIN $$",
        "SELECT 'unfinished",  # Snowflake says what is wrong with it.
    ],
)
def test_one_statement_is_one_whatever_stands_in_its_texts(text):
    require_one(text)


@pytest.mark.parametrize("text", ["", ";", "SELECT 1; SELECT 2", "begin", "COMMIT", "Rollback;", "START TRANSACTION"])
def test_none_several_and_words_of_transactions_are_refused(text):
    with pytest.raises(QueryRejected):
        require_one(text)


@pytest.mark.parametrize(
    ("text", "is_of_rows"),
    [
        ("INSERT INTO t SELECT 1", True),
        ("/* x */ delete from t", True),
        ("MERGE INTO t USING s ON TRUE WHEN MATCHED THEN DELETE", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("COPY INTO t FROM @s", True),
        ("CREATE TABLE t (i INT)", False),
        ("CREATE TEMPORARY TABLE t (i INT)", False),
        ("ALTER TABLE t ADD COLUMN j INT", False),
        ("TRUNCATE TABLE t", False),
        ("USE SCHEMA s", False),
    ],
)
def test_what_snowflake_commits_by_itself_is_known(text, is_of_rows):
    if is_of_rows:
        require_rows(text)
    else:
        with pytest.raises(QueryRejected, match="commits an open transaction"):
            require_rows(text)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("USE SCHEMA s", True),
        ("-- x\nalter session set timezone = 'UTC'", True),
        ("SET v = 1", True),
        ("create or replace temporary table t (i int)", True),
        ("CREATE TEMP TABLE t (i INT)", True),
        ("CREATE OR REPLACE TABLE temp AS SELECT 1", False),
        ("ALTER TABLE session ADD COLUMN i INT", False),
        ("UPDATE t SET i = 1", False),
        ("SELECT 1", False),
    ],
)
def test_what_a_session_leaves_behind_is_known(text, changes):
    assert changes_session(text) is changes
