"""Files that are written to, or taken away, while a load pipeline is at work."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import duckdb
import pytest

from rocky_core.api import ProjectOptions, open_project
from rocky_core.errors import FailureKind
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.ir.run import ModelFailed, ModelSucceeded

ROCKY_TOML = """\
[adapter]
type = "duckdb"
path = "w.duckdb"

[pipeline.inbox]
type = "load"
source_dir = "data"

[pipeline.inbox.target]
catalog = "w"
schema = "raw"
"""
CHANGES = {
    "taken away": (Path.unlink, FailureKind.TRANSIENT, "data/a.csv was taken away while it was loaded"),
    "written to": (
        lambda file: file.write_text("id\n1\n2\n"),
        FailureKind.TRANSIENT,
        "data/a.csv was written to while it was loaded",
    ),
    "broken": (
        lambda file: file.write_text("id\n1,2\n"),
        FailureKind.TRANSIENT,
        "data/a.csv was written to while it was loaded",
    ),
}


@pytest.mark.parametrize(("change", "kind", "told"), CHANGES.values(), ids=CHANGES)
def test_a_file_that_changes_after_it_was_planned_is_not_loaded(change, kind, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rocky.toml").write_text(ROCKY_TOML)
    (tmp_path / "data").mkdir()
    for name in ("a", "b"):
        (tmp_path / "data" / f"{name}.csv").write_text("id\n1\n")
    site = open_project(ProjectOptions(config_file=tmp_path / "rocky.toml")).site()

    def approve(plan):
        change(tmp_path / "data" / "a.csv")
        return plan

    events = tuple(run_pipeline(site, RunOptions(), Event(), approve))

    (failed,) = (event for event in events if isinstance(event, ModelFailed))
    assert (failed.name, failed.kind) == ("a", kind)
    assert failed.error.startswith(told)
    assert [event.file for event in events if isinstance(event, ModelSucceeded)] == ["data/b.csv"]
    with duckdb.connect("w.duckdb") as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert tables == [("_rocky_loaded_files",), ("b",)]
