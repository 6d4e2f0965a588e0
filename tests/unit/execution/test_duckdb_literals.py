"""A value of a TOML file means the same to DuckDB."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from rocky_core.execution.duckdb_literals import literal

WITHOUT_ZONE = dt.datetime.fromisoformat("2026-02-28T07:30:01.000500")
VALUES = [
    (None, None),
    (True, True),
    (-7, -7),
    (0.5, Decimal("0.5")),
    (float("inf"), float("inf")),
    ('it\'s "quoted" — ünïcode', 'it\'s "quoted" — ünïcode'),
    (dt.date(2026, 2, 28), dt.date(2026, 2, 28)),
    (dt.time(7, 30), dt.time(7, 30)),
    (WITHOUT_ZONE, WITHOUT_ZONE),
    ([1, 2], [1, 2]),
    ((dt.date(2026, 1, 1),), [dt.date(2026, 1, 1)]),
    ([], []),
    ({"a'b": 1, "c": ["x"]}, {"a'b": 1, "c": ["x"]}),
]


@pytest.mark.parametrize(("value", "read"), VALUES, ids=repr)
def test_duckdb_reads_the_value_back(value, read):
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {literal(value)}").fetchone() == (read,)


def test_an_instant_keeps_its_zone():
    instant = dt.datetime(2026, 2, 28, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    with duckdb.connect() as connection:
        asked = f"SELECT epoch({literal(instant)})"
        assert connection.execute(asked).fetchone() == (instant.timestamp(),)


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match="a object cannot stand in a table"):
        literal(object())
