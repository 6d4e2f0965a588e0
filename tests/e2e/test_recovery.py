"""Every command of docs/recovery.md is executed, on a project that is broken as the page says; nothing is lost."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from rocky_core.cli.run_command import run_command

PAGE = Path(__file__).parents[2] / "docs" / "recovery.md"
PROGRAM = (sys.executable, "-m", "rocky_core.cli.main")
TARGET = '[target]\ncatalog = "shop"\nschema = "out"\n'
PROJECT = {
    "rocky.toml": """\
[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline.shop]
type = "transformation"

[pipeline.shop.schedule]
cron = "0 0 * * *"
""",
    "models/orders.sql": "SELECT id, amount, ordered_at FROM raw.orders",
    "models/orders.toml": TARGET
    + '[strategy]\ntype = "incremental"\ntimestamp_column = "ordered_at"\n[[tests]]\ntype = "unique"\ncolumn = "id"\n',
    "models/totals.sql": "SELECT SUM(amount) AS total FROM orders",
    "models/totals.toml": TARGET,
    "models/daily.sql": "SELECT id, amount, ordered_at FROM raw.orders "
    "WHERE ordered_at >= @start_date AND ordered_at < @end_date",
    "models/daily.toml": TARGET
    + '[strategy]\ntype = "time_interval"\ntime_column = "ordered_at"\ngranularity = "day"\n'
    'first_partition = "2026-01-01"\n',
}
FIRST = "(1, 10, TIMESTAMP '2026-01-01 08:00:00'), (2, 20, TIMESTAMP '2026-01-02 08:00:00')"
SECOND = "(3, 30, TIMESTAMP '2026-01-03 08:00:00')"
SOURCE = f"CREATE SCHEMA raw; CREATE TABLE raw.orders AS SELECT * FROM (VALUES {FIRST}) AS t(id, amount, ordered_at);"
STATE = Path("models", ".rocky-state.db")
ALL = [(1, 10), (2, 20), (3, 30)]


def sections() -> dict[str, list[str]]:
    """The commands of each section, by its heading."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        heading: [line[2:] for line in text.splitlines() if line.startswith("$ ")]
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


