"""`load` on real files and a DuckDB file, as people and programs meet it."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "load.schema.json").read_text())

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "w.duckdb"

[pipeline.inbox]
type = "load"
source_dir = "data"
{pipeline}
[pipeline.inbox.target]
catalog = "w"
schema = "raw"
{target}
"""


@pytest.fixture
def inbox(rocky, write, tmp_path):
    """A function that writes files below `data/`, loads them, and gives the answer."""

    def load(files: dict[str, str | bytes], *arguments: str, pipeline: str = "", target: str = ""):
        write({"rocky.toml": ROCKY_TOML.format(pipeline=pipeline, target=target), "data/.keep": ""})
        for name, content in files.items():
            file = tmp_path / "data" / name
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        ran = rocky("load", "-o", "json", *arguments)
        if ran.out:
            jsonschema.validate(ran.json, SCHEMA)
        return ran

    return load


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return connection.execute(query).fetchall()


def parquet(query: str, folder: Path) -> bytes:
    file = folder / "made.parquet"
    duckdb.sql(f"COPY ({query}) TO '{file}'")
    return file.read_bytes()


def outcomes(ran) -> dict[str, object]:
    """Rows of each file that was loaded, the error of each that was not, the reason of each that was left out."""
    return {
        **{one["file"]: one.get("error", one["rows_loaded"]) for one in ran.json["files"]},
        **{one["file"]: one["reason"].partition(" on ")[0] for one in ran.json["skipped"]},
    }


def test_files_of_every_format_become_tables_of_their_names(inbox, tmp_path):
    ran = inbox(
        {
            "orders.csv": "id,name,day\n007,ann,2026-01-31\n008,bob,2026-02-01\n",
            "shops.tsv": "id\tname\n1\tnorth\n",
            "events.jsonl": '{"id": 1, "tags": ["a"]}\n{"id": 2, "note": "late"}\n',
            "items.json": '[{"id": 1}, {"id": 2}, {"id": 3}]',
            "prices.parquet": parquet("SELECT 1 AS id, 1.50::DECIMAL(9,2) AS price", tmp_path),
        }
    )

    assert (ran.code, ran.err) == (0, "")
    assert outcomes(ran) == {
        "data/events.jsonl": 2,
        "data/items.json": 3,
        "data/orders.csv": 2,
        "data/prices.parquet": 1,
        "data/shops.tsv": 1,
    }
    totals = {name: ran.json[name] for name in ("status", "files_loaded", "files_failed", "total_rows", "format")}
    assert totals == {"status": "Success", "files_loaded": 5, "files_failed": 0, "total_rows": 9, "format": "auto"}
    assert ran.json["total_bytes"] == sum(
        file.stat().st_size for file in (tmp_path / "data").iterdir() if file.name != ".keep"
    )
    assert rows(tmp_path, "SELECT id, name, CAST(day AS VARCHAR) FROM raw.orders ORDER BY ALL") == [
        ("007", "ann", "2026-01-31"),
        ("008", "bob", "2026-02-01"),
    ]
    assert rows(tmp_path, "SELECT id, note FROM raw.events ORDER BY id") == [(1, None), (2, "late")]


def test_a_file_is_loaded_once_and_again_when_it_has_changed(inbox, tmp_path):
    first = inbox({"a.csv": "id\n1\n"})
    second = inbox({})
    changed = inbox({"a.csv": "id\n2\n"})
    again = inbox({}, "--reload")

    assert [one.code for one in (first, second, changed, again)] == [0, 0, 0, 0]
    assert outcomes(second) == {"data/a.csv": "loaded already"}
    assert (outcomes(changed), outcomes(again)) == ({"data/a.csv": 1}, {"data/a.csv": 1})
    assert rows(tmp_path, "SELECT id FROM raw.a ORDER BY id") == [(1,), (2,), (2,)]


def test_a_table_that_was_dropped_is_loaded_anew_with_all_its_files(inbox, tmp_path):
    inbox({"a.csv": "id\n1\n", "b.csv": "id\n2\n"}, target='table = "t"')
    rows(tmp_path, "DROP TABLE raw.t")

    partly = inbox({"b.csv": "id\nx,y\n"}, target='table = "t"')
    repaired = inbox({"b.csv": "id\n2\n"}, target='table = "t"')

    assert outcomes(partly)["data/a.csv"] == 1
    assert outcomes(repaired) == {"data/a.csv": "loaded already", "data/b.csv": 1}
    assert rows(tmp_path, "SELECT id FROM raw.t ORDER BY id") == [(1,), (2,)]


