"""Files that are loaded into Snowflake's stand-in: what their values become, and that each is there once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from load_project import (
    all_into,
    breaches,
    failures,
    kill_loads,
    plain,
    want_ids,
    write,
    write_good_and_bad,
    write_load_project,
)
from service_project import change, rows
from snowflake_bench import SnowflakeServer

from rocky_core.warehouses.snowflake.connect import open_adapter
from rocky_core.warehouses.snowflake.warehouse import SnowflakeWarehouse

SETTINGS = """\
type = "snowflake"
account = "acme-one"
host = "{host}"
username = "runner"
password = "right"
database = "{database}"
"""


@pytest.fixture
def inbox(snowflake: SnowflakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SnowflakeWarehouse]:
    """A project that loads what lies in `data`."""
    adapter = snowflake.adapter()
    settings = SETTINGS.format(host=snowflake.address, database=adapter.database)
    write_load_project(tmp_path, settings, str(adapter.database))
    monkeypatch.chdir(tmp_path)
    warehouse = open_adapter("flake", adapter, tmp_path)
    yield warehouse
    snowflake.faults()
    warehouse.close()


VALUES: dict[str, tuple[str, Any]] = {
    "an integer": ("42::INTEGER", 42),
    "a long integer": ("9007199254740993::BIGINT", 9007199254740993),
    "a very long integer": ("123456789012345678::DECIMAL(38, 0)", 123456789012345678),
    "a decimal": ("-0.10::DECIMAL(10, 2)", Decimal("-0.10")),
    "a number that is not exact": ("1e-300::DOUBLE", 1e-300),
    "true": ("true", True),
    "false": ("false", False),
    "text": ("'plain'", "plain"),
    "text that looks like a number": ("'007'", "007"),
    "empty text": ("''", ""),
    "text of blanks": ("'  '", "  "),
    "quotes and delimiters": ("'say \"hi\", ''you'''", "say \"hi\", 'you'"),
    "lines": ("'one' || chr(10) || 'two' || chr(13) || chr(10) || 'three'", "one\ntwo\r\nthree"),
    "letters from elsewhere": ("'Ünïcödé 東京 🚀'", "Ünïcödé 東京 🚀"),
    "a backslash": (r"'a\tb\\c'", r"a\tb\\c"),
    "what Snowflake takes for NULL by default": (r"'\N'", r"\N"),
    "the word null": ("'NULL'", "NULL"),
    "nothing": ("NULL::VARCHAR", None),
    "no number": ("NULL::INTEGER", None),
    "a day": ("DATE '1969-12-31'", date(1969, 12, 31)),
    "a time": ("TIME '23:59:59.123456'", time(23, 59, 59, 123456)),
    "an instant without a zone": (
        "TIMESTAMP '2026-03-29 02:30:00.000001'",
        datetime.fromisoformat("2026-03-29 02:30:00.000001"),
    ),
    "an instant": (
        "TIMESTAMPTZ '2026-01-01 10:00:00.5+02:00'",
        datetime(2026, 1, 1, 8, 0, 0, 500_000, tzinfo=UTC),
    ),
    "bytes": (r"'\x00\xFFab'::BLOB", b"\x00\xffab"),
}


def test_every_value_is_what_duckdb_reads(inbox, rocky):
    names = [f"c{index}" for index in range(len(VALUES))]
    query = ", ".join(f"{sql} AS {name}" for name, (sql, _) in zip(names, VALUES.values(), strict=True))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {query}) TO 'data/t.parquet' (FORMAT parquet)")

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    (found,) = rows(inbox, f"SELECT {', '.join(names)} FROM INBOX.T")
    assert dict(zip(VALUES, map(plain, found), strict=True)) == {name: wanted for name, (_, wanted) in VALUES.items()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", 'id,code,note\n1,007,"a ""b"""\n2,,"x\ny"\n3,"",ü\n'),
        ("t.tsv", "id\tcode\tnote\n1\t007\tx\n"),
        ("t.jsonl", '{"id": 1, "code": "007", "note": "a \\"b\\""}\n{"id": 2, "code": "", "note": null}\n'),
    ],
)
def test_a_file_of_text_is_read_as_duckdb_reads_it(inbox, rocky, name, text):
    change(inbox, "CREATE SCHEMA INBOX", "CREATE TABLE INBOX.T (ID NUMBER(9,0), CODE VARCHAR(10), NOTE VARCHAR)")
    write(name, text)
    kinds = "{'id': 'INTEGER', 'code': 'VARCHAR', 'note': 'VARCHAR'}"
    reader = "read_json" if name.endswith("jsonl") else "read_csv"
    with duckdb.connect() as connection:
        wanted = connection.execute(f"SELECT * FROM {reader}('data/{name}', columns = {kinds}) ORDER BY 1").fetchall()

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, "SELECT ID, CODE, NOTE FROM INBOX.T ORDER BY 1") == wanted


