"""Write, audit, publish on a real DuckDB: readers see the old table or a whole new one that has passed."""

from __future__ import annotations

import threading
from typing import Literal

import pytest

from rocky_core.errors import LeaseLost, WarehouseError
from rocky_core.execution.run_audit import run_audit
from rocky_core.ir.checks import CheckSeverity, DeclarativeTest
from rocky_core.ir.names import TargetName
from rocky_core.ir.plan import PlannedAudit
from rocky_core.ir.replace import replace
from rocky_core.ir.run import CheckStatus
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_audit import Audited, plan_audit, plan_staging_copy, staging_target
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks
from rocky_core.ports.warehouse import Session
from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse

TARGET = TargetName("", "marts", "orders")
STAGING = staging_target(TARGET)
CONTEXT = CheckContext("duckdb", {"orders": TARGET})
NOT_NULL = DeclarativeTest("not_null", "id", filter="orders.id IS NULL OR orders.id >= 0")
UNIQUE = DeclarativeTest("unique", "id", CheckSeverity.WARNING)
SELF = DeclarativeTest("relationships", "id", parameters={"to_table": "orders", "to_column": "id"})
Kind = Literal["table", "view"]


def audit(found: Kind | None, built: Kind = "table", *tests: DeclarativeTest) -> PlannedAudit:
    planned = plan_audit(tests or (NOT_NULL,), CheckedTable(TARGET), CONTEXT, built, found).audit
    assert planned is not None
    return planned


def build(session: Session, query: str, kind: Kind = "table") -> None:
    session.execute(f"CREATE OR REPLACE {kind} marts.{staging_target(TARGET, kind).table} AS {query}")


def relations(session: Session) -> list[tuple[object, ...]]:
    both = "SELECT view_name, 'view' FROM duckdb_views() WHERE NOT internal"
    return list(session.query(f"SELECT table_name, 'table' FROM duckdb_tables() UNION ALL {both} ORDER BY 1").rows)


def ids(session: Session) -> list[object]:
    return [row[0] for row in session.query("SELECT id FROM marts.orders ORDER BY id").rows]


@pytest.mark.parametrize("built", ["table", "view"])
@pytest.mark.parametrize("found", ["table", "view", None])
def test_what_passes_is_swapped_in(found: Kind | None, built: Kind, session: Session) -> None:
    if found is not None:
        session.execute(f"CREATE {found} marts.orders AS SELECT 1 AS id, 'old' AS state")
    build(session, "SELECT 2 AS id", built)
    outcome = run_audit("orders", ("orders",), audit(found, built), session, lambda: None)
    assert (outcome.refused, [check.status for check in outcome.checks]) == (None, [CheckStatus.PASSED])
    assert (ids(session), relations(session)) == ([2], [("orders", built)])


@pytest.mark.parametrize(
    ("tests", "query", "refused"),
    [
        ((NOT_NULL,), "SELECT NULL AS id", "not_null:id: 1 row is NULL in 'id'"),
        ((DeclarativeTest("expression", parameters={"expression": "id > 0) OR (true"}),), "SELECT 1 AS id", None),
        ((DeclarativeTest("not_null", "absent"),), "SELECT 1 AS id", None),
    ],
    ids=["failed", "skipped", "errored"],
)
def test_what_does_not_pass_leaves_the_old_table_and_nothing_else(
    tests: tuple[DeclarativeTest, ...], query: str, refused: str | None, session: Session
) -> None:
    session.execute("CREATE TABLE marts.orders AS SELECT 1 AS id")
    build(session, query)
    outcome = run_audit("orders", ("orders",), audit("table", "table", *tests), session, lambda: None)
    assert outcome.refused is not None
    assert outcome.refused.startswith("not published, because its checks did not pass: ")
    assert refused is None or outcome.refused.endswith(refused)
    assert (ids(session), relations(session)) == ([1], [("orders", "table")])


def test_a_first_build_that_does_not_pass_is_never_seen(session: Session) -> None:
    build(session, "SELECT NULL AS id")
    assert run_audit("orders", (), audit(None), session, lambda: None).refused is not None
    assert relations(session) == []


def test_a_reader_sees_the_old_table_until_the_swap_is_committed(warehouse: DuckDBWarehouse, session: Session) -> None:
    session.execute("CREATE TABLE marts.orders AS SELECT 1 AS id")
    build(session, "SELECT 2 AS id")
    seen: list[list[object]] = []

    def read_elsewhere() -> None:
        def read() -> None:
            with warehouse.session() as reader:
                seen.append(ids(reader))

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()

    run_audit("orders", (), audit("table"), session, read_elsewhere)
    read_elsewhere()
    assert seen == [[1], [2]]


