"""Every kind of file broken in every way gives a finding with its place, or a clear error; never a traceback."""

from __future__ import annotations

import pytest

CONFIGURATION = "rocky.toml"
TOML = (
    "models/_defaults.toml",
    "models/stg_orders.toml",
    "models/stg_orders.contract.toml",
    "models/groups/gold.toml",
    "models/test_definitions.toml",
)
SQL = ("models/stg_orders.sql", "models/daily.sql", "models/best.rocky")


def is_refused(outcome):
    return outcome.code == 1 and "Traceback" not in outcome.text


def test_the_project_is_valid_to_begin_with(project):
    assert project.findings() == []
    for command in ("validate", "compile", "ci", "test", "dag"):
        outcome = project.rocky("-o", "json", command)
        assert outcome.code in {0, 4}, (command, outcome.text)


@pytest.mark.parametrize("file", [CONFIGURATION, *TOML])
@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param("a = 1\nb = = 2\n", 2, id="syntax"),
        pytest.param('a = 1\nb = "open\n', 2, id="open text"),
        pytest.param(b"a = 1\nb = 'caf\xe9'\n", 2, id="not UTF-8"),
        pytest.param(b"\x00\x01\x02", 1, id="binary"),
        pytest.param("[a]\n[a]\n", 2, id="table twice"),
        pytest.param("x = " + "[" * 5000, 1, id="nesting"),
        pytest.param("#" * 10_000_001, 1, id="10 MB"),
    ],
)
def test_a_toml_file_that_is_none_has_its_place(project, file, content, line):
    project.write(file, content)

    code = "E055" if file == CONFIGURATION else "E050"
    assert [found for found in project.findings() if found[1] == file] in (
        [(code, file, line)],
        [("E054", file, line)],
    )
    assert is_refused(project.rocky("validate"))
    assert is_refused(project.rocky("compile"))


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        (CONFIGURATION, "[adapter.lake]\ntype = 3\n", 2),
        (CONFIGURATION, '[adapter.lake]\npath = "x"\n', 1),
        (CONFIGURATION, '[adapter.lake]\ntype = "duckdb"\nunknown = 1\n', 3),
        ("models/_defaults.toml", "target = 3\n", 1),
        ("models/stg_orders.toml", "[strategy]\ntype = 3\n", 2),
        ("models/stg_orders.toml", '[strategy]\ntype = "merge"\n', 1),
        ("models/stg_orders.toml", "[budget]\nunknown = 1\n", 2),
        ("models/stg_orders.contract.toml", "[rules]\nrequired = 3\n", 2),
        ("models/stg_orders.contract.toml", "[[columns]]\n", 1),
        ("models/groups/gold.toml", "enforce = 1\n", 1),
        ("models/groups/gold.toml", "unknown = 1\n", 1),
        ("models/test_definitions.toml", "x = 3\n", 1),
        ("models/test_definitions.toml", "[x]\n[y]\ntype = 3\n", 3),
    ],
)
def test_a_wrong_type_a_missing_key_and_an_unknown_key_have_their_place(project, file, content, line):
    project.write(file, content)

    assert (file, line) in [found[1:] for found in project.findings()]
    assert is_refused(project.rocky("validate"))
    assert is_refused(project.rocky("compile"))


@pytest.mark.parametrize("file", [CONFIGURATION, *TOML])
def test_an_empty_toml_file_is_no_traceback(project, file):
    project.write(file, "")

    for command in ("validate", "compile"):
        assert project.rocky(command).code in {0, 1}


@pytest.mark.parametrize("file", [CONFIGURATION, *TOML])
def test_a_byte_order_mark_is_harmless(project, valid_files, file):
    project.write(file, b"\xef\xbb\xbf" + valid_files[file].encode())

    assert project.findings() == []


@pytest.mark.parametrize("file", SQL)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t\n", id="blank"),
        pytest.param("SELEC 1 FRM x", id="misspelled"),
        pytest.param("SELECT (1 + ", id="open bracket"),
        pytest.param("SELECT 'open", id="open text"),
        pytest.param("SELECT 1 AS a; DROP TABLE x", id="two statements"),
        pytest.param("DELETE FROM x", id="no query"),
        pytest.param(b"SELECT '\xff\xfe'", id="not UTF-8"),
        pytest.param(b"\x00\x01\x02\x03", id="binary"),
        pytest.param("{% if x %} SELECT {{ y }}", id="template"),
        pytest.param("-- " + "x" * 10_000_001, id="10 MB"),
        pytest.param("---toml\nname = 'daily'\n", id="open front matter"),
    ],
)
def test_an_unreadable_model_is_a_finding_about_its_file(project, file, content):
    project.write(file, content)

    outcome = project.rocky("-o", "json", "compile")
    assert is_refused(outcome), outcome.text
    assert file in outcome.text


