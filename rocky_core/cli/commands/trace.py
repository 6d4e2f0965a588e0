"""`rocky trace`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from rocky_core.cli.output import Cells, counted, markdown_lines, print_answer, table_lines
from rocky_core.cli.run_lines import seconds
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.trace import TraceAnswer, TracedModel

_HEADINGS = ("Model", "Status", "Began", "Took", "Lane", "")
_WIDTH: Final = 32


@click.command("trace")
@click.argument("run", default="latest", metavar="[RUN_ID|latest]")
@click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")
@global_options
def command(run: str, pipeline: str | None) -> int:
    """Show when each build of a run began and how long it took; those of different lanes ran side by side."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import trace  # noqa: PLC0415 — same

    answer = trace(open_project(project_options()), run, pipeline)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS[:-1], _rows(answer)))
    return 0


def _rows(answer: TraceAnswer) -> list[Cells]:
    return [
        (one.model_name, one.status, f"+{seconds(one.start_offset_ms)}", seconds(one.duration_ms), str(one.lane))
        for one in answer.models
    ]


def _text(answer: TraceAnswer) -> Iterator[str]:
    bars = (_bar(one, max(answer.run_duration_ms, 1)) for one in answer.models)
    yield from table_lines(_HEADINGS, [(*row, bar) for row, bar in zip(_rows(answer), bars, strict=True)])
    yield ""
    yield f"  {answer.run_id}: {answer.status}, {seconds(answer.run_duration_ms)}, {counted(answer.lane_count, 'lane')}"


def _bar(one: TracedModel, whole_ms: int) -> str:
    begin = min(_WIDTH * one.start_offset_ms // whole_ms, _WIDTH - 1)
    length = max(min(_WIDTH * one.duration_ms // whole_ms, _WIDTH - begin), 1)
    return " " * begin + "█" * length
