"""Texts of a result become values of their types, chunk by chunk, and no more of them than are wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rocky_core.ports.warehouse import QueryResult
from rocky_core.warehouses.databricks.rows import first_row, read_rows


def answer(*columns: tuple[str, str], chunk: dict[str, object] | None = None) -> dict[str, object]:
    listed = [{"name": name, "type_name": kind} for name, kind in columns]
    return {"manifest": {"schema": {"columns": listed}}, "result": chunk or {}}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("BOOLEAN", "true", True),
        ("BOOLEAN", "false", False),
        ("LONG", "-9223372036854775808", -(2**63)),
        ("BYTE", "7", 7),
        ("DOUBLE", "1.5E-7", 1.5e-7),
        ("DECIMAL", "12345678901234567890.10", Decimal("12345678901234567890.10")),
        ("DATE", "2026-01-02", date(2026, 1, 2)),
        ("TIMESTAMP", "2026-01-02T03:04:05.000Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("TIMESTAMP", "2026-01-02T03:04:05.123456", datetime.fromisoformat("2026-01-02 03:04:05.123456")),
        ("TIMESTAMP_NTZ", "2026-01-02T03:04:05", datetime.fromisoformat("2026-01-02 03:04:05")),
        ("DATE", "9999-12-31", date(9999, 12, 31)),
        ("DATE", "+10000-01-01", "+10000-01-01"),
        ("DATE", "-0044-03-15", "-0044-03-15"),
        ("DATE", "0000-01-01", "0000-01-01"),
        ("TIMESTAMP", "+12026-01-02T03:04:05.000Z", "+12026-01-02T03:04:05.000Z"),
        ("BINARY", "YWI=", b"ab"),
        ("ARRAY", '["1",null]', ["1", None]),
        ("STRUCT", '{"a":"1"}', {"a": "1"}),
        ("STRING", "true", "true"),
        ("INTERVAL", "1-2", "1-2"),
        ("A TYPE OF TOMORROW", "as it is", "as it is"),
        ("LONG", None, None),
    ],
)
def test_a_text_becomes_a_value(kind: str, text: str | None, value: object) -> None:
    told = answer(("c", kind), chunk={"data_array": [[text]]})
    assert read_rows(told, lambda _: {}, None) == QueryResult(("c",), ((value,),))


def test_chunks_are_fetched_only_while_rows_are_wanted() -> None:
    chunks = {
        "result/chunks/1": {"data_array": [["3"], ["4"]], "next_chunk_index": 2},
        "result/chunks/2": {"data_array": [["5"]]},
    }
    asked: list[str] = []

    def fetch(path: str) -> dict[str, object]:
        asked.append(path)
        return chunks[path]

    told = answer(("i", "LONG"), chunk={"data_array": [["1"], ["2"]], "next_chunk_index": 1})

    assert [row[0] for row in read_rows(told, fetch, None).rows] == [1, 2, 3, 4, 5]
    assert asked == ["result/chunks/1", "result/chunks/2"]
    asked.clear()
    assert [row[0] for row in read_rows(told, fetch, 2).rows] == [1, 2]
    assert asked == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (answer(("num_affected_rows", "LONG"), chunk={"data_array": [["3"]]}), {"num_affected_rows": 3}),
        (answer(("a", "LONG"), chunk={"data_array": [["1"], ["2"]], "next_chunk_index": 1}), {"a": 1}),
        (answer(), {}),
        ({}, {}),
    ],
)
def test_the_first_row_is_known_by_its_names(told: dict[str, object], expected: dict[str, object]) -> None:
    assert first_row(told) == expected
