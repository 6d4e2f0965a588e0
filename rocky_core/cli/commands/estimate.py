"""`rocky estimate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.estimate import EstimateAnswer

_HEADINGS = ("Model", "Rows expected", "Bytes scanned", "Cost")


@click.command("estimate")
@click.option("--model", metavar="NAME", help="Only this model.")
@global_options
def command(model: str | None) -> int:
    """Ask the warehouse how it would run each model's query (EXPLAIN), without running it.

    DuckDB guesses rows only, and costs nothing; Snowflake and BigQuery tell the bytes that will be read. Models that
    cannot be explained are listed with the reason; what they read may not be built yet.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import estimate  # noqa: PLC0415 — same

    answer = estimate(open_project(project_options()), model)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return 0


def _rows(answer: EstimateAnswer) -> list[Cells]:
    return [
        (
            one.model_name,
            "" if one.estimated_rows is None else str(one.estimated_rows),
            f"{one.estimated_bytes_scanned:,}" if isinstance(one.estimated_bytes_scanned, int) else "",
            f"{one.estimated_cost_usd:.4f} USD" if isinstance(one.estimated_cost_usd, float) else "",
        )
        for one in answer.estimates
    ]


def _text(answer: EstimateAnswer) -> Iterator[str]:
    if answer.estimates:
        yield from table_lines(_HEADINGS, _rows(answer))
    for one in answer.not_estimated:
        yield f"  {click.style('!', fg='yellow')} {one.model_name}: {one.reason}"
    yield ""
    yield f"  {len(answer.estimates)} of {answer.total_models} models explained."
