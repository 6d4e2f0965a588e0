"""Prints a command's answer as JSON, as text for a terminal, or as a markdown table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import click

from rocky_core.cli.settings import current_settings
from rocky_core.cli.terminal import is_watched

if TYPE_CHECKING:
    from rocky_core.results.wire import Record

Cells = Sequence[str]


def print_answer(
    answer: Callable[[], Record], text: Callable[[], Iterable[str]], markdown: Callable[[], Iterable[str]]
) -> None:
    """Print in the format the user asked for; only that one is made."""
    match current_settings().format:
        case "json":
            print_json(answer())
        case "markdown":
            print_lines(markdown())
        case _:
            print_lines(text())


def print_json(answer: Record) -> None:
    """Indented for a reader at a terminal, one line for a program."""
    from rocky_core.results.wire import to_json  # noqa: PLC0415 — text needs no encoder

    click.echo(to_json(answer, indent=2 if is_watched() else 0))


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def table_lines(headings: Cells, rows: Sequence[Cells]) -> list[str]:
    """Columns as wide as their widest cell; the last one is not padded."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]

    def line(cells: Cells) -> str:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        return "  " + "  ".join(padded).rstrip()

    return [click.style(line(headings), bold=True), *map(line, rows)]


def markdown_lines(headings: Cells, rows: Iterable[Cells]) -> list[str]:
    """A table that a pull request shows."""

    def line(cells: Cells) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return [line(headings), line(["---"] * len(headings)), *map(line, rows)]


def counted(number: int, noun: str) -> str:
    """`1 model`, `2 models`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