def test_files_of_one_table_are_appended_in_the_order_of_their_names_each_by_the_names_of_its_columns(inbox, tmp_path):
    ran = inbox(
        {"2.csv": "name,id\ntwo,2\n", "1.csv": "id,name\n1,one\n", "3.csv": "id,size\n3,9\n"}, target='table = "t"'
    )

    assert (ran.code, [one["file"] for one in ran.json["files"]]) == (0, ["data/1.csv", "data/2.csv", "data/3.csv"])
    assert rows(tmp_path, "SELECT id, name, size FROM raw.t") == [(1, "one", None), (2, "two", None), (3, None, 9)]


def test_a_value_is_read_as_its_column_is_not_as_it_looks(inbox, tmp_path):
    inbox({"1.csv": "code,at\nA7,2026-01-01\n"}, target='table = "t"')
    ran = inbox({"2.csv": "code,at\n1.50,2026-01-02\n"}, target='table = "t"')

    assert ran.code == 0
    assert rows(tmp_path, "SELECT code FROM raw.t") == [("A7",), ("1.50",)]


def test_one_file_that_fails_stops_no_other_not_even_of_its_table(inbox, tmp_path):
    files = {"1.csv": "id\n1\n", "2.csv": "id\n2,x\n", "3.csv": "id\n3\n"}

    ran = inbox(files, target='table = "t"')
    repaired = inbox({"2.csv": "id\n2\n"}, target='table = "t"')

    assert (ran.code, ran.json["status"], ran.json["files_failed"]) == (2, "PartialFailure", 1)
    assert outcomes(repaired) == {"data/1.csv": "loaded already", "data/2.csv": 1, "data/3.csv": "loaded already"}
    assert rows(tmp_path, "SELECT id FROM raw.t") == [(1,), (3,), (2,)]


BROKEN = {
    "wrong delimiter": ("t.csv", "id;name\n1;x\n", "line 1: 'id;name' is one column with the delimiter ','"),
    "ragged": ("t.csv", "id,name\n1,x\n2\n", "line 3: Expected Number of Columns: 2 Found: 1 (2)"),
    "too wide": ("t.csv", "id,name\n1,x\n2,y,z\n", "line 3: Expected Number of Columns: 2 Found: 3 (2,y,z)"),
    "open quote": ("t.csv", 'id,name\n1,"x\n2,y\n', "line 2: Value with unterminated quote found"),
    "not UTF-8": ("t.csv", b"id,name\n1,M\xfcller\n", "it is not UTF-8"),
    "empty": ("t.csv", "", "it is empty: it has no header line"),
    "blank header": ("t.csv", "\nid\n", "line 1: it is blank, and a header is expected there"),
    "column twice": ("t.csv", "id,ID\n1,2\n", "line 1: the header has the column 'id' twice"),
    "column without a name": ("t.csv", "id,,x\n1,2,3\n", "line 1: column 2 of the header has no name"),
    "truncated parquet": ("t.parquet", None, "No magic bytes found at end of file 'data/t.parquet'"),
    "no parquet": ("t.parquet", "PAR", "too small to be a Parquet file"),
    "bad JSON line": ("t.jsonl", '{"id": 1}\n{"id": \n{"id": 3}\n', "Malformed JSON at byte 19 in line 3"),
    "empty JSON": ("t.jsonl", "", "it is empty"),
    "cut short": ("t.csv.gz", gzip.compress(b"id\n1\n")[:20], "Unexpected end of GZIP stream"),
    "no gzip": ("t.csv.gz", "id\n1\n", "it cannot be read: Not a gzipped file"),
    "name that is no table": ("no-table.csv", "id\n1\n", "would make the table 'no-table', which is not a valid ident"),
}


