"""What makes a remembered compile useless."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.project_files import compile_opened
from rocky_core.project_files.read_project import ProjectOptions, open_project, read_surroundings


@pytest.mark.parametrize(("version", "is_kept"), [("2.0.0", True), ("2.1.0.dev3", False)])
def test_a_development_version_forgets_what_older_code_has_compiled(project, monkeypatch, version, is_kept):
    root = Path(project({"models/m.sql": "SELECT 1"}))
    monkeypatch.setattr(compile_opened, "VERSION", version)

    def key(engine_state: int) -> bytes:
        monkeypatch.setattr(compile_opened, "_engine_state", lambda: engine_state)
        opened = open_project(ProjectOptions(root / "models", config_file=root / "rocky.toml"))
        return compile_opened.setup_key(opened, read_surroundings(opened))

    assert (key(1) == key(2)) is is_kept


def test_the_state_of_the_engine_is_that_of_its_newest_file():
    package = Path(compile_opened.__file__).parent.parent
    newest = max(file.stat().st_mtime_ns for file in package.glob("compiler/*.py"))
    assert compile_opened._engine_state() >= newest
