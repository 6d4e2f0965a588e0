"""`rocky optimize`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.spending import OptimizeAnswer

_HEADINGS = ("Model", "Now", "Better", "Saves a month", "Why")


@click.command("optimize")
@click.option("--model", default="", metavar="TEXT", help="Only models whose name holds this.")
@click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")
@global_options
def command(model: str, pipeline: str | None) -> int:
    """Show which strategies would be cheaper, from the builds that history knows and the prices of [cost]."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import optimize  # noqa: PLC0415 — same

    answer = optimize(open_project(project_options()), model, pipeline)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return 0


def _rows(answer: OptimizeAnswer) -> list[Cells]:
    return [
        (
            one.model_name,
            one.current_strategy,
            "keep" if one.recommended_strategy == one.current_strategy else one.recommended_strategy,
            f"${one.estimated_monthly_savings:.2f}",
            one.reasoning,
        )
        for one in answer.recommendations
    ]


def _text(answer: OptimizeAnswer) -> Iterator[str]:
    if answer.message is not None:
        yield f"  {answer.message}"
        return
    yield from table_lines(_HEADINGS, _rows(answer))