@pytest.mark.parametrize(("name", "content", "told"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_what_is_wrong_and_where(name, content, told, inbox, tmp_path):
    if content is None:
        whole = parquet("SELECT range AS id FROM range(1000)", tmp_path)
        content = whole[: len(whole) // 2]

    ran = inbox({name: content, "good.csv": "id\n1\n"})

    (failed,) = (one for one in ran.json["files"] if "error" in one)
    assert (ran.code, failed["file"], failed["failure_kind"]) == (2, f"data/{name}", "query-rejected")
    assert failed["error"].startswith(f"data/{name}: ")
    assert told in failed["error"]
    assert str(tmp_path) not in failed["error"]
    assert rows(tmp_path, "SELECT table_name FROM duckdb_tables() ORDER BY 1") == [("_rocky_loaded_files",), ("good",)]


def test_a_header_alone_makes_an_empty_table_and_a_byte_order_mark_is_no_part_of_a_name(inbox, tmp_path):
    ran = inbox({"alone.csv": "id,name\n", "marked.csv": b"\xef\xbb\xbfid,name\r\n1,x\r\n"})

    assert outcomes(ran) == {"data/alone.csv": 0, "data/marked.csv": 1}
    assert rows(tmp_path, "SELECT * FROM raw.alone") == []
    assert rows(tmp_path, "SELECT id, name FROM raw.marked") == [(1, "x")]


def test_a_header_alone_says_nothing_about_types(inbox, tmp_path):
    ran = inbox({"1.csv": "id,name,note\n", "2.csv": "id,name\n7,x\n"}, target='table = "t"')

    assert (ran.code, rows(tmp_path, "SELECT id + 1, name, note FROM raw.t")) == (0, [(8, "x", None)])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_says_so(inbox, tmp_path):
    inbox({"a.csv": "id\n1\n", "b.csv": "id\n1\n"})
    (tmp_path / "data" / "b.csv").chmod(0)

    assert outcomes(inbox({"c.csv": "id\n1\n"}))["data/b.csv"] == "data/b.csv: it cannot be read: Permission denied"


def test_a_link_out_of_the_project_is_not_followed(inbox, tmp_path, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    secret.write_text("id\n1\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "linked.csv").symlink_to(secret)

    assert outcomes(inbox({})) == {"data/linked.csv": "data/linked.csv: it is a link that leads out of the project"}


def test_a_name_that_a_terminal_would_act_upon_is_replaced(inbox, tmp_path):
    (tmp_path / "data").mkdir()
    for name in (b"\x1b[31mred.csv", b"\xff.csv"):
        Path(os.fsdecode(bytes(tmp_path / "data") + b"/" + name)).write_text("id\n1\n")

    ran = inbox({})

    told = "its name cannot be shown as text; rename the file"
    assert outcomes(ran) == {f"data/{name}.csv": f"data/{name}.csv: {told}" for name in ("\ufffd[31mred", "\ufffd")}


def test_names_with_quotes_and_patterns_are_only_names(inbox, tmp_path):
    ran = inbox({"it's [1]*.csv": "id\n1\n", "it's 1x.csv": "id\n2\n"}, target='table = "t"')

    assert (ran.code, rows(tmp_path, "SELECT id FROM raw.t ORDER BY id")) == (0, [(1,), (2,)])


def test_a_column_that_the_table_lacks_is_refused_with_the_way_out(inbox, tmp_path):
    inbox({"1.csv": "id\n1\n"}, target='table = "t"')
    ran = inbox({"2.csv": "id,extra\n2,x\n"}, target='table = "t"')

    assert outcomes(ran)["data/2.csv"] == (
        "data/2.csv: w.raw.t has no column 'extra'; add it with ALTER TABLE, or take it out of the file (the table has "
        "id)"
    )
    assert rows(tmp_path, "SELECT * FROM raw.t") == [(1,)]


def test_a_value_that_does_not_fit_its_column_is_told_with_its_line(inbox, tmp_path):
    inbox({"1.csv": "id\n1\n"}, target='table = "t"')
    ran = inbox({"2.csv": "id\n2\nabc\n"}, target='table = "t"')

    assert (
        'data/2.csv: line 3: Error when converting column "id". Could not convert string "abc"'
        in (outcomes(ran)["data/2.csv"])
    )
    assert rows(tmp_path, "SELECT * FROM raw.t") == [(1,)]


OPTIONS = {
    "a delimiter": ('[pipeline.inbox.options]\ncsv_delimiter = ";"', "id;name\n1;a,b\n", [(1, "a,b")]),
    "no header": ("[pipeline.inbox.options]\ncsv_has_header = false", "1,x\n2,y\n", [(1, "x"), (2, "y")]),
}


@pytest.mark.parametrize(("options", "content", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_how_csv_files_are_read_can_be_said(options, content, expected, inbox, tmp_path):
    ran = inbox({"t.csv": content}, pipeline=options)

    assert (ran.code, rows(tmp_path, "SELECT * FROM raw.t")) == (0, expected)


def test_only_the_format_that_is_asked_for_is_loaded(inbox):
    ran = inbox({"a.csv": "id\n1\n", "b.jsonl": '{"id": 1}\n', "notes.txt": "x"}, pipeline='format = "json_lines"')

    assert outcomes(ran) == {
        "data/b.jsonl": 1,
        "data/a.csv": "not of the format 'json_lines'",
        "data/notes.txt": "not of the format 'json_lines'",
    }


def test_without_create_table_a_table_must_be_there(inbox, tmp_path):
    options = "[pipeline.inbox.options]\ncreate_table = false"
    ran = inbox({"t.csv": "id\n1\n"}, pipeline=options)
    rows(tmp_path, "CREATE SCHEMA raw; CREATE TABLE raw.t (id INTEGER, added VARCHAR DEFAULT 'x')")
    after = inbox({}, pipeline=options)

    assert (ran.code, ran.json["files"][0]["failure_kind"]) == (1, "not-found")
    assert outcomes(ran)["data/t.csv"].endswith("the table w.raw.t is not there, and create_table = false")
    assert (after.code, rows(tmp_path, "SELECT * FROM raw.t")) == (0, [(1, "x")])


TRUNCATE = "[pipeline.inbox.options]\ntruncate_first = true"


def test_a_table_that_is_emptied_first_holds_the_files_that_are_there(inbox, tmp_path):
    def load(files: dict[str, str], *arguments: str):
        return outcomes(inbox(files, *arguments, pipeline=TRUNCATE, target='table = "t"'))

    assert load({"1.csv": "id\n1\n", "2.csv": "id\n2\n"}) == {"data/1.csv": 1, "data/2.csv": 1}
    assert load({}) == {"data/1.csv": "loaded already", "data/2.csv": "loaded already"}
    assert load({"2.csv": "id\n20\n"}) == {"data/1.csv": 1, "data/2.csv": 1}
    assert rows(tmp_path, "SELECT id FROM raw.t ORDER BY id") == [(1,), (20,)]
    assert load({}, "--reload") == {"data/1.csv": 1, "data/2.csv": 1}
    assert load({}) == {"data/1.csv": "loaded already", "data/2.csv": "loaded already"}
    (tmp_path / "data" / "1.csv").unlink()
    assert load({}) == {"data/2.csv": 1}
    assert rows(tmp_path, "SELECT id FROM raw.t") == [(20,)]


def test_a_table_is_emptied_only_once_a_file_is_good(inbox, tmp_path):
    def load(files: dict[str, str]):
        return outcomes(inbox(files, pipeline=TRUNCATE, target='table = "t"'))

    load({"1.csv": "id\n1\n", "2.csv": "id\n2\n"})
    load({"1.csv": "id\nx\n", "2.csv": "id\n2,y\n"})
    assert rows(tmp_path, "SELECT id FROM raw.t ORDER BY id") == [(1,), (2,)]
    assert load({"2.csv": "id\n3\n"})["data/2.csv"] == 1
    assert rows(tmp_path, "SELECT id FROM raw.t") == [(3,)]
    assert load({"1.csv": "id\n4\n"}) == {"data/1.csv": 1, "data/2.csv": 1}


CONTRACT = """\
[pipeline.inbox.contract]
protected_columns = ["name"]
required_columns = [{ name = "id", type = "INTEGER", nullable = false }, { name = "day", type = "DATE" }]
allowed_type_changes = [{ from = "INTEGER", to = "BIGINT" }]
"""
BREACHES = {
    "a required column is missing": (
        "CSV",
        "id,name\n1,x\n",
        [("required_column", "day", "the file has no column 'day'")],
    ),
    "a value is missing": (
        "CSV",
        "id,name,day\n,x,2026-01-01\n,y,2026-01-01\n",
        [("nullable", "id", "2 rows have no value, and every row needs one")],
    ),
    "a protected column is gone": (
        "CSV",
        "id,day\n1,2026-01-01\n",
        [("protected_column", "name", "the table's column 'name' is protected; the file lacks it")],
    ),
    "everything at once": (
        "CSV",
        "other\n1\n",
        None,
    ),
    "a value is of another type": (
        "CSV",
        "id,name,day\n1,x,soon\n",
        [("type", "day", 'line 2: Error when converting column "day". Could not convert string "soon" to \'DATE\'')],
    ),
    "a file's own type is another": (
        "PARQUET",
        "SELECT 'x' AS id, 'x' AS name, DATE '2026-01-01' AS day",
        [("type", "id", "it is VARCHAR, and INTEGER is required")],
    ),
    "a file's own type is not the table's": (
        "PARQUET",
        "SELECT 1::BIGINT AS id, 5 AS name, DATE '2026-01-01' AS day",
        [
            (
                "type_change",
                "name",
                "it is VARCHAR in the table and INTEGER in the file; allowed_type_changes does not list that",
            )
        ],
    ),
}


@pytest.mark.parametrize(("kind", "content", "expected"), BREACHES.values(), ids=BREACHES)
def test_a_file_that_breaks_the_contract_leaves_its_table_as_it_was(kind, content, expected, inbox, tmp_path):
    held = [(1, "a", "2026-01-01")]
    first = inbox({"1.csv": "id,name,day\n1,a,2026-01-01\n"}, pipeline=CONTRACT, target='table = "t"')
    second = {"2.parquet": parquet(content, tmp_path)} if kind == "PARQUET" else {"2.csv": content}

    ran = inbox(second, pipeline=CONTRACT, target='table = "t"')

    assert first.json["files"][0]["contract"] == {"passed": True, "violations": [], "warnings": []}
    (failed,) = ran.json["files"]
    assert (ran.code, failed["failure_kind"]) == (1, "query-rejected")
    if expected is None:
        assert "w.raw.t has no column 'other'" in failed["error"]
    else:
        told = [(one["rule"], one["column"], one["message"]) for one in failed["contract"]["violations"]]
        assert [(rule, column) for rule, column, _ in told] == [(rule, column) for rule, column, _ in expected]
        assert all(message.startswith(start) for (_, _, message), (_, _, start) in zip(told, expected, strict=True))
        assert f"{expected[0][0]} '{expected[0][1]}'" in failed["error"]
    assert rows(tmp_path, "SELECT id, name, CAST(day AS VARCHAR) FROM raw.t") == held


def test_a_type_change_that_is_allowed_is_no_breach(inbox, tmp_path):
    inbox({"1.csv": "id,name,day\n1,a,2026-01-01\n"}, pipeline=CONTRACT, target='table = "t"')
    content = parquet("SELECT 2::BIGINT AS id, 'b' AS name, DATE '2026-01-02' AS day", tmp_path)

    assert inbox({"2.parquet": content}, pipeline=CONTRACT, target='table = "t"').code == 0
    assert rows(tmp_path, "SELECT id FROM raw.t") == [(1,), (2,)]


def test_settings_that_no_load_acts_upon_are_told_and_a_schema_is_not_made_where_that_is_forbidden(inbox):
    forbidden = "[pipeline.inbox.options]\nbatch_size = 5"
    ran = inbox({"a.csv": "id\n1\n"}, pipeline=forbidden, target="governance = { auto_create_schemas = false }")

    assert ran.json["warnings"] == ["options.batch_size is set, but every file is taken in as a whole"]
    assert (ran.code, ran.json["files"][0]["failure_kind"]) == (1, "not-found")


MISTAKES = {
    "out of the project": ('source_dir = "../other"', "source_dir '../other' leads out of the project"),
    "absolute": ('source_dir = "/etc"', "source_dir '/etc' leads out of the project"),
    "not there": ('source_dir = "nowhere"', "source_dir 'nowhere' cannot be read: No such file or directory"),
}


@pytest.mark.parametrize(("line", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_folder_that_cannot_be_is_a_mistake(line, message, rocky, write):
    write({"rocky.toml": ROCKY_TOML.format(pipeline="", target="").replace('source_dir = "data"', line)})

    ran = rocky("load", "-o", "json")

    assert (ran.code, ran.out) == (1, "")
    assert message in json.loads(ran.err)["message"]


def test_a_target_that_is_no_identifier_is_a_mistake(inbox):
    ran = inbox({"a.csv": "id\n1\n"}, target='table = "x; DROP TABLE y"')

    assert (ran.code, ran.out) == (1, "")
    assert "is not a valid identifier" in json.loads(ran.err)["message"]


def test_an_empty_folder_is_told_and_no_failure(inbox):
    ran = inbox({})

    assert (ran.code, ran.json["warnings"]) == (0, ["there is no file to load in 'data'"])


def test_run_and_apply_of_a_load_pipeline_answer_as_load_does(inbox, rocky, tmp_path):
    inbox({"a.csv": "id\n1\n"})
    (tmp_path / "data" / "b.csv").write_text("id\n2\n")
    planned = rocky("plan", "-o", "json")
    applied = rocky("apply", planned.json["plan_id"], "-o", "json")
    again = rocky("run", "--reload", "-o", "json")

    for ran in (applied, again):
        jsonschema.validate(ran.json, SCHEMA)
        assert (ran.code, ran.json["command"]) == (0, "load")
    assert outcomes(applied) == {"data/b.csv": 1, "data/a.csv": "loaded already"}
    assert outcomes(again) == {"data/a.csv": 1, "data/b.csv": 1}
    assert "read_csv" in "".join(one["sql"] for one in planned.json["statements"])


def test_history_shows_every_file_and_a_key_is_spent_once(inbox, rocky):
    first = inbox({"1.csv": "id\n1\n", "2.csv": "id\n2\n"}, "--idempotency-key", "k", target='table = "t"')
    second = inbox({"3.csv": "id\n3\n"}, "--idempotency-key", "k", target='table = "t"')

    assert first.json["status"] == "Success"
    assert (second.code, second.json["status"], second.json["files"]) == (0, "SkippedIdempotent", [])
    history = rocky("history", "-o", "json").json
    assert [(run["status"], run["models_executed"]) for run in history["runs"]] == [("Success", 2)]


@pytest.mark.parametrize(
    "option", [("--filter", "table=a"), ("--all",), ("--partition", "2026-01-01"), ("--model", "a")]
)
def test_wishes_about_other_things_than_files_are_refused(option, inbox, rocky):
    inbox({"a.csv": "id\n1\n"})

    ran = rocky("run", *option, "-o", "json")

    assert (ran.code, ran.out) == (1, "")
    assert "pipeline 'inbox' " in json.loads(ran.err)["message"]


def test_a_resumed_reload_loads_what_is_left(inbox, tmp_path):
    inbox({"a.csv": "id\n1\n", "b.csv": "id\n1\n"})
    inbox({"b.csv": "id\n1,2\n"}, "--reload")

    resumed = inbox({"b.csv": "id\n2\n"}, "--reload", "--resume-latest")

    assert (resumed.code, outcomes(resumed)["data/b.csv"]) == (0, 1)
    assert [one["reason"].partition(" run-")[0] for one in resumed.json["skipped"]] == ["finished in run"]
    assert rows(tmp_path, "SELECT (SELECT COUNT(*) FROM raw.a), (SELECT COUNT(*) FROM raw.b)") == [(2, 2)]


def test_hooks_and_checks_belong_to_loads_too(inbox):
    extra = """
[pipeline.inbox.checks]
row_count = true
[[pipeline.inbox.checks.assertions]]
table = "a"
type = "not_null"
column = "name"
[hook.on_after_materialize]
command = "cat"
"""
    ran = inbox({"a.csv": "id,name\n1,\n"}, "--fail-on-check-error", target=extra)

    assert (ran.code, ran.json["status"]) == (2, "PartialFailure")
    assert [(one["name"], one["status"]) for one in ran.json["checks"]] == [
        ("row_count", "Passed"),
        ("not_null:name", "Failed"),
    ]
    (told,) = ran.json["hook_results"]
    assert json.loads(told["stdout"])["table"] == "a"


def test_text_names_files_and_what_to_do(inbox, rocky, tmp_path):
    inbox({})
    (tmp_path / "data" / "a.csv").write_text("id\n1\n")
    (tmp_path / "data" / "b.csv").write_text("id\n1,2\n")

    ran = rocky("load", "-o", "table")

    assert ran.code == 2
    assert "✓ a [data/a.csv]  (load, 1 row, " in ran.out
    assert "Next: repair the file and run again; files that are in their tables already are left out" in ran.out
    assert "Partial failure: 1 file loaded, 1 failed" in ran.out
