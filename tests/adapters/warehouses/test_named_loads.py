"""Files that are loaded where every statement is a transaction of its own: what they become, and that each is once."""

from __future__ import annotations

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
from served_stand_in import tell_at_once
from service_project import Service, change, rows, write_config

from rocky_core.cli.run_command import run_command
from rocky_core.ports.warehouse import Warehouse


@pytest.fixture
def inbox(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A project that loads what lies in `data`."""
    write_load_project(tmp_path, service.settings, service.catalog)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAREHOUSE_TOKEN", "right")
    return service.warehouse


# What is written, what BigQuery gives, and what Databricks does.
VALUES: dict[str, tuple[str, Any, Any]] = {
    "an integer": ("42::INTEGER", 42, 42),
    "a long integer": ("9007199254740993::BIGINT", 9007199254740993, 9007199254740993),
    "a positive one": ("18446744073709551615::UBIGINT", Decimal(2**64 - 1), Decimal(2**64 - 1)),
    "a decimal": ("-0.10::DECIMAL(10, 2)", Decimal("-0.10"), Decimal("-0.10")),
    "a long decimal": (f"{'9' * 25}.25::DECIMAL(27, 2)", Decimal(f"{'9' * 25}.25"), Decimal(f"{'9' * 25}.25")),
    "a number that is not exact": ("1e-300::DOUBLE", 1e-300, 1e-300),
    "true": ("true", True, True),
    "text": ("'plain'", "plain", "plain"),
    "text that looks like a number": ("'007'", "007", "007"),
    "empty text": ("''", "", ""),
    "text of blanks": ("'  '", "  ", "  "),
    "quotes and delimiters": ("'say \"hi\", ''you'''", "say \"hi\", 'you'", "say \"hi\", 'you'"),
    "lines": ("'one' || chr(10) || 'two' || chr(13) || chr(10) || 'three'", *["one\ntwo\r\nthree"] * 2),
    "letters from elsewhere": ("'Ünïcödé 東京 🚀'", "Ünïcödé 東京 🚀", "Ünïcödé 東京 🚀"),
    "a backslash": (r"'a\tb\\c'", r"a\tb\\c", r"a\tb\\c"),
    "the word null": ("'NULL'", "NULL", "NULL"),
    "nothing": ("NULL::VARCHAR", None, None),
    "no number": ("NULL::INTEGER", None, None),
    "a day": ("DATE '1969-12-31'", date(1969, 12, 31), date(1969, 12, 31)),
    "a time": ("TIME '23:59:59.123456'", time(23, 59, 59, 123456), "23:59:59.123456"),
    "an instant without a zone": (
        "TIMESTAMP '2026-03-29 02:30:00.000001'",
        *[datetime.fromisoformat("2026-03-29 02:30:00.000001")] * 2,
    ),
    "an instant as pandas writes it": (
        "TIMESTAMP_NS '2026-03-29 02:30:00.000001'",
        *[datetime.fromisoformat("2026-03-29 02:30:00.000001")] * 2,
    ),
    "an instant": (
        "TIMESTAMPTZ '2026-01-01 10:00:00.5+02:00'",
        *[datetime(2026, 1, 1, 8, 0, 0, 500_000, tzinfo=UTC)] * 2,
    ),
    "bytes": (r"'\x00\xFFab'::BLOB", b"\x00\xffab", b"\x00\xffab"),
}


def test_every_value_is_what_duckdb_reads(inbox, rocky, service):
    names = [f"c{index}" for index in range(len(VALUES))]
    query = ", ".join(f"{sql} AS {name}" for name, (sql, *_) in zip(names, VALUES.values(), strict=True))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {query}) TO 'data/t.parquet' (FORMAT parquet)")

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    (found,) = rows(inbox, f"SELECT {', '.join(names)} FROM inbox.t")
    at = {"bigquery": 1, "databricks": 2}[service.name]
    assert dict(zip(VALUES, map(plain, found), strict=True)) == {name: case[at] for name, case in VALUES.items()}


def test_an_instant_that_is_too_fine_is_refused_and_not_cut(inbox, rocky):
    with duckdb.connect() as connection:
        text = "SELECT TIMESTAMP_NS '2026-03-29 02:30:00.000000001' AS at"
        connection.execute(f"COPY ({text}) TO 'data/t.parquet' (FORMAT parquet)")

    told = rocky("load")

    assert "column 'at' has instants finer than a microsecond" in failures(told)[0]
    assert "t" not in inbox.list_tables("inbox")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", 'id,code,note\n1,007,"a ""b"""\n2,,"x\ny"\n3,"",ü\n'),
        ("t.tsv", "id\tcode\tnote\n1\t007\tx\n"),
        ("t.jsonl", '{"id": 1, "code": "007", "note": "a \\"b\\""}\n{"id": 2, "code": "", "note": null}\n'),
    ],
)
def test_a_file_of_text_is_read_as_duckdb_reads_it(inbox, rocky, service, name, text):
    kinds = {"bigquery": ("INT64", "STRING"), "databricks": ("BIGINT", "STRING")}[service.name]
    change(inbox, "CREATE SCHEMA inbox", "CREATE TABLE inbox.t (note {1}, id {0}, code {1})".format(*kinds))
    write(name, text)
    wanted = "{'id': 'INTEGER', 'code': 'VARCHAR', 'note': 'VARCHAR'}"
    reader = "read_json" if name.endswith("jsonl") else "read_csv"
    with duckdb.connect() as connection:
        expected = connection.execute(
            f"SELECT * FROM {reader}('data/{name}', columns = {wanted}) ORDER BY 1"
        ).fetchall()

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, "SELECT id, code, note FROM inbox.t ORDER BY 1") == expected