def test_readers_never_miss_the_table_nor_see_a_failed_build(warehouse: DuckDBWarehouse, session: Session) -> None:
    session.execute("CREATE TABLE marts.orders AS SELECT 0 AS id")
    stop, seen, errors = threading.Event(), set[tuple[object, ...]](), list[str]()

    def read() -> None:
        with warehouse.session() as reader:
            while not stop.is_set():
                try:
                    seen.add(tuple(ids(reader)))
                except WarehouseError as error:
                    errors.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for build_number in range(1, 41):
        build(session, "SELECT NULL AS id" if build_number % 2 else f"SELECT {build_number} AS id")
        run_audit("orders", (), audit("table"), session, lambda: None)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen <= {(number,) for number in range(0, 41, 2)}
    assert len(seen) > 1


def test_a_run_that_was_taken_over_publishes_nothing(session: Session) -> None:
    session.execute("CREATE TABLE marts.orders AS SELECT 1 AS id")
    build(session, "SELECT 2 AS id")

    def taken_over() -> None:
        raise LeaseLost("another run has taken over")

    with pytest.raises(LeaseLost):
        run_audit("orders", (), audit("table"), session, taken_over)
    assert (ids(session), relations(session)) == ([1], [("orders", "table"), (STAGING.table, "table")])


def test_a_swap_that_fails_halfway_leaves_the_old_table(session: Session) -> None:
    session.execute("CREATE TABLE marts.orders AS SELECT 1 AS id")
    build(session, "SELECT 2 AS id")
    planned = audit("table")
    drop, _ = planned.publish.statements
    broken = replace(planned.publish, statements=(drop, "ALTER TABLE marts.absent RENAME TO orders"))
    with pytest.raises(WarehouseError):
        run_audit("orders", (), replace(planned, publish=broken), session, lambda: None)
    assert ids(session) == [1]


def test_rows_are_changed_in_a_copy(session: Session) -> None:
    session.execute("CREATE TABLE marts.orders AS SELECT 1 AS id")
    for statement in plan_staging_copy(TARGET, "duckdb").statements:
        session.execute(statement)
    session.execute(f"INSERT INTO marts.{STAGING.table} VALUES (2)")
    assert ids(session) == [1]
    run_audit("orders", (), audit("table"), session, lambda: None)
    assert ids(session) == [1, 2]


def test_a_table_that_refers_to_itself_is_audited_against_itself(session: Session) -> None:
    session.execute("CREATE TABLE marts.orders AS SELECT 1 AS id")
    build(session, "SELECT 2 AS id")
    assert run_audit("orders", (), audit("table", "table", SELF), session, lambda: None).refused is None


def test_only_what_decides_is_audited_and_what_warns_is_checked_afterwards() -> None:
    table = CheckedTable(TARGET)
    planned = plan_audit((NOT_NULL, UNIQUE), table, CONTEXT, "table", "table")
    assert planned.audit is not None
    assert planned.audit.staging == TargetName("", "marts", "orders__rocky_staging")
    assert [check.name for check in planned.audit.checks] == ["not_null:id"]
    assert planned.checks == plan_model_checks((UNIQUE,), table, CONTEXT)


def test_without_a_check_that_decides_there_is_nothing_to_audit() -> None:
    checks = plan_model_checks((UNIQUE,), CheckedTable(TARGET), CONTEXT)
    assert plan_audit((UNIQUE,), CheckedTable(TARGET), CONTEXT, "table", None) == Audited(None, checks)


REPLACES = {
    "databricks": "CREATE OR REPLACE TABLE `marts`.`orders` DEEP CLONE `marts`.`orders__rocky_staging`",
    "snowflake": 'CREATE OR REPLACE TABLE "MARTS"."ORDERS" CLONE "MARTS"."ORDERS__ROCKY_STAGING"',
    "bigquery": "CREATE OR REPLACE TABLE `marts`.`orders` COPY `marts`.`orders__rocky_staging`",
}


@pytest.mark.parametrize("dialect", REPLACES)
def test_where_tables_cannot_be_renamed_together_one_statement_puts_the_staging_table_in_place(dialect: str) -> None:
    planned = plan_audit((NOT_NULL,), CheckedTable(TARGET), CheckContext(dialect), "table", "table")
    assert planned.audit is not None
    assert planned.audit.publish.statements[0] == REPLACES[dialect]
    assert planned.audit.publish.statements[1].startswith("DROP TABLE IF EXISTS")
    assert not planned.audit.publish.is_atomic
    assert planned.note is None


@pytest.mark.parametrize("dialect", REPLACES)
@pytest.mark.parametrize(("built", "found"), [("view", None), ("view", "view"), ("table", "view")])
def test_a_warehouse_that_cannot_swap_a_view_says_so(dialect: str, built: Kind, found: Kind | None) -> None:
    context = CheckContext(dialect)
    planned = plan_audit((NOT_NULL,), CheckedTable(TARGET), context, built, found)
    note = f"{dialect} cannot swap a view in one transaction, so this one is not audited before it is published"
    assert planned == Audited(None, plan_model_checks((NOT_NULL,), CheckedTable(TARGET), context), note)
