"""`rocky doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from rocky_core.cli.output import markdown_lines, print_answer
from rocky_core.cli.settings import global_options, unchecked_project_options

if TYPE_CHECKING:
    from rocky_core.results.doctor import DoctorAnswer

EXIT_CRITICAL: Final = 3
_MARKS: Final = {"healthy": ("✓", "green"), "warning": ("!", "yellow"), "critical": ("✗", "red")}


@click.command("doctor")
@click.option("--check", "checks", multiple=True, metavar="NAME", help="Make only this check; may be repeated.")
@click.option("-v", "--verbose", is_flag=True, help="Show the details of every check.")
@global_options
def command(checks: tuple[str, ...], *, verbose: bool) -> int:
    """Look at everything a run needs: rocky.toml, warehouses, the state and its lock, disks, schedules.

    Works however broken the project is, and leaves it as it was. Exits with 3 when anything is critical.
    """
    from rocky_core.inspection import doctor  # noqa: PLC0415 — `--help` needs no engine

    answer = doctor(unchecked_project_options(), checks)
    print_answer(lambda: answer, lambda: _text(answer, verbose=verbose), lambda: _markdown(answer))
    return EXIT_CRITICAL if answer.overall == "critical" else 0


def _text(answer: DoctorAnswer, *, verbose: bool) -> Iterator[str]:
    width = max((len(check.name) for check in answer.checks), default=0)
    for check in answer.checks:
        mark, colour = _MARKS[check.status]
        first, *more = check.message.splitlines() or [""]
        yield f"  {click.style(mark, fg=colour)} {check.name.ljust(width)}  {first}"
        if verbose:
            yield from (f"    {'':{width}}  {line}" for line in more)
            for key, value in check.details or ():
                yield from (f"    {'':{width}}  {line}" for line in f"{key}: {value}".splitlines())
    if answer.suggestions:
        yield ""
        for suggestion in answer.suggestions:
            yield f"  {click.style('Next', fg='cyan', bold=True)}: {suggestion}"
    yield ""
    critical = sum(check.status == "critical" for check in answer.checks)
    warnings = sum(check.status == "warning" for check in answer.checks)
    yield f"  {len(answer.checks)} checks: {critical} critical, {warnings} to look at. Overall: {answer.overall}."


def _markdown(answer: DoctorAnswer) -> list[str]:
    lines = markdown_lines(
        ("Check", "Status", "Message"), [(check.name, check.status, check.message) for check in answer.checks]
    )
    return [*lines, "", *(f"- {suggestion}" for suggestion in answer.suggestions)]
