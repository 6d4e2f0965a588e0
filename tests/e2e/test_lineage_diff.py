"""`rocky lineage-diff` compares the files as they are with a git ref."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

from tests.forked import run_rocky

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "lineage_diff.schema.json").read_text())
DEFAULTS = '[target]\ncatalog = "c"\nschema = "s"\n'


def rocky(*arguments: str, cwd) -> subprocess.CompletedProcess[str]:
    return run_rocky(cwd, *arguments)


def git(*arguments: str, cwd) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "repository" / "sub"
    (folder / "models").mkdir(parents=True)
    texts = {
        "_defaults.toml": DEFAULTS,
        "orders.sql": "SELECT 1 AS id, 2 AS amount, 'x' AS note",
        "totals.sql": "SELECT id, amount + 1 AS amount FROM orders",
        "same.sql": "SELECT 1 AS one",
        "gone.sql": "SELECT 1 AS one",
        "logic.sql": "SELECT 1 AS one",
    }
    for name, text in texts.items():
        (folder / "models" / name).write_text(text)
    git("init", "-q", "-b", "main", cwd=folder.parent)
    git("add", ".", cwd=folder.parent)
    git("commit", "-qm", "start", cwd=folder.parent)
    return folder


def test_it_reports_columns_and_whom_they_feed(project):
    (project / "models" / "orders.sql").write_text("SELECT 1 AS id, CAST(2 AS DOUBLE) AS amount, 3 AS discount")
    (project / "models" / "same.sql").write_text("SELECT  1  AS one -- the same")
    (project / "models" / "logic.sql").write_text("SELECT 2 AS one")
    (project / "models" / "gone.sql").unlink()
    (project / "models" / "fresh.sql").write_text("SELECT 1 AS one")

    answer = json.loads(rocky("lineage-diff", cwd=project).stdout)

    jsonschema.validate(answer, SCHEMA)
    assert (answer["base_ref"], answer["head_ref"]) == ("main", "HEAD + uncommitted changes")
    assert answer["summary"] == {"total_models": 6, "unchanged": 1, "modified": 3, "added": 1, "removed": 1}
    by_name = {row["model_name"]: row for row in answer["results"]}
    assert {name: row["status"] for name, row in by_name.items()} == {
        "orders": "modified",
        "totals": "modified",
        "same": "unchanged",
        "logic": "modified",
        "gone": "removed",
        "fresh": "added",
    }
    assert by_name["orders"]["column_changes"] == [
        {
            "column_name": "amount",
            "change_type": "type_changed",
            "old_type": "INTEGER",
            "new_type": "DOUBLE",
            "downstream_consumers": [{"model": "totals", "column": "amount"}],
        },
        {"column_name": "note", "change_type": "removed", "old_type": "VARCHAR"},
        {"column_name": "discount", "change_type": "added", "new_type": "INTEGER"},
    ]
    assert "| orders | `amount` | type changed | INTEGER → DOUBLE | totals.amount |" in answer["markdown"]


def test_a_clean_tree_is_compared_as_head(project):
    answer = json.loads(rocky("lineage-diff", "HEAD", cwd=project).stdout)

    assert (answer["head_ref"], answer["summary"]["unchanged"]) == ("HEAD", 5)


def test_an_unknown_ref_is_said_to_be_one(project):
    failed = rocky("lineage-diff", "no-such-branch", cwd=project)

    assert (failed.returncode, failed.stdout) == (1, "")
    assert "there is no git ref 'no-such-branch'" in failed.stderr


def test_a_ref_is_never_taken_for_an_option_of_git(project):
    failed = rocky("lineage-diff", "--", "--output=stolen", cwd=project)

    assert failed.returncode == 1
    assert not (project / "stolen").exists()


def test_without_git_there_is_nothing_to_compare(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "_defaults.toml").write_text(DEFAULTS)
    (tmp_path / "models" / "m.sql").write_text("SELECT 1 AS one")

    failed = rocky("lineage-diff", cwd=tmp_path)

    assert failed.returncode == 1
    assert "is not in a git repository" in failed.stderr
