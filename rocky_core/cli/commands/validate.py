"""`rocky validate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from rocky_core.api import open_project
from rocky_core.cli.output import markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.results.validation import ValidateAnswer

_PREFIXES: Final = {
    "ok": ("  ok ", "green"),
    "warn": ("  !! ", "yellow"),
    "error": (" ERR ", "red"),
    "lint": (" note", "blue"),
}


@click.command("validate")
@global_options
def command() -> int:
    """Check rocky.toml, its adapters, pipelines and schedules, and that all model files can be read.

    Works offline and does not look into the SQL: that is what `rocky compile` does. Exits with 1 on errors.
    """
    answer = open_project(project_options()).validate()
    print_answer(lambda: answer, lambda: _text(answer), lambda: _markdown(answer))
    return int(not answer.valid)


def _text(answer: ValidateAnswer) -> Iterator[str]:
    for message in answer.messages:
        prefix, colour = _PREFIXES[message.severity]
        yield f"{click.style(prefix, fg=colour)} {message.code}  {message.message}"
        if message.file and message.severity != "ok":
            yield f"            {message.file}"
    errors = sum(message.severity == "error" for message in answer.messages)
    yield ""
    yield "Validation complete." if not errors else f"Validation complete: {errors} to repair."


def _markdown(answer: ValidateAnswer) -> list[str]:
    rows = [(one.severity, one.code, one.message, one.file or one.field or "") for one in answer.messages]
    return markdown_lines(("Severity", "Code", "Message", "Place"), rows)