@pytest.mark.parametrize("file", SQL)
def test_a_file_without_permission_or_on_its_way_out_is_a_finding(project, file):
    (project.root / file).unlink()
    (project.root / file).symlink_to("nowhere")

    assert ("E054", file, 1) in project.findings()
    assert is_refused(project.rocky("validate"))
    assert is_refused(project.rocky("compile"))


def test_links_in_a_circle_are_findings(project):
    (project.root / "models/loop.sql").symlink_to("loop.sql")
    (project.root / "models/sub").mkdir()
    (project.root / "models/sub/up").symlink_to("..")

    assert project.findings() == [("E054", "models/loop.sql", 1), ("E054", "models/sub/up", 1)]
    assert is_refused(project.rocky("compile"))


def test_links_out_of_the_project_are_findings(project, tmp_path):
    (tmp_path / "secret.sql").write_text("SELECT 1")
    (project.root / "models/secret.sql").symlink_to(tmp_path / "secret.sql")
    (project.root / "models/out").symlink_to(tmp_path)

    assert project.findings() == [("E054", "models/secret.sql", 1), ("E054", "models/out", 1)]


def test_models_in_a_circle_are_a_finding(project):
    project.write("models/a.sql", "SELECT * FROM b")
    project.write("models/b.sql", "SELECT * FROM a")

    outcome = project.rocky("-o", "json", "compile")
    assert is_refused(outcome)
    assert "E053" in outcome.text


def test_a_dependency_that_is_no_model_is_a_finding(project):
    project.write("models/stg_orders.toml", 'depends_on = ["dayly"]\n')

    outcome = project.rocky("-o", "json", "compile")
    assert is_refused(outcome)
    assert "E052" in outcome.text


@pytest.mark.parametrize(("name", "second"), [("daily", "models/other.toml"), ("DAILY", "models/daily.sql")])
def test_a_name_that_is_taken_is_a_finding_of_the_second_model(project, name, second):
    project.write("models/other.sql", "SELECT 1 AS a")
    project.write("models/other.toml", f'name = "{name}"\n')

    assert project.findings() == [("E051", second, 1)]
    assert is_refused(project.rocky("compile"))
    assert is_refused(project.rocky("validate"))


def test_a_deeply_nested_expression_ends(project):
    project.write("models/deep.sql", "SELECT " + "(" * 500 + "1" + ")" * 500 + " AS a")
    project.write("models/sum.sql", "SELECT " + " + ".join(["1"] * 500) + " AS a")
    project.write("models/calls.sql", "SELECT " + "abs(" * 500 + "1" + ")" * 500 + " AS a")
    project.write("models/queries.sql", "SELECT * FROM (" * 500 + "SELECT 1 AS a" + ") AS q" * 500)
    project.write("models/cases.sql", "SELECT " + "CASE WHEN TRUE THEN " * 500 + "1" + " END" * 500 + " AS a")

    outcome = project.rocky("-o", "json", "compile")
    assert outcome.code in {0, 1}
    assert "Traceback" not in outcome.text


def test_five_thousand_columns_compile(project):
    project.write("models/wide.sql", "SELECT " + ", ".join(f"{n} AS c{n}" for n in range(5000)))
    project.write("models/wider.sql", "SELECT *, c0 + 1 AS more FROM wide")

    outcome = project.rocky("-o", "json", "compile")
    assert outcome.code == 0, outcome.text[-500:]
    assert '"c4999"' in outcome.out


@pytest.mark.parametrize("directory", ["models", "seeds", "data"])
def test_a_file_where_a_directory_should_be_is_no_traceback(project, directory):
    for file in sorted((project.root / directory).rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    (project.root / directory).rmdir()
    project.write(directory, "not a directory")

    for command in (["validate"], ["compile"], ["compile", "--with-seed"], ["test"], ["dag"]):
        assert project.rocky(*command).code in {0, 1, 4}


def test_a_seed_script_that_fails_is_a_clear_error(project):
    project.write("data/seed.sql", "CREATE TABEL x")

    outcome = project.rocky("compile", "--with-seed")
    assert is_refused(outcome)
    assert "data/seed.sql" in outcome.err
