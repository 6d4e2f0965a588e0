"""`rocky seed`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.ir.replace import replace

if TYPE_CHECKING:
    from rocky_core.execution.load_seeds import SeedOutcome
    from rocky_core.results.seed import SeedAnswer


@click.command("seed")
@click.option("--pipeline", metavar="NAME", help="Load into the warehouse of this pipeline.")
@click.option("--seeds", "seeds_dir", type=click.Path(path_type=Path), metavar="DIR", help="[default: seeds]")
@global_options
def command(*, pipeline: str | None, seeds_dir: Path | None) -> int:
    """Load the CSV files of `seeds/` into their tables.

    Each table is replaced whole or stays as it was; one that fails stops no other. Exits with 0 when all are loaded,
    2 when only some are, 1 when none is.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine

    started = time.perf_counter()
    project = open_project(replace(project_options(), seeds_dir=seeds_dir))
    outcomes = tuple(project.seed(pipeline))
    elapsed = round(1000 * (time.perf_counter() - started))
    folder = str(seeds_dir or "seeds")
    print_answer(
        lambda: _answer(outcomes, folder, elapsed), lambda: _text(outcomes), lambda: markdown_lines(*_table(outcomes))
    )
    failed = sum(one.error is not None for one in outcomes)
    if failed == 0:
        return 0
    return 1 if failed == len(outcomes) else 2


def _answer(outcomes: Sequence[SeedOutcome], folder: str, elapsed: int) -> SeedAnswer:
    from msgspec import UNSET  # noqa: PLC0415 — text needs no encoder

    from rocky_core.results.seed import SeedAnswer, SeedTable  # noqa: PLC0415 — same

    failed = sum(one.error is not None for one in outcomes)
    tables = (
        SeedTable(
            name=one.name,
            target=one.target,
            columns=one.columns,
            rows=one.rows,
            duration_ms=one.duration_ms,
            error=one.error if one.error is not None else UNSET,
            failure_kind=one.kind.value if one.kind is not None else UNSET,
        )
        for one in outcomes
    )
    return SeedAnswer(
        seeds_dir=folder,
        tables_loaded=len(outcomes) - failed,
        tables_failed=failed,
        tables=tuple(tables),
        duration_ms=elapsed,
    )


def _text(outcomes: Sequence[SeedOutcome]) -> Iterator[str]:
    for one in outcomes:
        if one.error is None:
            yield f"  {click.style('✓', fg='green')} {one.name} -> {one.target}  ({counted(one.rows, 'row')})"
        else:
            yield click.style(f"  ✗ {one.name}: {one.error}", fg="red")
    failed = sum(one.error is not None for one in outcomes)
    yield ""
    yield f"  {counted(len(outcomes) - failed, 'seed')} loaded" + (f", {failed} failed." if failed else ".")


def _table(outcomes: Sequence[SeedOutcome]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows: list[tuple[str, ...]] = [(one.name, one.target, one.error or counted(one.rows, "row")) for one in outcomes]
    return ("Seed", "Target", "Outcome"), rows
