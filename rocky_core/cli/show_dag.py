"""Shows a run of all pipelines: live on a terminal, line by line elsewhere, as one JSON answer for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import assert_never

import click

from rocky_core.cli.output import counted, markdown_lines, print_json, print_lines
from rocky_core.cli.run_lines import event_line, seconds
from rocky_core.cli.run_signals import EXIT_INTERRUPTED
from rocky_core.cli.settings import current_settings
from rocky_core.cli.terminal import is_watched
from rocky_core.ir.dag_run import DagEvent, DagFinished, DagStarted, NodeEnded, NodeStarted, NodeStatus, NodeTold
from rocky_core.results.dag_run import dag_run_answer


def show_dag(events: Iterable[DagEvent]) -> int:
    """Print the run while it happens; the exit code."""
    match current_settings().format:
        case "json":
            seen = tuple(events)
            print_json(dag_run_answer(seen))
        case "markdown":
            seen = tuple(events)
            ends = [event for event in seen if isinstance(event, NodeEnded)]
            rows = [(end.name, end.status.value, end.error or "") for end in ends]
            print_lines(markdown_lines(("Pipeline", "Outcome", "Details"), rows))
        case _:
            seen = tuple(_live(events) if is_watched() else _printed(events))
            print_lines(_summary(seen))
    return exit_code(seen)


def exit_code(events: Sequence[DagEvent]) -> int:
    """0 all completed, 1 none did, 2 some did, 130 interrupted."""
    ends = [event.status for event in events if isinstance(event, NodeEnded)]
    if any(isinstance(event, DagFinished) and event.interrupted for event in events):
        return EXIT_INTERRUPTED
    completed = ends.count(NodeStatus.COMPLETED)
    if completed == len(ends):
        return 0
    return 2 if completed else 1


def dag_lines(event: DagEvent) -> Iterator[str]:
    """What to print about the event; the lines of a pipeline begin with its name."""
    match event:
        case DagStarted():
            yield f"  {counted(len(event.nodes), 'pipeline')}: {', '.join(node.name for node in event.nodes)}"
            yield from (click.style(f"  ! {warning}", fg="yellow") for warning in event.warnings)
        case NodeStarted():
            return
        case NodeTold():
            line = event_line(event.event)
            if line is not None:
                yield f"  [{event.name}]{line[1:]}"
        case NodeEnded():
            yield _ended(event)
        case DagFinished():
            return
        case _:
            assert_never(event)


def _ended(event: NodeEnded) -> str:
    match event.status:
        case NodeStatus.COMPLETED:
            return f"  {click.style('✓', fg='green', bold=True)} pipeline {event.name}  ({seconds(event.duration_ms)})"
        case NodeStatus.FAILED:
            first_line = (event.error or "").partition("\n")[0]
            return click.style(f"  ✗ pipeline {event.name}: {first_line}", fg="red", bold=True)
        case NodeStatus.SKIPPED:
            return click.style(f"  - pipeline {event.name}: {event.error}", fg="yellow")
        case _:
            assert_never(event.status)


def _printed(events: Iterable[DagEvent]) -> Iterator[DagEvent]:
    for event in events:
        print_lines(dag_lines(event))
        yield event


def _live(events: Iterable[DagEvent]) -> Iterator[DagEvent]:
    from rich.console import Console  # noqa: PLC0415 — only a terminal needs it
    from rich.live import Live  # noqa: PLC0415 — same
    from rich.text import Text  # noqa: PLC0415 — same

    running: dict[str, float] = {}

    def status() -> Text:
        now = monotonic()
        shown = (f"{name} {seconds(round(1000 * (now - since)))}" for name, since in tuple(running.items()))
        return Text("  … " + ", ".join(shown) if running else "")

    with Live(get_renderable=status, console=Console(highlight=False), refresh_per_second=10, transient=True) as live:
        for event in events:
            match event:
                case NodeStarted():
                    running[event.name] = monotonic()
                case NodeEnded():
                    running.pop(event.name, None)
                case _:
                    pass
            for line in dag_lines(event):
                live.console.print(Text.from_ansi(line))
            yield event


def _summary(events: Sequence[DagEvent]) -> Iterator[str]:
    ends = [event for event in events if isinstance(event, NodeEnded)]
    finished = next(event for event in events if isinstance(event, DagFinished))
    yield ""
    for end in ends:
        if end.status is NodeStatus.FAILED:
            yield click.style(f"  {end.name}", fg="red", bold=True)
            yield from (f"      {line}" for line in (end.error or "").strip().splitlines())
            yield f"      Next: `rocky run --pipeline {end.name}`, with --resume-latest to go on where it stopped"
    count = {status: sum(end.status is status for end in ends) for status in NodeStatus}
    verdict, colour = ("Success:", "green") if count[NodeStatus.COMPLETED] == len(ends) else ("Failure:", "red")
    if finished.interrupted:
        verdict, colour = "Interrupted:", "yellow"
    parts = [f"{counted(count[NodeStatus.COMPLETED], 'pipeline')} completed"]
    parts += [f"{count[one]} {one.value}" for one in (NodeStatus.FAILED, NodeStatus.SKIPPED) if count[one]]
    yield f"  {click.style(verdict, fg=colour, bold=True)} {', '.join(parts)} in {seconds(finished.duration_ms)}."
