"""`rocky profile`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, counted, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.profile import ProfileAnswer

_HEADINGS = ("Column", "Type", "NULLs", "Different", "Least", "Greatest", "Values")


@click.command("profile")
@click.argument("name", metavar="MODEL|TABLE")
@click.option("--env", metavar="NAME", help="Show classified columns under the masks of [mask.NAME].")
@global_options
def command(name: str, env: str | None) -> int:
    """Measure a table that is there: rows, NULLs, different values, least and greatest of every column.

    One statement, which only reads. Exits with 1 when there is no such table.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import profile  # noqa: PLC0415 — same

    answer = profile(open_project(project_options()), name, env)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return int(answer.unavailable is not None)


def _rows(answer: ProfileAnswer) -> list[Cells]:
    return [
        (
            one.name,
            one.type,
            f"{one.nulls} ({one.null_rate:.1%})" if one.nulls else "0",
            str(one.distinct),
            _short(one.min),
            _short(one.max),
            f"masked ({one.masked})" if one.masked else _short(", ".join(one.observed_values)),
        )
        for one in answer.columns
    ]


def _text(answer: ProfileAnswer) -> Iterator[str]:
    if answer.unavailable is not None:
        yield f"  '{answer.model}' cannot be measured: {answer.unavailable}"
        return
    yield from table_lines(_HEADINGS, _rows(answer))
    rows = answer.columns[0].rows if answer.columns else 0
    yield ""
    yield f"  {answer.profiled_table}: {counted(rows, 'row')}, {counted(len(answer.columns), 'column')}"


def _short(text: str | None) -> str:
    if text is None:
        return ""
    line = text.replace("\n", " ")
    return line if len(line) <= 40 else f"{line[:39]}…"
