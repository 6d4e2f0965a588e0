"""Nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENGINE = {"sqlglot", "duckdb", "rich", "requests"}
BOUNDARY = {"pydantic", "msgspec"}

REPORT = """
import sys
from rocky_core.cli.main import main
try:
    main({arguments!r})
except SystemExit:
    pass
sys.stderr.write("\\n" + " ".join(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def imported_by(*arguments: str, cwd=None) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-c", REPORT.format(arguments=list(arguments))],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stderr.rsplit("\n", 1)[-1].split())


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (("--version",), ENGINE | BOUNDARY | {"click"}),
        (("--help",), ENGINE | BOUNDARY),
        (("compile", "--no-such-option"), {"duckdb", "rich", "requests", "pydantic"}),
    ],
    ids=["version", "help", "mistyped option"],
)
def test_a_command_that_needs_no_engine_imports_none(arguments, absent, tmp_path):
    assert imported_by(*arguments, cwd=tmp_path) & absent == set()


@pytest.mark.usefixtures("playground")
def test_validate_reads_a_project_without_the_sql_engine():
    loaded = imported_by("validate")

    assert "pydantic" in loaded
    assert loaded & ENGINE == set()


@pytest.mark.usefixtures("playground")
def test_compile_without_a_seed_opens_no_database():
    loaded = imported_by("compile")

    assert "sqlglot" in loaded
    assert "duckdb" not in loaded


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_is_one_line(flag):
    ran = subprocess.run(
        [sys.executable, "-m", "rocky_core.cli.main", flag], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "rocky 2.0.0.dev0\n"


@pytest.mark.parametrize(
    ("before", "printed"),
    [
        ("", ""),
        ("atexit.register(print, 'told of the end')", "told of the end\n"),
        ("threading.Thread(target=lambda: time.sleep(0.2) or print('waited for')).start()", "waited for\n"),
        ("sys.stdout.write('not flushed')", "not flushed"),
    ],
    ids=["nothing to do", "a handler", "a thread", "a buffer"],
)
def test_the_end_waits_for_what_must_not_be_lost(before, printed):
    script = f"import atexit, sys, threading, time; from rocky_core.cli import main; {before or 'pass'}; main.program()"
    ran = subprocess.run([sys.executable, "-c", script, "no-such-command"], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout) == (1, printed)
    assert "no-such-command" in ran.stderr


@pytest.mark.usefixtures("playground")
@pytest.mark.parametrize("arguments", [("compile",), ("run",), ("validate", "-o", "table")], ids=" ".join)
def test_a_program_whose_output_is_closed_does_its_work_all_the_same(arguments, tmp_path):
    project = next(tmp_path.rglob("rocky.toml")).parent
    program = f"[sys.executable, '-m', 'rocky_core.cli.main', *{arguments}]"
    closes = f"import os, sys; os.close(1); os.execv(sys.executable, {program})"
    ran = subprocess.run([sys.executable, "-c", closes], cwd=project, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
