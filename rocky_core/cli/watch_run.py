"""`rocky run --watch`: a run, and another one whenever the project's files have changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Final

import click

from rocky_core.api import open_project
from rocky_core.cli.output import counted
from rocky_core.cli.report_error import describe_fault, describe_mistake, print_error
from rocky_core.cli.run_signals import EXIT_INTERRUPTED, stop_on_signals
from rocky_core.cli.run_summary import exit_code
from rocky_core.cli.settings import current_settings, project_options
from rocky_core.cli.show_run import answer_of, show_run
from rocky_core.errors import RockyError
from rocky_core.execution.run_options import RunOptions
from rocky_core.ir.replace import replace
from rocky_core.project_files.watch_files import Stamp, changed_between, stamps_below
from rocky_core.results.wire import to_json

_QUIET_SECONDS: Final = 0.2  # An editor or a git checkout is done when nothing has changed for so long.
_BUSY_SHARE: Final = 0.02  # Looking takes at most this share of one core.
_MOST_TOLD: Final = 3


def watch_run(wishes: RunOptions) -> int:
    """Run until the program is asked to stop; a run that fails does not end it."""
    folders = _folders()
    with stop_on_signals() as stopping:
        before = _look(folders)
        _tell(f"watching {', '.join(os.path.relpath(folder) for folder in folders)}; Ctrl-C ends it")
        code = _run_once(wishes, stopping)
        # From the second time on only what has changed is built, unless it was said otherwise.
        again = wishes if wishes.skip_unchanged is not None else replace(wishes, skip_unchanged=True)
        while not stopping.is_set():
            after = _wait_for_change(lambda: _look(folders), before, stopping)
            if after is None:
                break
            _tell(f"changed: {_named(changed_between(before, after))}")
            before = after
            code = _run_once(again, stopping)
    _tell("stopped watching")
    return EXIT_INTERRUPTED if code == EXIT_INTERRUPTED else 0


def _folders() -> tuple[Path, ...]:
    """The project's folder, and whatever of the project lies outside of it."""
    options = project_options()
    root = options.config_file.absolute().parent
    others = (options.models_path, options.seeds_path, options.contracts_dir or root)
    outside = (folder.absolute() for folder in others if not folder.absolute().is_relative_to(root))
    return (root, *dict.fromkeys(outside))


def _run_once(wishes: RunOptions, stopping: Event) -> int:
    """One run; its exit code."""
    as_json = current_settings().format == "json"
    try:
        project = open_project(project_options())
        events = project.run(wishes, stopping)
        if not as_json:
            return show_run(events, wishes, project)
        seen = tuple(events)
        click.echo(to_json(answer_of(seen, wishes, project)))  # One per line, on a terminal too.
        return exit_code(seen)
    except RockyError as mistake:
        print_error(describe_mistake(mistake), as_json=as_json)
    except Exception as fault:  # noqa: BLE001 — the next change may mend it
        print_error(describe_fault(fault), as_json=as_json)
    return 1


def _wait_for_change(
    look: Callable[[], Mapping[str, Stamp]], before: Mapping[str, Stamp], stopping: Event
) -> Mapping[str, Stamp] | None:
    """The stamps once something has changed and nothing changes any more; None if the program is to stop."""
    latest = before
    while True:
        began = time.monotonic()
        after = look()
        cost = time.monotonic() - began
        if after == latest and after != before:
            return after
        latest = after
        if stopping.wait(max(_QUIET_SECONDS, cost / _BUSY_SHARE)):
            return None


def _look(folders: Sequence[Path]) -> Mapping[str, Stamp]:
    return stamps_below(folders)


def _named(files: Sequence[str]) -> str:
    told = ", ".join(os.path.relpath(file) for file in files[:_MOST_TOLD])
    more = len(files) - _MOST_TOLD
    return f"{told} and {counted(more, 'other')}" if more > 0 else told


def _tell(message: str) -> None:
    click.echo(click.style(f"[watch] {message}", fg="cyan"), err=True)
