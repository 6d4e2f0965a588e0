"""Whether the stand-in for Databricks can be believed: what the real SDK is told of what the service decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound
from databricks.sdk.errors.platform import InvalidParameterValue, Unauthenticated
from databricks.sdk.service.sql import (
    QueryFilter,
    QueryTag,
    StatementParameterListItem,
    StatementResponse,
    StatementState,
)
from databricks_bench import CLIENT, CLIENTS_OWN, RIGHT, WAREHOUSE, WORDS, WRONG, DatabricksServer
from databricks_cases import ERRORS, ONCE_MORE, TABLE, TWO, VALUES, WIDEN

Run = Callable[..., StatementResponse]


@pytest.fixture(autouse=True)
def _no_other_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/nowhere")


@pytest.fixture
def client(databricks: DatabricksServer) -> WorkspaceClient:
    return WorkspaceClient(host=databricks.address, token=RIGHT)


@pytest.fixture
def run(databricks: DatabricksServer, client: WorkspaceClient) -> Iterator[Run]:
    """Runs statements in a catalog of their own, and gives the last one's answer."""
    catalog = databricks.adapter().database

    def send(*statements: str, **options: object) -> StatementResponse:
        for statement in statements:
            answer = client.statement_execution.execute_statement(statement, WAREHOUSE, catalog=catalog, **options)
        return answer

    return send


def rows(answer: StatementResponse) -> list[list[str | None]]:
    assert answer.status.error is None, answer.status.error.message
    return answer.result.data_array or []


# What fails


@pytest.mark.parametrize(("statements", "error_class", "state"), ERRORS, ids=lambda one: str(one)[-60:])
def test_a_statement_that_fails_is_told_with_its_class_and_state(run: Run, statements, error_class, state):
    for statement in statements[:-1]:
        rows(run(statement))

    status = run(statements[-1]).status

    assert status.state is StatementState.FAILED
    assert status.error.message.startswith(f"[{error_class}] ")
    assert f" SQLSTATE: {state}" in status.error.message
    assert status.sql_state == state


def test_a_statement_that_fails_changes_nothing(run: Run):
    run(TABLE, TWO)

    for failing in (
        "INSERT INTO t REPLACE WHERE n > 1 SELECT 1, 1, 1",
        "INSERT OVERWRITE t SELECT id, n, 1 / (id - id) FROM t",
        f"{ONCE_MORE} THEN UPDATE SET n = 9",
        "CREATE OR REPLACE TABLE t AS SELECT CAST('x' AS INT) AS i",
    ):
        assert run(failing).status.state is StatementState.FAILED, failing

    assert rows(run("SELECT id, n FROM t ORDER BY id")) == [["1", "1"], ["2", "2"]]
    assert [row[0] for row in rows(run("DESCRIBE HISTORY t"))] == ["1", "0"]


def test_a_plan_that_cannot_be_made_is_an_answer_with_the_reason(run: Run):
    ((plan,),) = rows(run(TABLE, "EXPLAIN COST SELECT nothing FROM t"))

    assert "AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION]" in plan


# What succeeds


@pytest.mark.parametrize(("expression", "type_text", "value"), VALUES)
def test_a_value_is_told_as_text_with_its_type(run: Run, expression, type_text, value):
    answer = run(f"SELECT {expression} AS x")

    assert [(one.name, one.type_text) for one in answer.manifest.schema.columns] == [("x", type_text)]
    assert rows(answer) == [[value]]


def test_parameters_are_bound_by_name_with_their_types(run: Run):
    given = [StatementParameterListItem("day", "DATE", "2024-02-29"), StatementParameterListItem("text", value="it's")]

    assert rows(run("SELECT :day AS day, :text AS text", parameters=given)) == [["2024-02-29", "it's"]]


NEW = "SELECT 1 AS id, 9 AS n, 1 AS d UNION ALL SELECT 9, 9, 9"
CHANGES = [
    ("INSERT INTO t VALUES (3, 3, 3)", {"num_affected_rows": "1", "num_inserted_rows": "1"}),
    ("INSERT INTO t BY NAME SELECT 5 AS n, 4 AS id", {"num_affected_rows": "1", "num_inserted_rows": "1"}),
    ("INSERT OVERWRITE t VALUES (3, 3, 3)", {"num_affected_rows": "1", "num_inserted_rows": "1"}),
    ("UPDATE t SET n = 0", {"num_affected_rows": "2"}),
    ("DELETE FROM t WHERE id = 1", {"num_affected_rows": "1"}),
    (
        f"{ONCE_MORE} THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)",
        {"num_affected_rows": "1", "num_updated_rows": "0", "num_deleted_rows": "1", "num_inserted_rows": "0"},
    ),
    (
        f"MERGE INTO t USING ({NEW}) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
        {"num_affected_rows": "2", "num_updated_rows": "1", "num_deleted_rows": "0", "num_inserted_rows": "1"},
    ),
]


@pytest.mark.parametrize(("statement", "told"), CHANGES)
def test_what_changes_rows_tells_how_many(run: Run, statement, told):
    answer = run(TABLE, TWO, statement)

    found = rows(answer)
    names = [one.name for one in answer.manifest.schema.columns]
    assert [dict(zip(names, row, strict=True)) for row in found] == [told]


