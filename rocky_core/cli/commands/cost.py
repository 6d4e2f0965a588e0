"""`rocky cost`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, counted, markdown_lines, print_answer, table_lines
from rocky_core.cli.run_lines import seconds
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.spending import CostAnswer

_HEADINGS = ("Model", "Status", "Duration", "Rows", "Cost")


@click.command("cost")
@click.argument("run", default="latest", metavar="[RUN_ID|latest]")
@click.option("--model", metavar="NAME", help="Only this model.")
@click.option("--by", type=click.Choice(["tenant", "status", "schema", "strategy"]), help="Add groups that share this.")
@click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")
@global_options
def command(run: str, model: str | None, by: str | None, pipeline: str | None) -> int:
    """Show what a run took, model by model, by the prices that rocky.toml says now.

    Times are those of the wall: tables that were built side by side count in full.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import cost  # noqa: PLC0415 — same

    answer = cost(open_project(project_options()), run, model, by, pipeline)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return 0


def _rows(answer: CostAnswer) -> list[Cells]:
    return [
        (
            one.model_name,
            one.status,
            seconds(one.duration_ms),
            "" if one.rows_affected is None else str(one.rows_affected),
            usd(one.cost_usd),
        )
        for one in answer.per_model
    ]


def _text(answer: CostAnswer) -> Iterator[str]:
    yield from table_lines(_HEADINGS, _rows(answer))
    yield ""
    models = counted(len(answer.per_model), "build")
    yield f"  {answer.run_id}: {models}, {seconds(answer.total_duration_ms)}, {usd(answer.total_cost_usd)}"
    for group in answer.groups or ():
        took = f"{usd(group.total_cost_usd)}, {seconds(group.total_duration_ms)}"
        yield f"  {group.dimension} {group.key or '(none)'}: {took}"


def usd(amount: float | None) -> str:
    """An amount as people read it; what nobody can tell is unknown, not nothing."""
    return "unknown" if amount is None else f"${amount:.4f}"
