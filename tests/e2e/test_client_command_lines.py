"""Programs that were written for the existing engine call ours: the same words, one JSON document on stdout."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import duckdb
import jsonschema
import pytest

from rocky_core.cli.run_command import run_command
from rocky_core.version import VERSION
from tests.forked import run_rocky

SCHEMAS = Path(__file__).parents[1] / "schemas"
PROJECT = {
    "conf/rocky.toml": """\
[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline.shop]
type = "transformation"
models = "sql/**"

[pipeline.copy]
type = "replication"
strategy = "full_refresh"
[pipeline.copy.source]
schema_pattern = { prefix = "raw__", separator = "__", components = ["source"] }
[pipeline.copy.target]
catalog_template = "shop"
schema_template = "staging__{source}"
governance = { auto_create_schemas = true }

[hook.on_pipeline_start]
command = "cat"

[mask]
pii = "redact"
[mask.prod]
pii = "hash"
""",
    "conf/sql/orders.sql": "SELECT CAST(1 AS INTEGER) AS id, 'a@example.org' AS email",
    "conf/sql/orders.toml": '[target]\ncatalog = "shop"\nschema = "out"\n[classification]\nemail = "pii"\n'
    '[[tests]]\ntype = "not_null"\ncolumn = "id"\n',
    "conf/sql/totals.sql": "SELECT COUNT(*) AS orders FROM orders",
    "conf/sql/totals.toml": '[target]\ncatalog = "shop"\nschema = "out"\n',
    "conf/contracts/orders.contract.toml": '[[columns]]\nname = "id"\ntype = "Int32"\n',
}
# What clients put before the command's name, for every command alike.
GLOBAL = ("--config", "conf/rocky.toml", "--state-path", "state/here.db", "--output", "json")
NAMED = ("--config", "conf/rocky.toml", "--state-namespace", "team_a", "-o", "json")
FILES = ("--models", "conf/sql", "--contracts", "conf/contracts")
PLAN = "PLAN"  # Stands for the id of a plan that was made before.

CALLS = [
    ("run", "run", ("--pipeline", "shop")),
    ("run", "run", ("--pipeline", "shop", "--models", "conf/sql", "--model", "orders")),
    ("run", "run", ("--pipeline", "copy", "--filter", "source=web")),
    ("plan", "plan", ("--pipeline", "shop")),
    ("apply", "run", (PLAN,)),
    ("discover", "discover", ("--pipeline", "copy")),
    ("state", "state", ()),
    ("history", "history", ()),
    ("history", "model_history", ("--model", "orders")),
    ("dag", "dag", ("--models", "conf/sql")),
    ("dag", "dag", ("--column-lineage",)),
    ("compile", "compile", FILES),
    ("lineage", "lineage", ("totals", *FILES)),
    ("test", "test", FILES),
    ("test", "test", ("--declarative",)),
    ("ci", "ci", FILES),
    ("doctor", "doctor", ()),
    ("doctor", "doctor", ("--check", "state")),
    ("compliance", "compliance", ()),
    ("compliance", "compliance", ("--env", "prod", "--exceptions-only", "--fail-on", "exception")),
    ("retention-status", "retention_status", ("--drift",)),
    ("catalog", "catalog", ("--models", "conf/sql")),
    ("estimate", "estimate", ("--models", "conf/sql")),
    ("profile", "profile", ("orders", "--models", "conf/sql")),
    ("cost", "cost", ("latest",)),
    ("optimize", "optimize", ()),
    ("metrics", "metrics", ("orders",)),
    ("hooks list", "hooks_list", ()),
    ("hooks test", "hooks_test", ("on_pipeline_start",)),
    ("validate", "validate", ()),
    ("state clear-schema-cache", "state_clear_schema_cache", ("--dry-run",)),
    ("state retention sweep", "state_retention_sweep", ("--dry-run",)),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project in a folder that commands are not called from, run once by each of its pipelines; and a plan."""
    folder = tmp_path_factory.mktemp("client")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with duckdb.connect(str(folder / "conf" / "shop.duckdb")) as connection:
        connection.execute("CREATE SCHEMA raw__web; CREATE TABLE raw__web.visits AS SELECT 1 AS id")
    for place in (GLOBAL, NAMED):
        assert called(folder, *place, "run", "--pipeline", "shop").returncode == 0
    return folder


