"""A run on a terminal: what is done stays on the screen, what runs stands below with its clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from rocky_core.cli.run_lines import event_line, seconds
from rocky_core.ir.run import ModelFailed, ModelStarted, ModelSucceeded, RunEvent, RunStarted, TableMeasured

_MOST_SHOWN = 8


def show_live(events: Iterable[RunEvent]) -> Iterator[RunEvent]:
    """Pass the events on while showing them."""
    console = Console(highlight=False)
    running = _Running()
    with Live(running, console=console, refresh_per_second=10, transient=True) as live:
        for event in events:
            running.take(event)
            line = event_line(event)
            if line is not None:
                live.console.print(Text.from_ansi(line))
            yield event


class _Running:
    """What is under way; it renders itself anew at each refresh."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._total = 0
        self._ended = 0
        self._spinner = Spinner("dots")

    def take(self, event: RunEvent) -> None:
        """Note what has begun or ended."""
        match event:
            case RunStarted():
                self._total = len(event.tables)
            case ModelStarted():
                self._since = {**self._since, event.name: monotonic()}
            case ModelSucceeded() | ModelFailed() | TableMeasured():
                self._ended += 1
                self._since = {name: since for name, since in self._since.items() if name != event.name}
            case _:
                pass

    def __rich__(self) -> Group:
        now = monotonic()
        since = self._since
        lines = [
            Text(f"  … {name}  {seconds(round(1000 * (now - at)))}") for name, at in list(since.items())[:_MOST_SHOWN]
        ]
        if len(since) > _MOST_SHOWN:
            lines.append(Text(f"  … and {len(since) - _MOST_SHOWN} more"))
        told = f"{self._ended} of {self._total} done, {len(since)} running" if self._total else "planning"
        self._spinner.update(text=Text(told))
        return Group(*lines, self._spinner)
