"""Each step works on the rows that the steps above it leave, shown on DuckDB with real rows."""

from __future__ import annotations

import duckdb
import pytest

from rocky_core.dsl.lower import lower_pipeline

SETUP = """
CREATE TABLE orders (id INT, customer_id INT, region VARCHAR, amount INT, status VARCHAR);
INSERT INTO orders VALUES
    (1, 10, 'eu', 50, 'paid'), (2, 10, 'eu', 70, 'void'), (3, 20, 'us', 20, 'paid'),
    (4, 30, 'us', 90, NULL), (5, 40, 'eu', 10, 'paid'), (6, 10, 'us', 90, 'paid');
CREATE TABLE customers (customer_id INT, name VARCHAR, region VARCHAR);
INSERT INTO customers VALUES (10, 'Ann', 'north'), (20, 'Bo', 'south'), (50, 'Cy', 'south');
"""

CASES = [
    ("where_before_take_filters_first", "from orders where amount > 50 sort id take 1 select { id }", [(2,)]),
    ("where_after_take_filters_what_was_taken", "from orders sort id take 2 where amount > 50 select { id }", [(2,)]),
    (
        "the_order_of_a_taken_block_outlives_a_filter_and_decides_the_next_take",
        "from orders sort -amount, id take 4 where region == 'eu' take 1 select { id }",
        [(2,)],
    ),
    (
        "a_dropped_sort_key_still_decides_the_next_take",
        "from orders sort -amount, -id select { id, region } take 3 where region == 'us' take 1 select { id }",
        [(6,)],
    ),
    ("the_smaller_of_two_takes_holds", "from orders sort id take 2 take 5 select { id }", [(1,), (2,)]),
    ("sort_after_take_orders_what_was_taken", "from orders sort id take 3 sort -id take 1 select { id }", [(3,)]),
    (
        "distinct_before_count",
        "from orders select { customer_id } distinct group { n: count() }",
        [(4,)],
    ),
    (
        "distinct_rows_keep_the_order_that_they_still_know",
        "from orders sort -region, amount select { place: region } where place != 'x' distinct",
        [("us",), ("eu",)],
    ),
    (
        "take_before_group",
        "from orders sort id take 2 group region { n: count(), total: sum(amount) }",
        [("eu", 2, 120)],
    ),
    (
        "group_after_group_folds_the_groups",
        "from orders group customer_id { n: count() } group n { customers: count() } sort n",
        [(1, 3), (3, 1)],
    ),
    (
        "where_after_group_filters_groups",
        "from orders group region { total: sum(amount) } where total > 150",
        [("us", 200)],
    ),
    (
        "an_aggregate_that_takes_the_name_of_its_column_can_be_filtered",
        "from orders group region { amount: sum(amount) } where amount > 150 derive { half: amount / 2 }",
        [("us", 200, 100.0)],
    ),
    (
        "an_aggregate_written_after_group_looks_at_the_grouped_rows",
        "from orders group region { total: sum(amount) } where count() > 2 and max(amount) < 80 select { region }",
        [("eu",)],
    ),
    (
        "derive_after_group_sees_the_groups",
        "from orders group region { total: sum(amount), n: count() } derive { twice: total * 2 } sort region",
        [("eu", 130, 3, 260), ("us", 200, 3, 400)],
    ),
    (
        "a_window_sees_only_rows_that_passed_the_filters_above_it",
        "from orders where status == 'paid' derive { n: count() over () } select { id, n } sort id take 1",
        [(1, 4)],
    ),
    (
        "a_filter_below_a_window_does_not_change_what_the_window_saw",
        "from orders derive { n: count() over () } where status == 'paid' select { id, n } sort id take 1",
        [(1, 6)],
    ),
    (
        "a_window_after_take_sees_only_what_was_taken",
        "from orders sort id take 2 derive { n: count() over () } select { id, n } sort id",
        [(1, 2), (2, 2)],
    ),
    (
        "a_window_in_where_keeps_the_first_of_each",
        "from orders where row_number() over (partition region, sort -amount, id) == 1 select { id } sort id",
        [(2,), (4,)],
    ),
    (
        "not_equal_holds_for_null",
        "from orders where status != 'paid' select { id } sort id",
        [(2,), (4,)],
    ),
    (
        "a_filter_before_a_join_speaks_of_the_left_table",
        "from orders where region == 'eu' join customers on customer_id select { id, name } sort id",
        [(1, "Ann"), (2, "Ann")],
    ),
    (
        "a_filter_before_a_full_join_lets_the_right_rows_in",
        "from orders where amount > 80 full join customers as c on customer_id select { id, name } sort id, name",
        [(4, None), (6, "Ann"), (None, "Bo"), (None, "Cy")],
    ),
    (
        "a_filter_after_a_left_join_speaks_of_the_joined_rows",
        "from orders as o left_join customers as c on customer_id where c.name is null select { o.id } sort id",
        [(4,), (5,)],
    ),
    (
        "tables_keep_their_names_through_a_derive_between_joins",
        (
            "from orders as o join customers as c on customer_id where amount > 20 "
            "derive { place: c.region || o.region } "
            "left_join customers as again on o.customer_id == again.customer_id, again.name == 'Ann' "
            "select { o.id, place, again.name } sort o.id"
        ),
        [(1, "northeu", "Ann"), (2, "northeu", "Ann"), (6, "northus", "Ann")],
    ),
    (
        "a_column_derived_before_a_full_join_is_null_in_the_rows_it_adds",
        (
            "from orders as o join customers as c on customer_id where id == 1 derive { one: coalesce(id, 1) } "
            "full join customers as again on name select { name, one } sort name"
        ),
        [("Ann", 1), ("Bo", None), ("Cy", None)],
    ),
    (
        "keep_limits_what_a_join_brings",
        "from orders as o join customers as c on customer_id { keep c.name } where id == 3",
        [(3, 20, "us", 20, "paid", "Bo")],
    ),
    (
        "joined_tables_keep_their_names_through_a_window_filter",
        (
            "from orders as o join customers as c on customer_id "
            "derive { place: row_number() over (partition c.region, sort -o.amount) } where place == 1 "
            "select { o.id, o.region, theirs: c.region } sort o.id"
        ),
        [(3, "us", "south"), (6, "us", "north")],
    ),
    (
        "swapped_names_are_sorted_by_what_was_sorted",
        "from orders sort amount, id select { amount: id, id: amount } take 2",
        [(5, 10), (3, 20)],
    ),
    (
        "a_random_value_is_drawn_once",
        "from orders derive { draw: random() } where draw < 0.5 where draw >= 0.5",
        [],
    ),
    (
        "a_group_without_keys_is_one_row_whatever_is_selected",
        "from orders group { n: count() } select { one: 1 }",
        [(1,)],
    ),
    (
        "a_constant_key_is_no_column_number",
        "from orders derive { k: 2 } group k { n: count() }",
        [(2, 6)],
    ),
    (
        "a_constant_sort_key_is_no_column_number",
        "from orders derive { k: 4 } sort k, id select { id, region } take 1",
        [(1, "eu")],
    ),
    (
        "a_binding_is_read_like_a_table",
        (
            "let big = from orders where amount > 60 select { customer_id, amount } "
            "from customers as c left join big as b on customer_id where b.amount is null select { c.name } sort name"
        ),
        [("Bo",), ("Cy",)],
    ),
    (
        "later_items_of_a_derive_use_earlier_ones",
        "from orders derive { a: amount + 1, b: a * 2 } where id == 1 select { b }",
        [(102,)],
    ),
    (
        "a_derived_name_can_be_derived_again",
        "from orders derive { a: amount + 1 } derive { a: a * 2 } where id == 1 select { a }",
        [(102,)],
    ),
    (
        "a_column_of_the_table_can_be_replaced_when_a_select_follows",
        "from orders derive { amount: amount * 2 } where amount > 150 select { id, amount } sort id",
        [(4, 180), (6, 180)],
    ),
    (
        "match_takes_the_first_arm_that_fits",
        (
            "from orders select { id, size: match amount + 0 { > 80 => 'big', between 20 and 60 => 'mid', _ => '?' } } "
            "sort id take 4"
        ),
        [(1, "mid"), (2, "?"), (3, "mid"), (4, "big")],
    ),
    (
        "a_match_in_a_match_looks_at_its_own_subject",
        (
            "from orders where id < 3 select { x: match id { 1 => match amount { 50 => 'a', _ => 'b' }, _ => 'c' } } "
            "sort x"
        ),
        [("a",), ("c",)],
    ),
]


@pytest.fixture(scope="module")
def connection():
    connection = duckdb.connect()
    connection.execute(SETUP)
    yield connection
    connection.close()


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_pipeline_returns_what_its_steps_say(connection, text, expected):
    lowered = lower_pipeline(text, "m.rocky", "m")
    assert lowered.value is not None, lowered.diagnostics
    assert connection.execute(lowered.value.sql).fetchall() == expected, lowered.value.sql
