"""Shows a run in the format asked for: live on a terminal, line by line elsewhere, as one JSON answer for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import markdown_lines, print_json, print_lines
from rocky_core.cli.run_lines import event_line
from rocky_core.cli.run_summary import exit_code, summary_lines
from rocky_core.cli.settings import current_settings
from rocky_core.cli.terminal import is_watched
from rocky_core.config.pipelines import LoadPipeline
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.run_options import RunOptions
from rocky_core.ir.run import ModelFailed, ModelSucceeded, RunEvent, RunStarted
from rocky_core.results.fold_load import load_answer
from rocky_core.results.fold_run import run_answer

if TYPE_CHECKING:
    from rocky_core.api import Project
    from rocky_core.results.wire import Answer


def show_run(events: Iterable[RunEvent], wishes: RunOptions, project: Project) -> int:
    """Print the run of one of the project's pipelines while it happens; the exit code."""
    match current_settings().format:
        case "json":
            seen = tuple(events)
            print_json(answer_of(seen, wishes, project))
        case "markdown":
            seen = tuple(events)
            print_lines(_markdown(seen))
        case _:
            seen = show_text(events)
    return exit_code(seen)


def show_text(events: Iterable[RunEvent]) -> tuple[RunEvent, ...]:
    """Print the run as text while it happens; all its events."""
    if is_watched():
        from rocky_core.cli.live_display import show_live  # noqa: PLC0415 — only a terminal needs it

        seen = tuple(show_live(events))
    else:
        seen = tuple(_printed(events))
    print_lines(summary_lines(seen))
    return seen


def answer_of(events: Sequence[RunEvent], wishes: RunOptions, project: Project) -> Answer:
    """The published answer of a run that is over; that of a load is about files."""
    started = next((event.pipeline for event in events if isinstance(event, RunStarted)), wishes.pipeline)
    settings = choose_pipeline(project.config, started).settings
    if isinstance(settings, LoadPipeline):
        return load_answer(events, settings.source_dir, settings.format, idempotency_key=wishes.idempotency_key)
    return run_answer(events, idempotency_key=wishes.idempotency_key, run_filter=wishes.filter)


def _printed(events: Iterable[RunEvent]) -> Iterator[RunEvent]:
    for event in events:
        line = event_line(event)
        if line is not None:
            click.echo(line)
        yield event


def _markdown(events: Sequence[RunEvent]) -> Iterator[str]:
    rows = [
        (event.name, "built", event.strategy)
        if isinstance(event, ModelSucceeded)
        else (event.name, "failed", event.error)
        for event in events
        if isinstance(event, ModelSucceeded | ModelFailed)
    ]
    yield from markdown_lines(("Model", "Outcome", "Details"), rows)
