"""Rewrites constraints.txt: exact pins with hashes of every dependency, without the address of any registry."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("pyproject.toml", "README.md", "LICENSE")


def main() -> int:
    """Lock in a copy of the project, so that no lock file with addresses is ever left in it."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    if not Path(uv).exists():
        sys.stderr.write("uv is needed for this: python -m pip install uv\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            shutil.copy(ROOT / name, copy / name)
        for package in ("rocky_core", "dagster_rocky"):
            (copy / package).mkdir()
        subprocess.run([uv, "lock", "--quiet"], cwd=copy, check=True)  # noqa: S603 — a fixed command line
        subprocess.run(  # noqa: S603 — a fixed command line
            [
                *(uv, "export", "--quiet", "--frozen", "--all-groups", "--no-emit-project"),
                *("--no-header", "--no-annotate", "--output-file", str(ROOT / "constraints.txt")),
            ],
            cwd=copy,
            check=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
