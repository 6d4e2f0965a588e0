"""Files that are loaded into Snowflake's stand-in: what their values become, and that each is there once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from service_project import change, rows
from snowflake_bench import SnowflakeServer

from rocky_core.warehouses.snowflake.connect import open_adapter
from rocky_core.warehouses.snowflake.warehouse import SnowflakeWarehouse
from tests.faults.run_and_die import DIED, SUCCEEDED, run_to_end

CONFIG = """\
[adapter]
type = "snowflake"
account = "acme-one"
host = "{host}"
username = "runner"
password = "right"
database = "{database}"

[pipeline.inbox]
type = "load"
source_dir = "data"

[pipeline.inbox.target]
catalog = "{database}"
schema = "inbox"
"""


@pytest.fixture
def inbox(snowflake: SnowflakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SnowflakeWarehouse]:
    """A project that loads what lies in `data`."""
    adapter = snowflake.adapter()
    (tmp_path / "rocky.toml").write_text(CONFIG.format(host=snowflake.address, database=adapter.database))
    (tmp_path / "data").mkdir()
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    warehouse = open_adapter("flake", adapter, tmp_path)
    yield warehouse
    snowflake.faults()
    warehouse.close()


def failures(told: dict[str, Any]) -> list[str]:
    return [one["error"] for one in told["files"] if "error" in one]


def write(name: str, text: str) -> Path:
    file = Path("data") / name
    file.write_text(text, encoding="utf-8")
    return file


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


def plain(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return bytes(value) if isinstance(value, bytearray) else value


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
    config = Path("rocky.toml")
    config.write_text(f"{config.read_text()}table = 'all_rows'\n[pipeline.inbox.options]\ntruncate_first = true\n")
    write("a.csv", "id\n1\n")
    write("b.csv", "id\n2\n")
    rocky("load")
    (Path("data") / "a.csv").unlink()
    write("c.csv", "id\n3\n")

    told = rocky("load")

    assert told["files_loaded"] == 2, failures(told)
    assert rows(inbox, "SELECT ID FROM INBOX.ALL_ROWS ORDER BY 1") == [(2,), (3,)]


def test_a_file_that_breaks_its_contract_leaves_nothing_behind(inbox, rocky):
    config = Path("rocky.toml")
    contract = '[pipeline.inbox.contract]\nrequired_columns = [{ name = "id", type = "BIGINT", nullable = false }]\n'
    config.write_text(config.read_text() + contract)
    write("bad.csv", "id,n\n1,x\n,y\n")
    write("good.csv", "id,n\n1,x\n")
    write("worse.csv", "id,n\n1,x\nmany,y\n")

    told = rocky("load")

    breaches = {
        Path(one["file"]).name: [(found["rule"], found["column"]) for found in one["contract"]["violations"]]
        for one in told["files"]
    }
    assert breaches == {"bad.csv": [("nullable", "id")], "good.csv": [], "worse.csv": [("type", "id")]}, told
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
    config = Path("rocky.toml")
    options = f"[pipeline.inbox.options]\ntruncate_first = {str(truncates).lower()}\n"
    config.write_text(f'{config.read_text()}table = "all_rows"\n{options}')
    write("00.csv", "id,note\n0,first\n")
    call, ended, wanted = 1, DIED, [(0, "first")]
    while ended == DIED:
        # Where the table is emptied its second file is always another one, else there is one more.
        name = "news.csv" if truncates else f"{call:02}.csv"
        news = [(2 * call, 'a "b"'), (2 * call + 1, None)]
        write(name, f'id,note\n{2 * call},"a ""b"""\n{2 * call + 1},\n')
        wanted = [*(wanted[:1] if truncates else wanted), *news]
        ended = run_to_end(Path.cwd(), kill_at=call, key=f"killed {call}", is_fresh=True)
        snowflake.roll_back()  # A service ends a transaction whose client is gone once it is in the way.

        assert run_to_end(Path.cwd(), key=f"next {call}", is_fresh=True) == SUCCEEDED

        assert rows(inbox, "SELECT ID, NOTE FROM INBOX.ALL_ROWS ORDER BY ID") == wanted, f"killed before call {call}"
        (counted,) = rows(inbox, "SELECT SUM(ROWS_LOADED), COUNT(*) FROM INBOX._ROCKY_LOADED_FILES")
        assert counted == (len(wanted), (len(wanted) + 1) // 2), f"killed before call {call}"
        assert inbox.list_tables("INBOX") == ("ALL_ROWS", "_ROCKY_LOADED_FILES"), f"killed before call {call}"
        call += stride
    print(f"killed before {call // stride - 1} of {call - stride} calls")
    assert call > 15  # Else the calls were not reached, and nothing was tried.
