"""`rocky retention-sweep`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.retention import SweepAnswer

_HEADINGS = ("Model", "Table", "Column", "Before", "Rows", "Done")


@click.command("retention-sweep")
@click.option("--model", metavar="NAME", help="Only this model.")
@click.option("--dry-run", is_flag=True, help="Only count; nothing is deleted.")
@global_options
def command(model: str | None, *, dry_run: bool) -> int:
    """Delete rows that are older than the `retention` of their model.

    How old a row is says [freshness] time_column, else the strategy's timestamp or time column. Each table is swept
    for itself, while its pipeline is held so that no run writes. Exits with 2 when some tables could not be swept,
    with 1 when none could.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import retention_sweep  # noqa: PLC0415 — same

    answer = retention_sweep(open_project(project_options()), model, dry_run=dry_run)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    succeeded = sum(one.success for one in answer.models)
    return 0 if succeeded == len(answer.models) else 2 if succeeded else 1


def _rows(answer: SweepAnswer) -> list[Cells]:
    return [
        (
            one.model,
            one.target,
            one.column or "",
            one.cutoff,
            str(one.rows_deleted),
            "yes" if one.success else str(one.error),
        )
        for one in answer.models
    ]


def _text(answer: SweepAnswer) -> Iterator[str]:
    verb = "would be deleted" if answer.dry_run else "deleted"
    for one in answer.models:
        if one.success:
            rows = counted(one.rows_deleted, "row")
            yield f"  {click.style('✓', fg='green')} {one.model}: {rows} of {one.target} before {one.cutoff} {verb}"
        else:
            yield click.style(f"  ✗ {one.model}: {one.error}", fg="red")
    if answer.message is not None:
        yield f"  {answer.message}"
