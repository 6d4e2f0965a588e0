"""The peers, each installed in an environment of its own below `.benchmarks/`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / ".benchmarks"

REQUIREMENTS = {
    "dbt": ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.9,<2"),
    "sqlmesh": ("sqlmesh>=0.236,<0.237",),
}

QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1",
}


def install_peer(name: str) -> Path:
    """The folder of the peer's programs, installed on first use."""
    folder = ENVIRONMENTS / name
    programs = folder / "bin"
    done = folder / ".installed"
    if not done.exists():
        print(f"installing {name} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [
                str(programs / "python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                *REQUIREMENTS[name],
            ],
            check=True,
            stderr=subprocess.DEVNULL if not os.environ.get("BENCH_DEBUG") else None,
        )
        done.touch()
    return programs


def dbt_command() -> list[str]:
    """Compile every model to SQL."""
    return [str(install_peer("dbt") / "dbt"), "--quiet", "compile", "--profiles-dir", "."]


def sqlmesh_command() -> list[str]:
    """Load the project, which parses, types and links every model."""
    program = (
        "from sqlmesh import Context\n"
        "context = Context(paths='.')\n"
        "print(len(context.models), sum(len(m.columns_to_types or {}) for m in context.models.values()))\n"
    )
    return [str(install_peer("sqlmesh") / "python"), "-c", program]
