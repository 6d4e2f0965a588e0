"""`rocky metrics`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.trace import MetricsAnswer

_HEADINGS = ("Run", "When", "Rows", "Age of the newest row", "NULLs")


@click.command("metrics")
@click.argument("model", metavar="MODEL")
@click.option("--column", metavar="NAME", help="Also how this column has come along.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")
@global_options
def command(model: str, column: str | None, limit: int, pipeline: str | None) -> int:
    """Show what the checks of earlier runs have measured of a model or table, and what is unusual in the newest."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import metrics  # noqa: PLC0415 — same

    answer = metrics(open_project(project_options()), model, column, limit, pipeline)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return 0


def _rows(answer: MetricsAnswer) -> list[Cells]:
    return [
        (
            one.run_id,
            f"{one.timestamp:%Y-%m-%d %H:%M:%S}",
            str(one.row_count),
            "" if one.freshness_lag_seconds is None else f"{one.freshness_lag_seconds} s",
            ", ".join(f"{column} {rate:.1%}" for column, rate in one.null_rates.items()),
        )
        for one in answer.snapshots
    ]


def _text(answer: MetricsAnswer) -> Iterator[str]:
    if answer.message is not None:
        yield f"  {answer.model}: {answer.message}"
        return
    yield from table_lines(_HEADINGS, _rows(answer))
    for alert in answer.alerts:
        yield click.style(f"  ! {alert.message}", fg="yellow")