def test_a_table_is_described_in_the_words_in_which_it_was_declared(run: Run):
    declared = ", ".join(f"{name} {kind}" for name, kind, _, _ in WORDS.columns)
    run(
        f"CREATE TABLE given ({declared}, short VARCHAR(20), m MAP<STRING, INT>)",
        "CREATE VIEW v AS FROM given SELECT id",
    )

    found = rows(
        run(
            "SELECT c.table_name, t.table_type, c.column_name, c.full_data_type, c.is_nullable"
            " FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_name)"
            " ORDER BY c.table_name, c.ordinal_position"
        )
    )

    columns = [[name, type_text, "YES" if nullable else "NO"] for name, _, type_text, nullable in WORDS.columns]
    columns += [["short", "varchar(20)", "YES"], ["m", "map<string,int>", "YES"]]
    assert found == [["given", "MANAGED", *one] for one in columns] + [["v", "VIEW", "id", "bigint", "YES"]]


def test_each_write_is_a_version_that_a_replacement_goes_on_from(run: Run):
    run(
        TABLE,
        TWO,
        WIDEN,
        "ALTER TABLE t ALTER COLUMN n TYPE BIGINT",
        "DELETE FROM t WHERE id = 99",  # Which finds nothing, and writes nothing.
        "CREATE OR REPLACE TABLE t AS SELECT 1 AS id",
    )

    told = [(row[0], row[4]) for row in rows(run("DESCRIBE HISTORY t"))]

    assert told == [
        ("4", "CREATE OR REPLACE TABLE AS SELECT"),
        ("3", "CHANGE COLUMN"),
        ("2", "SET TBLPROPERTIES"),
        ("1", "WRITE"),
        ("0", "CREATE TABLE"),
    ]


def test_a_clone_keeps_columns_as_they_were_declared(run: Run):
    run(TABLE, TWO, "CREATE OR REPLACE TABLE copied DEEP CLONE t")

    assert rows(run("DESCRIBE TABLE copied")) == [
        ["id", "bigint", None],
        ["n", "int", None],
        ["d", "decimal(10,2)", None],
    ]
    assert rows(run("SELECT id FROM copied ORDER BY id")) == [["1"], ["2"]]


def test_a_union_of_thousands_is_a_query_like_any_other(run: Run):
    union = " UNION ALL ".join(["SELECT 1 AS i"] * 3000)

    assert rows(run(f"SELECT SUM(i) AS n FROM ({union})")) == [["3000"]]


# The course of a statement


def test_a_large_result_comes_in_chunks(run: Run, client: WorkspaceClient):
    answer = run("SELECT id FROM range(2500) ORDER BY id")

    chunk, seen = answer.result, []
    while True:
        seen += [row[0] for row in chunk.data_array]
        if chunk.next_chunk_index is None:
            break
        chunk = client.statement_execution.get_statement_result_chunk_n(answer.statement_id, chunk.next_chunk_index)

    assert (answer.manifest.total_row_count, answer.manifest.total_chunk_count) == (2500, 3)
    assert seen == [str(number) for number in range(2500)]


@pytest.mark.parametrize(("limit", "count", "truncated"), [(2, 2, True), (3, 3, False), (9, 3, False)])
def test_a_result_is_cut_where_it_has_more_rows_than_are_wanted(run: Run, limit, count, truncated):
    answer = run("SELECT id FROM range(3)", row_limit=limit)

    assert (len(rows(answer)), answer.manifest.truncated) == (count, truncated)


@pytest.mark.parametrize(("count", "state"), [(26, StatementState.SUCCEEDED), (27, StatementState.FAILED)])
def test_a_result_of_more_than_25_megabytes_fails(run: Run, count, state):
    answer = run(f"SELECT repeat('x', 1000000) AS x FROM range({count})")

    assert answer.status.state is state


def test_a_statement_runs_on_until_it_is_cancelled(run: Run, client: WorkspaceClient):
    begun = run(WORDS.endless, wait_timeout="0s")
    client.statement_execution.cancel_execution(begun.statement_id)

    while (told := client.statement_execution.get_statement(begun.statement_id)).status.state in {
        StatementState.PENDING,
        StatementState.RUNNING,
    }:
        pass

    assert begun.status.state in {StatementState.PENDING, StatementState.RUNNING}
    assert told.status.state is StatementState.CANCELED


def test_the_history_tells_of_a_statement_by_its_name(run: Run, client: WorkspaceClient):
    done = run("SELECT 1 AS i", query_tags=[QueryTag("team", "blue")])
    run("SELECT 2 AS i")

    asked = client.query_history.list(filter_by=QueryFilter(statement_ids=[done.statement_id]), include_metrics=True)

    assert [
        (one.query_id, one.query_text, one.status.value, one.query_tags, one.metrics.read_bytes) for one in asked.res
    ] == [(done.statement_id, "SELECT 1 AS i", "FINISHED", [QueryTag("team", "blue")], 4096)]


def test_what_is_not_there_or_cannot_be_asked_is_refused(client: WorkspaceClient):
    statements = client.statement_execution
    with pytest.raises(NotFound):
        statements.get_statement("none")
    with pytest.raises(NotFound):
        statements.execute_statement("SELECT 1", "none")
    with pytest.raises(InvalidParameterValue):
        statements.execute_statement("SELECT 1", WAREHOUSE, wait_timeout="3s")


def test_only_who_is_known_is_let_in(databricks: DatabricksServer):
    def ask(**login: str) -> object:
        return WorkspaceClient(host=databricks.address, **login).statement_execution.get_statement("none")

    with pytest.raises(Unauthenticated):
        ask(token=WRONG)
    with pytest.raises(NotFound):
        ask(client_id=CLIENT, client_secret=CLIENTS_OWN)
    with pytest.raises(ValueError, match="invalid_client"):
        ask(client_id=CLIENT, client_secret=WRONG)
