"""A valid project in a directory of its own, and commands run in this process with a limit on their time."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from rocky_core.cli.run_command import run_command
from rocky_core.errors import UserError
from rocky_core.project_files.read_project import ProjectOptions, read_project

SECONDS_THAT_ARE_A_HANG = 60

VALID: Mapping[str, str] = {
    "rocky.toml": """\
[adapter.lake]
type = "duckdb"
path = "lake.duckdb"

[pipeline.marts]
type = "transformation"
models = "models/**"
target = { adapter = "lake" }

[pipeline.bronze]
strategy = "incremental"
source = { adapter = "lake", schema_pattern = { prefix = "raw__", separator = "__", components = ["source"] } }
target = { adapter = "lake", catalog_template = "c", schema_template = "s__{source}" }

[mask]
pii = "hash"

[hook.on_pipeline_start]
command = "true"
""",
    "models/_defaults.toml": '[target]\ncatalog = "w"\nschema = "staging"\n',
    "models/stg_orders.sql": "SELECT order_id, amount, CAST(placed_at AS DATE) AS day FROM raw.orders\n",
    "models/stg_orders.toml": """\
name = "stg_orders"
intent = "orders as they arrive"

[[tests]]
type = "not_null"
column = "order_id"

[classification]
order_id = "pii"
""",
    "models/stg_orders.contract.toml": '[[columns]]\nname = "day"\ntype = "Date"\n\n[rules]\nrequired = ["order_id"]\n',
    "models/daily.sql": """\
---toml
depends_on = ["stg_orders"]
group = "gold"

[args]
team = "sales"
---

SELECT day, SUM(amount) AS total, COUNT(*) AS n
FROM stg_orders
WHERE day >= '@var(since, 2020-01-01)'
GROUP BY day
""",
    "models/groups/gold.toml": 'schema_template = "gold_{team}"\n\n[strategy]\ntype = "view"\n',
    "models/test_definitions.toml": '[positive]\ntype = "in_range"\nmin = 0\n',
    "models/best.rocky": "from daily\nwhere total > 100\nselect { day, total }\n",
    "seeds/countries.csv": "id,name\n1,Malta\n",
    "data/seed.sql": (
        "CREATE SCHEMA raw;\n"
        "CREATE TABLE raw.orders AS SELECT 1 AS order_id, 9.5 AS amount, TIMESTAMP '2025-01-01' AS placed_at;\n"
    ),
}


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


class Hang(AssertionError):
    """A command did not end in time."""


@dataclass(frozen=True)
class Project:
    """A project on disk; the current directory is its root while it is in use."""

    root: Path

    def write(self, name: str, content: str | bytes) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def rocky(self, *arguments: str) -> Outcome:
        """Run a command; a fault of ours is raised with its traceback instead of being reported."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with in_time(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_command(["--debug", *arguments])
        return Outcome(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))

    def findings(self) -> list[tuple[str, str, int]]:
        """The code, file and line of everything that reading finds; a clear error is one finding without a place."""
        with in_time():
            try:
                found = read_project(ProjectOptions()).source.findings
            except UserError as error:
                found = getattr(error, "diagnostics", ())
                if not found:
                    return [("error", error.message, 0)]
        return [(one.code, one.span.file, one.span.line) for one in found]


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    """Raise where the program is when it does not end."""

    def stop(_signal, _frame):
        raise Hang(f"still running after {SECONDS_THAT_ARE_A_HANG} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS_THAT_ARE_A_HANG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def valid_project() -> Iterator[Project]:
    """A fresh copy of the valid project."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        project = Project(Path(os.path.realpath(directory)))
        for name, text in VALID.items():
            project.write(name, text)
        yield project


@pytest.fixture
def project() -> Iterator[Project]:
    with valid_project() as written:
        yield written


@pytest.fixture
def copies():
    """The maker of projects, for tests that need many."""
    return valid_project


@pytest.fixture
def valid_files() -> Mapping[str, str]:
    return VALID
