"""What jobs are called, and what is told of them; how types are spelled."""

from __future__ import annotations

import re

import pytest
from google.cloud.bigquery import SchemaField

from rocky_core.ports.warehouse import StatementTag
from rocky_core.warehouses.bigquery.dry_run import spell_field
from rocky_core.warehouses.bigquery.follow import Order, new_job_id


def test_no_two_jobs_have_the_same_name():
    tag = StatementTag("run-1", "nightly", "acme-data.marts.orders")

    names = {new_job_id(tag) for _ in range(100)}

    assert len(names) == 100
    assert all(re.fullmatch(r"rocky_run-1_acme-data_marts_orders_[0-9a-f]{32}", name) for name in names)


@pytest.mark.parametrize("tag", [None, StatementTag("r" * 900, table="ä b" * 500), StatementTag("")])
def test_every_name_is_one_that_bigquery_takes(tag):
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,1024}", new_job_id(tag))


def test_labels_are_made_of_what_labels_may_be_made_of():
    order = Order("SELECT 1", StatementTag("Run:1", "", "Ä" * 100))

    assert order.labels == {"app": "rocky", "run_id": "run_1", "model": "_" * 63}
    assert Order("SELECT 1").labels == {"app": "rocky"}


def test_bigquery_ends_a_job_of_a_process_that_has_died():
    assert Order("SELECT 1").timeout_ms is None
    assert Order("SELECT 1", timeout_seconds=1.5).timeout_ms == 31_500


@pytest.mark.parametrize(
    ("field", "spelled"),
    [
        (SchemaField("a", "INTEGER"), "INT64"),
        (SchemaField("a", "FLOAT"), "FLOAT64"),
        (SchemaField("a", "BOOLEAN"), "BOOL"),
        (SchemaField("a", "STRING", max_length=20), "STRING(20)"),
        (SchemaField("a", "NUMERIC", precision=10, scale=2), "NUMERIC(10, 2)"),
        (SchemaField("a", "BIGNUMERIC", precision=40), "BIGNUMERIC(40)"),
        (SchemaField("a", "STRING", mode="REPEATED"), "ARRAY<STRING>"),
        (
            SchemaField(
                "a", "RECORD", "REPEATED", fields=(SchemaField("b", "INTEGER"), SchemaField("c", "DATE", "REPEATED"))
            ),
            "ARRAY<STRUCT<b INT64, c ARRAY<DATE>>>",
        ),
    ],
)
def test_types_of_the_api_are_spelled_as_in_sql(field, spelled):
    assert spell_field(field) == spelled
