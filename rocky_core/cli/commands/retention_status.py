"""`rocky retention-status`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.retention import RetentionStatusAnswer

_HEADINGS = ("Model", "Keeps", "Oldest", "Overdue", "In sync", "Reason")


@click.command("retention-status")
@click.option("--model", metavar="NAME", help="Only this model.")
@click.option("--drift", is_flag=True, help="Ask the tables for rows that are older than they should be.")
@global_options
def command(model: str | None, *, drift: bool) -> int:
    """Show how long models keep their rows (`retention` of their sidecars)."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import retention_status  # noqa: PLC0415 — same

    answer = retention_status(open_project(project_options()), model, drift=drift)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return 0


def _rows(answer: RetentionStatusAnswer) -> list[Cells]:
    return [
        (
            one.model,
            "forever" if one.configured_days is None else f"{one.configured_days} days",
            one.oldest if isinstance(one.oldest, str) else "",
            str(one.rows_overdue) if isinstance(one.rows_overdue, int) else "",
            "yes" if one.in_sync else "no",
            one.reason if isinstance(one.reason, str) else "",
        )
        for one in answer.models
    ]


def _text(answer: RetentionStatusAnswer) -> Iterator[str]:
    if answer.models:
        yield from table_lines(_HEADINGS, _rows(answer))
    if answer.message is not None:
        yield ""
        yield f"  {answer.message}"