def called(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_rocky(folder, *arguments)


def in_this_process(capfd, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same without a start, which is what takes the time."""
    capfd.readouterr()
    code = run_command(arguments)
    out, err = capfd.readouterr()
    return subprocess.CompletedProcess(arguments, code, out, err)


def with_plan(folder: Path, arguments: tuple[str, ...], place: tuple[str, ...]) -> tuple[str, ...]:
    if PLAN not in arguments:
        return arguments
    planned = json.loads(called(folder, *place, "plan", "--pipeline", "shop").stdout)
    return tuple(planned["plan_id"] if one == PLAN else one for one in arguments)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "schema", "arguments"), CALLS, ids=[f"{one[0]} {' '.join(one[2])}" for one in CALLS]
)
def test_a_call_gives_one_json_document_wherever_the_shared_options_stand(
    project, command, schema, arguments, monkeypatch, capfd
):
    shape = json.loads((SCHEMAS / f"{schema}.schema.json").read_text())

    before = called(project, *GLOBAL, *command.split(), *with_plan(project, arguments, GLOBAL))
    monkeypatch.chdir(project)
    after = in_this_process(capfd, *command.split(), *with_plan(project, arguments, NAMED), *NAMED)

    for ran in (before, after):
        assert (ran.returncode, ran.stderr) == (0, "")
        answer = json.loads(ran.stdout)  # Nothing before it and nothing after it.
        jsonschema.validate(answer, shape)
        assert answer.get("version", VERSION) == VERSION
    # A namespace's state lies beside the models that are named, where perhaps nothing was run yet.
    assert json.loads(before.stdout).keys() - {"last_run_id"} == json.loads(after.stdout).keys() - {"last_run_id"}


@pytest.mark.slow
def test_state_is_kept_where_the_options_say(project):
    assert (project / "state" / "here.db").is_file()
    assert (project / "conf" / "models" / ".rocky-state" / "team_a.db").is_file()
    assert not list(project.rglob(".rocky-state.db"))


FAILURES = [
    ("a wrong option", ("run", "--no-such-option"), "usage_error"),
    ("no such pipeline", ("run", "--pipeline", "shpo"), "user_error"),
    ("no such plan", ("apply", "0" * 64), "user_error"),
    ("no such model", ("lineage", "nothing", "--models", "conf/sql"), "user_error"),
    ("no such check", ("doctor", "--check", "nothing"), "user_error"),
    ("a watermark without a zone", ("state", "set", "orders", "--watermark", "2026-01-01"), "user_error"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "code"), [one[1:] for one in FAILURES], ids=[one[0] for one in FAILURES])
def test_an_error_leaves_stdout_empty_and_is_one_document_on_stderr(project, arguments, code):
    shape = json.loads((SCHEMAS / "error_envelope.schema.json").read_text())

    failed = called(project, *GLOBAL, *arguments)

    assert (failed.returncode, failed.stdout) == (1, "")
    envelope = json.loads(failed.stderr)
    jsonschema.validate(envelope, shape)
    assert envelope["code"] == code


@pytest.mark.slow
def test_logs_and_warnings_are_on_stderr_and_never_between_the_json(project):
    ran = called(project, *GLOBAL, "--debug", "compile", "--contracts", "no/such/folder", "--models", "conf/sql")

    assert (ran.returncode, json.loads(ran.stdout)["command"]) == (0, "compile")
    assert "there is no folder 'no/such/folder'" in ran.stderr


@pytest.mark.slow
def test_a_run_that_fails_is_an_answer_and_not_an_error(tmp_path):
    broken = tmp_path / "sql"
    broken.mkdir()
    (broken / "bad.sql").write_text("SELECT CAST('x' || 1 AS INTEGER) AS a")
    (broken / "bad.toml").write_text('[target]\ncatalog = "shop"\nschema = "out"\n')
    (tmp_path / "rocky.toml").write_text(PROJECT["conf/rocky.toml"].split("[pipeline.copy]")[0])

    ran = called(tmp_path, "--output", "json", "run", "--pipeline", "shop")

    assert (ran.returncode, ran.stderr) == (1, "")
    answer = json.loads(ran.stdout)
    jsonschema.validate(answer, json.loads((SCHEMAS / "run.schema.json").read_text()))
    assert (answer["status"], answer["errors"][0]["failure_kind"]) == ("Failure", "query-rejected")