def test_rows_without_a_single_value_are_rows(inbox, rocky):
    write("t.jsonl", '{"a": 1}\n{"a": null}\n{"a": null}\n')

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, "SELECT a FROM inbox.t ORDER BY a NULLS LAST") == [(1,), (None,), (None,)]


def test_a_file_without_rows_makes_its_table(inbox, rocky):
    write("t.csv", "id,note\n")

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, "SELECT id, note FROM inbox.t") == []
    assert rocky("load")["files_loaded"] == 0


def test_a_file_is_loaded_once_and_its_new_content_is_added(inbox, rocky):
    file = write("t.csv", "id\n1\n2\n")
    first, second = rocky("load"), rocky("load")
    file.write_text("id\n3\n")
    third = rocky("load")

    assert [one["files_loaded"] for one in (first, second, third)] == [1, 0, 1], failures(third)
    assert rows(inbox, "SELECT id FROM inbox.t ORDER BY 1") == [(1,), (2,), (3,)]
    assert sorted(inbox.list_tables("inbox")) == ["_rocky_loaded_files", "t"]


def test_a_file_is_loaded_again_when_that_is_asked_for(inbox, rocky):
    write("t.csv", "id\n1\n")
    rocky("load")

    told = [rocky("load", "--reload")["files_loaded"], rocky("load", "--reload")["files_loaded"]]

    assert told == [1, 1]
    assert rows(inbox, "SELECT id FROM inbox.t") == [(1,)] * 3


def test_a_table_that_was_dropped_is_loaded_anew(inbox, rocky):
    write("a.csv", "id\n1\n")
    write("b.csv", "id\n2\n")
    all_into("both")
    rocky("load")
    change(inbox, "DROP TABLE inbox.both")

    told = rocky("load")

    assert told["files_loaded"] == 2, failures(told)
    assert rows(inbox, "SELECT id FROM inbox.both ORDER BY id") == [(1,), (2,)]
    assert rocky("load")["files_loaded"] == 0


def test_a_table_that_is_dropped_stays_complete_though_its_first_file_is_refused(inbox, rocky):
    all_into("both")
    want_ids()
    first = write("a.csv", "id,n\n1,x\n")
    write("b.csv", "id,n\n2,x\n")
    rocky("load")
    change(inbox, "DROP TABLE inbox.both")
    good = first.read_text()
    first.write_text("id,n\n,x\n")
    rocky("load")
    first.write_text(good)

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, "SELECT id FROM inbox.both ORDER BY id") == [(1,), (2,)]


