"""What our dialect writes for Databricks is run on its stand-in, as it is written in the snapshots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from databricks_bench import DatabricksServer

from rocky_core.errors import QueryRejected
from rocky_core.ports.warehouse import Row, Warehouse
from rocky_core.warehouses.databricks.connect import open_adapter

TESTS = Path(__file__).parents[2]
SNAPSHOTS = {path.parent.name: path.read_text() for path in sorted(TESTS.glob("snapshots/*/databricks.sql"))}
CHECKS = (TESTS / "unit/planning/check_statements/databricks.sql").read_text()
BEFORE = re.compile(r"^-- (?:while the target does not exist|once it is there):$", re.MULTILINE)
NO_STATEMENT = {
    "dynamic_table": "databricks has no dynamic tables",
    "ephemeral": "readers inline the query",
    "full_refresh_options": "Databricks partitions a table or clusters it, not both",
}
REFUSED = {"format_streaming_table": "STREAMING_TABLE_QUERY_INVALID"}  # The model's query does not read a STREAM.
DAYS = {"@watermark": "2020-01-01 00:00:00", "@start_date": "2020-01-01", "@end_date": "2030-01-01"}


@dataclass(frozen=True)
class Shop:
    """A catalog with what the statements read."""

    warehouse: Warehouse
    catalog: str

    def run(self, *statements: str) -> None:
        with self.warehouse.session() as session:
            for statement in statements:
                session.execute(self.spelled(statement))

    def rows(self, query: str) -> Sequence[Row]:
        with self.warehouse.session() as session:
            return session.query(self.spelled(query)).rows

    def spelled(self, statement: str) -> str:
        for word, moment in DAYS.items():
            statement = statement.replace(f"'{word}'", f"'{moment}'").replace(word, f"'{moment}'")
        return statement.replace("`lake`", f"`{self.catalog}`")


@pytest.fixture
def shop(databricks: DatabricksServer) -> Iterator[Shop]:
    adapter = databricks.adapter()
    warehouse = open_adapter("dbx", adapter, Path())
    opened = Shop(warehouse, adapter.database)
    opened.run(*(f"CREATE SCHEMA `lake`.`{name}`" for name in ("raw", "marts", "berlin", "paris")))
    yield opened
    warehouse.close()


def statements(text: str) -> list[str]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [one.strip() for one in re.split(r";\s*(?:\n|$)", lines) if one.strip()]


# The models

ORDERS = """CREATE TABLE `lake`.`raw`.`orders` AS
SELECT CAST(order_id AS BIGINT) AS order_id, customer, CAST(day AS DATE) AS ordered_on,
  CAST(day AS TIMESTAMP_NTZ) AS updated_at
