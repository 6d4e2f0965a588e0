"""What our dialect writes for Databricks is run on its stand-in, as it is written in the snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from databricks_bench import DatabricksServer
from databricks_cases import (
    BEFORE,
    BLOCKS,
    FOUND,
    MORE,
    NO_STATEMENT,
    OF_THE_MOMENT,
    ORDERS,
    PEOPLE,
    REFUSED,
    SHOP,
    SNAPSHOTS,
    statements,
    with_moments,
)

from rocky_core.errors import QueryRejected
from rocky_core.ports.warehouse import Row, Warehouse
from rocky_core.warehouses.databricks.connect import open_adapter


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
        return with_moments(statement).replace("`lake`", f"`{self.catalog}`")


@pytest.fixture
def shop(databricks: DatabricksServer) -> Iterator[Shop]:
    adapter = databricks.adapter()
    warehouse = open_adapter("dbx", adapter, Path())
    opened = Shop(warehouse, adapter.database)
    opened.run(*(f"CREATE SCHEMA `lake`.`{name}`" for name in ("raw", "marts", "berlin", "paris")))
    yield opened
    warehouse.close()


# The models


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