def test_a_table_that_is_emptied_first_holds_the_files_that_are_there(inbox, rocky):
    all_into("all_rows", truncates=True)
    first = write("a.csv", "id\n1\n")
    write("b.csv", "id\n2\n")
    rocky("load")
    text = first.read_text()
    first.unlink()
    write("c.csv", "id\n3\n")

    told = rocky("load")

    assert told["files_loaded"] == 2, failures(told)
    assert rows(inbox, "SELECT id FROM inbox.all_rows ORDER BY 1") == [(2,), (3,)]
    assert rocky("load")["files_loaded"] == 0
    # The very set of files that was there at first.
    first.write_text(text)
    (Path("data") / "c.csv").unlink()
    assert rocky("load")["files_loaded"] == 2
    assert rows(inbox, "SELECT id FROM inbox.all_rows ORDER BY 1") == [(1,), (2,)]


def test_a_file_that_breaks_its_contract_leaves_nothing_behind(inbox, rocky):
    want_ids()
    expected = write_good_and_bad()

    assert breaches(rocky("load")) == expected
    assert sorted(inbox.list_tables("inbox")) == ["_rocky_loaded_files", "good"]


def test_lists_and_objects_arrive_as_such(inbox, rocky, service):
    write("t.jsonl", '{"id": 1, "tags": ["a", "b"], "place": {"city": "Wien", "zip": 1010}}\n')
    query = {
        "bigquery": "SELECT JSON_VALUE(tags, '$[1]'), JSON_VALUE(place, '$.city') FROM inbox.t",
        "databricks": "SELECT tags[1], place.city FROM inbox.t",
    }[service.name]

    told = rocky("load")

    assert told["files_loaded"] == 1, failures(told)
    assert rows(inbox, query) == [("b", "Wien")]


def test_a_list_goes_into_a_column_of_lists_or_is_refused_before_anything_is_sent(inbox, rocky, service):
    number = {"bigquery": "INT64", "databricks": "BIGINT"}[service.name]
    change(inbox, "CREATE SCHEMA inbox", f"CREATE TABLE inbox.t (id {number}, tags ARRAY<STRING>)")
    write("t.jsonl", '{"id": 1, "tags": ["a", "b"]}\n')

    told = rocky("load")

    loaded = rows(inbox, "SELECT id, tags[1] FROM inbox.t") if service.name == "databricks" else None
    refused = "data/t.jsonl: column 'tags' is of type ARRAY<STRING>, which no file is loaded into; make it JSON"
    expected = {"bigquery": ([refused], None), "databricks": ([], [(1, "b")])}
    assert (failures(told), loaded) == expected[service.name]


@pytest.mark.parametrize("truncates", [False, True], ids=["more", "anew"])
@pytest.mark.parametrize(
    "stride", [pytest.param(7, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.soak)], ids=["some", "all"]
)
def test_a_load_killed_before_any_call_has_each_file_once_after_the_next(inbox, service, truncates, stride):
    def look(when, wanted):
        assert rows(inbox, "SELECT id, note FROM inbox.all_rows ORDER BY id") == wanted, when
        assert service.left_files() == [], when

    calls = kill_loads(look, truncates=truncates, stride=stride)

    assert calls > 10  # Else the calls were not reached, and nothing was tried.


@pytest.mark.slow
@pytest.mark.parametrize("truncates", [False, True], ids=["more", "anew"])
def test_on_a_bad_network_each_file_is_there_once_in_the_end(inbox, rocky, service, monkeypatch, capfd, truncates):
    tell_at_once(monkeypatch)
    patience = "retry = { max_retries = 1, initial_backoff_ms = 5, max_backoff_ms = 20 }\n"
    all_into("all_rows", truncates=truncates)
    write_config(lambda text: text.replace("token = ", f"{patience}token = "))
    for number in range(8):
        write(f"{number:02}.csv", f"id\n{number}\n")
    writes = ({"path": service.starts, "method": "POST"}, {"path": service.uploads})
    troubles = ({"status": 503}, {"cut": "before"}, {"cut": "after"})
    service.faults(*({**one, **trouble, "times": 10**6, "share": 0.06} for one in writes for trouble in troubles))

    runs, ended = 0, 1
    while ended != 0 and runs < 12:
        capfd.readouterr()
        ended, runs = run_command(("load", "--output", "json")), runs + 1

    service.faults()
    assert rows(inbox, "SELECT id FROM inbox.all_rows ORDER BY id") == [(number,) for number in range(8)]
    assert (rocky("load")["files_loaded"], ended) == (0, 0)
    print(f"{runs} runs")