FROM VALUES (1, 'ann', '2024-01-01'), (2, 'ben', '2024-01-02'), (3, NULL, '2024-01-02') AS t(order_id, customer, day)"""
MORE = "INSERT INTO `lake`.`raw`.`orders` SELECT 4, 'ann', DATE '2024-02-01', CAST('2024-02-01' AS TIMESTAMP_NTZ)"
PEOPLE = """CREATE TABLE `lake`.`raw`.`people` AS
SELECT * FROM VALUES (1, 'ann', DATE '2024-01-01'), (2, 'ben', DATE '2024-01-01') AS t(id, name, changed)"""


def test_every_snapshot_is_run_or_has_its_reason():
    assert {name for name, text in SNAPSHOTS.items() if not statements(text)} == set(NO_STATEMENT)


@pytest.mark.parametrize("name", sorted(SNAPSHOTS.keys() - NO_STATEMENT - REFUSED.keys() - {"history"}))
def test_the_statements_of_a_model_bring_its_rows_into_its_table_the_first_time_and_later(shop, name):
    there, *apart = BEFORE.split(SNAPSHOTS[name])
    missing = apart[0] if apart else there  # Most strategies make their table in the same words each time.
    shop.run(ORDERS)
    source = "SELECT order_id, customer, ordered_on, updated_at FROM `lake`.`raw`.`orders` ORDER BY order_id"
    target = source.replace("raw", "marts")

    shop.run(*statements(missing))
    first = shop.rows(target) == shop.rows(source)
    shop.run(MORE, *statements(there))

    assert first
    assert [row[0] for row in shop.rows(target)] == [1, 2, 3, 4]
    assert shop.rows(target) == shop.rows(source)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_statement_that_databricks_refuses_is_refused(shop, name):
    shop.run(ORDERS)

    with pytest.raises(QueryRejected, match=REFUSED[name]):
        shop.run(*statements(SNAPSHOTS[name]))


def test_the_statements_of_a_history_end_and_begin_versions(shop):
    first, later = BEFORE.split(SNAPSHOTS["history"])
    people = "SELECT id, name, valid_to IS NULL AS is_current FROM `lake`.`hist`.`people` ORDER BY id, valid_from, name"
    shop.run(PEOPLE, *statements(first))
    shop.run(
        "UPDATE `lake`.`raw`.`people` SET name = 'anna', changed = DATE '2024-02-01' WHERE id = 1",
        "DELETE FROM `lake`.`raw`.`people` WHERE id = 2",
        "INSERT INTO `lake`.`raw`.`people` VALUES (3, 'cem', DATE '2024-02-01')",
        *statements(later),
    )

    assert shop.rows(people) == ((1, "ann", False), (1, "anna", True), (2, "ben", False), (3, "cem", True))


def test_a_history_of_keys_that_are_not_unique_is_refused(shop):
    shop.run(PEOPLE, "INSERT INTO `lake`.`raw`.`people` VALUES (1, 'ann', DATE '2024-02-01')")

    with pytest.raises(QueryRejected, match=r"\[USER_RAISED_EXCEPTION\] a key \(id\) of lake\.raw\.people"):
        shop.run(*statements(SNAPSHOTS["history"]))


# The checks

SHOP = (
    """CREATE TABLE `lake`.`marts`.`orders` (id BIGINT, customer_id BIGINT, status STRING, amount DECIMAL(10, 2),
ordered_on DATE, changed TIMESTAMP_NTZ, loaded TIMESTAMP, elsewhere TIMESTAMP)""",
    """INSERT INTO `lake`.`marts`.`orders` VALUES
(1, 1, '12ab', 10, DATE '2024-01-01', '2024-01-01', TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01'),
(1, 2, 'void', -5, DATE '2024-01-01', '2024-01-01', TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01'),
(NULL, 9, 'it\\'s', 2000, DATE '2999-01-01', '2999-01-01', TIMESTAMP '2999-01-01', TIMESTAMP '2999-01-01'),
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


def answers(shop: Shop, name: str) -> list[Sequence[Row]]:
    found = []
    for statement in statements(BLOCKS[name]):
        if statement.startswith("CREATE"):
            shop.run(statement)
        else:
            found.append(shop.rows(statement))
    return found


def test_every_check_is_run():
    assert BLOCKS.keys() == FOUND.keys() | OF_THE_MOMENT


@pytest.mark.parametrize("name", sorted(FOUND))
def test_the_statements_of_a_check_find_what_is_wrong(shop, name):
    shop.run(*SHOP)

    found = answers(shop, name)

    numbers = [
        rows[0] if isinstance(wanted, tuple) else len(rows) for rows, wanted in zip(found, FOUND[name], strict=True)
    ]
    assert tuple(numbers) == FOUND[name]


def test_the_age_of_rows_is_told_in_seconds(shop):
    shop.run(*SHOP, "UPDATE `lake`.`marts`.`orders` SET loaded = CURRENT_TIMESTAMP() - INTERVAL '2' HOUR")

    ((age,),) = answers(shop, "pipeline freshness")[0]

    assert isinstance(age, int)
    assert 7200 <= age < 7200 + 600


def test_a_share_of_nulls_is_told_of_a_sample_or_of_all(shop):
    shop.run(*SHOP)

    ((nulls, rows),), whole = answers(shop, "pipeline null_rate:status")

    assert 0 <= nulls <= rows <= 4
    assert whole == ((1, 4),)