def test_a_file_is_loaded_once_and_its_new_content_is_added(inbox, rocky):
    file = write("t.csv", "id\n1\n2\n")
    first, second = rocky("load"), rocky("load")
    file.write_text("id\n3\n")
    third = rocky("load")

    assert [one["files_loaded"] for one in (first, second, third)] == [1, 0, 1], failures(third)
    assert rows(inbox, "SELECT ID FROM INBOX.T ORDER BY 1") == [(1,), (2,), (3,)]
    assert inbox.list_tables("INBOX") == ("T", "_ROCKY_LOADED_FILES")


def test_a_table_that_was_dropped_is_loaded_anew(inbox, rocky):
    write("t.csv", "id\n1\n")
    rocky("load")
    change(inbox, "DROP TABLE INBOX.T")

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, "SELECT ID FROM INBOX.T") == [(1,)]


def test_a_table_that_is_emptied_first_holds_the_files_that_are_there(inbox, rocky):
    all_into("all_rows", truncates=True)
    write("a.csv", "id\n1\n")
    write("b.csv", "id\n2\n")
    rocky("load")
    (Path("data") / "a.csv").unlink()
    write("c.csv", "id\n3\n")

    told = rocky("load")

    assert told["files_loaded"] == 2, failures(told)
    assert rows(inbox, "SELECT ID FROM INBOX.ALL_ROWS ORDER BY 1") == [(2,), (3,)]


def test_a_file_that_breaks_its_contract_leaves_nothing_behind(inbox, rocky):
    want_ids()
    expected = write_good_and_bad()

    assert breaches(rocky("load")) == expected
    assert inbox.list_tables("INBOX") == ("GOOD", "_ROCKY_LOADED_FILES")


def test_lists_and_objects_arrive_as_such(inbox, rocky):
    write("t.jsonl", '{"id": 1, "tags": ["a", "b"], "place": {"city": "Wien"}}\n')

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, "SELECT TAGS[1]::VARCHAR, PLACE:city::VARCHAR FROM INBOX.T") == [("b", "Wien")]


@pytest.mark.parametrize("truncates", [False, True], ids=["more", "anew"])
@pytest.mark.parametrize(
    "stride", [pytest.param(5, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.soak)], ids=["some", "all"]
)
def test_a_load_killed_before_any_call_has_each_file_once_after_the_next(inbox, snowflake, truncates, stride):
    def look(when, wanted):
        assert rows(inbox, "SELECT ID, NOTE FROM INBOX.ALL_ROWS ORDER BY ID") == wanted, when
        (counted,) = rows(inbox, "SELECT SUM(ROWS_LOADED), COUNT(*) FROM INBOX._ROCKY_LOADED_FILES")
        assert counted == (len(wanted), (len(wanted) + 1) // 2), when
        assert inbox.list_tables("INBOX") == ("ALL_ROWS", "_ROCKY_LOADED_FILES"), when

    # A service ends a transaction whose client is gone once it is in the way.
    calls = kill_loads(look, truncates=truncates, stride=stride, is_fresh=True, after_a_kill=snowflake.roll_back)

    assert calls > 15  # Else the calls were not reached, and nothing was tried.
