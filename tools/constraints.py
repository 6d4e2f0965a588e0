"""Rewrites constraints.txt: exact pins with hashes of every dependency, without the address of any registry.

What is pinned already stays as it is; with `--upgrade` everything moves to its newest version.
"""

from __future__ import annotations

import json
import re
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
        if "--upgrade" not in sys.argv[1:]:
            keep_pins(copy / "pyproject.toml")
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


def keep_pins(pyproject: Path) -> None:
    """Tell the solver what constraints.txt says now; a package that is pinned twice has its markers decide."""
    pins = re.findall(
        r"^([A-Za-z0-9_.-]+==[^ \\;]+)(?: ; ([^\\]+?))? \\$", (ROOT / "constraints.txt").read_text(), re.MULTILINE
    )
    lines = [f"{pin} ; {marker}" if marker else pin for pin, marker in pins]
    with pyproject.open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.uv]\nconstraint-dependencies = {json.dumps(lines)}\n")


if __name__ == "__main__":
    sys.exit(main())
