"""`make demo`: what the bundled project looks like when it is compiled, traced, tested, run, and broken on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "example_project"


def main() -> int:
    """Run the steps in a copy of the project; fails as soon as a step does not end as it should."""
    with tempfile.TemporaryDirectory(prefix="rocky-demo-") as folder:
        project = Path(folder) / "birding"
        shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns(".rocky", "*.duckdb*"))
        steps = (
            ("Compile every model; types come from the seed's tables", ("compile", "--with-seed"), 0),
            ("Where does a column come from?", ("lineage", "species_by_day.mean_temperature_c"), 0),
            ("Build the models in a local DuckDB and run their unit tests", ("test",), 0),
            ("What would a run do to the warehouse file?", ("plan",), 0),
            ("Do it", ("run",), 0),
            ("And again: what is there is merged into, not doubled", ("run",), 0),
        )
        load_sources(project)
        for title, arguments, expected in steps:
            if not step(title, arguments, project, expected):
                return 1
        break_a_column(project / "models" / "staging" / "stg_weather.sql")
        broken = ("Now break something: stg_weather no longer has `conditions`", ("compile", "--with-seed"), 1)
        return 0 if step(*broken[:2], project, broken[2]) else 1


def step(title: str, arguments: tuple[str, ...], project: Path, expected: int) -> bool:
    """Show a command and what it prints."""
    print(f"\n\033[1m{title}\033[0m\n$ rocky {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "rocky_core.cli.main", "-o", "table", *arguments]
    ended = subprocess.run(command, cwd=project, check=False)  # noqa: S603 — a fixed command line
    if ended.returncode != expected:
        print(f"rocky ended with {ended.returncode}, not with {expected}", file=sys.stderr)
    return ended.returncode == expected


def load_sources(project: Path) -> None:
    """Put the source tables into the warehouse file, as an ingestion tool would."""
    with duckdb.connect(str(project / "birding.duckdb")) as connection:
        connection.execute((project / "data" / "seed.sql").read_text(encoding="utf-8"))


def break_a_column(file: Path) -> None:
    """Rename the column that two models further down rely on."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("AS conditions", "AS weather_kind"), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