def execute(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def rocky(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program in this process, because starting it is what takes the time."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_command(arguments)
    return subprocess.CompletedProcess(arguments, code, *(_text(stream) for stream in (out, err)))


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def followed(folder: Path, commands: list[str], codes: tuple[int, ...] = (0,)) -> str:
    """Execute commands as they stand on the page; everything they said."""
    said = []
    for command in commands:
        if command == "duckdb-sources":  # Whatever loads the sources of a real project.
            execute(folder, f"{SOURCE} INSERT INTO raw.orders VALUES {SECOND}")
            continue
        words = command.split()
        ran = (
            rocky(folder, *words[1:])
            if words[0] == "rocky"
            else subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        )
        assert ran.returncode in codes, f"{command}: {ran.stdout}{ran.stderr}"
        said.append(ran.stdout)
    return "\n".join(said)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A project with a backup, after which one more day has come and been loaded."""
    folder = tmp_path_factory.mktemp("prepared")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    execute(folder, SOURCE)
    assert rocky(folder, "run", "--missing").returncode == 0
    followed(folder, sections()["Backups"])
    execute(folder, f"INSERT INTO raw.orders VALUES {SECOND}")
    assert rocky(folder, "run", "--missing").returncode == 0
    return folder


@pytest.fixture
def shop(prepared, tmp_path):
    """The same, to be broken."""
    return shutil.copytree(prepared, tmp_path / "shop")


def damage_warehouse(folder: Path) -> None:
    (folder / "shop.duckdb").write_bytes(b"\x99" * 20_000)


def damage_state(folder: Path) -> None:
    with sqlite3.connect(folder / STATE) as connection:
        connection.execute("UPDATE watermarks SET value = '{'")


def drop_orders(folder: Path) -> None:
    execute(folder, "DROP TABLE out.orders")


def nothing(folder: Path) -> None:
    del folder


def spoil_rows(folder: Path) -> None:
    execute(folder, "UPDATE out.daily SET amount = -1 WHERE id < 3; UPDATE out.orders SET amount = -1 WHERE id > 1")


def bring_back_the_source(folder: Path) -> None:
    """The source of the tests lies in the warehouse file, so the backup of that file has an old one."""
    execute(folder, f"INSERT INTO raw.orders VALUES {SECOND}")


# Heading, what breaks, what doctor must say of it, and what has to be done before the last command of the section.
SCENARIOS: dict[str, tuple[Callable[[Path], None], str, Callable[[Path], None]]] = {
    "The DuckDB file is damaged": (damage_warehouse, "DuckDB file damaged", bring_back_the_source),
    "The DuckDB file is damaged and there is no backup": (damage_warehouse, "DuckDB file damaged", nothing),
    "Only the DuckDB file was put back": (nothing, "", bring_back_the_source),
    "A table is missing": (drop_orders, "", nothing),
    "The state is damaged": (damage_state, "'watermarks'", nothing),
    "The disk is full": (nothing, "", nothing),
    "The DuckDB file is open elsewhere": (nothing, "", nothing),
    "Some days have to be built again": (spoil_rows, "", nothing),
    "A scheduled pipeline did not run": (nothing, "", nothing),
    "A table was built from wrong data": (nothing, "", nothing),
}


@pytest.mark.parametrize("heading", SCENARIOS)
def test_what_the_page_says_brings_everything_back(shop, heading):
    breaks, told, before_last = SCENARIOS[heading]
    commands = sections()[heading]
    breaks(shop)
    doctor = rocky(shop, "doctor", "-o", "table")
    assert told in doctor.stdout
    assert doctor.returncode == (3 if told else 0)

    followed(shop, commands[:-1])
    before_last(shop)
    followed(shop, commands[-1:])

    assert execute(shop, "SELECT id, amount FROM out.orders ORDER BY id") == ALL
    assert execute(shop, "SELECT id, amount FROM out.daily ORDER BY id")[:2] == ALL[:2]
    assert execute(shop, "SELECT total FROM out.totals")
    followed(shop, sections()["At the end of every recovery"])


def test_an_empty_state_and_a_watermark_both_bring_everything_back(shop):
    commands = sections()["The state is damaged and there is no backup"]
    anew, from_there = commands[:3], commands[3:]
    damage_state(shop)
    assert '"has_destructive_statements":true' in followed(shop, anew[:2])
    followed(shop, anew[2:])
    assert execute(shop, "SELECT id, amount FROM out.orders ORDER BY id") == ALL

    damage_state(shop)
    followed(shop, from_there)
    assert execute(shop, "SELECT id, amount FROM out.orders ORDER BY id") == ALL


@pytest.mark.slow
def test_a_killed_run_is_gone_on_with(shop):
    (shop / "models" / "slow.sql").write_text("SELECT COUNT(*) AS n FROM range(1000000000000) AS r(x) WHERE x % 3 = 1")
    (shop / "models" / "slow.toml").write_text(TARGET)
    with subprocess.Popen([*PROGRAM, "run", "-o", "table"], cwd=shop, stdout=subprocess.PIPE, text=True) as run:
        while "totals" not in run.stdout.readline():
            assert run.poll() is None
        os.kill(run.pid, signal.SIGKILL)
    (shop / "models" / "slow.sql").write_text("SELECT 1 AS n")

    said = followed(shop, sections()["A run was killed"])

    assert "whose process is gone" in said
    assert execute(shop, "SELECT id, amount FROM out.orders ORDER BY id") == ALL


def test_every_section_of_the_page_is_tried():
    apart = {
        "Backups",
        "The state is damaged and there is no backup",
        "A run was killed",
        "At the end of every recovery",
    }

    assert set(sections()) == {*SCENARIOS, *apart}
