"""`rocky compliance`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.compliance import ComplianceAnswer

_HEADINGS = ("Model", "Column", "Classification", "Environment", "Mask")


@click.command("compliance")
@click.option(
    "--env", metavar="NAME", help="Only this environment.  [default: the general masks and every [mask.NAME]]"
)
@click.option("--exceptions-only", is_flag=True, help="List only columns that something is wrong with.")
@click.option("--fail-on", type=click.Choice(["exception"]), help="Exit with 1 when there is an exception.")
@global_options
def command(env: str | None, fail_on: str | None, *, exceptions_only: bool) -> int:
    """Show which classified columns are masked, in every environment. Nothing is connected to.

    A column whose classification has no mask is an exception, unless [classifications] allow_unmasked names it.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import compliance  # noqa: PLC0415 — same

    project = open_project(project_options())
    answer = compliance(project, env, exceptions_only=exceptions_only)
    if env is not None and not isinstance(project.config.settings.mask.get(env), dict):
        warning = click.style("warning", fg="yellow", bold=True)
        click.echo(f"{warning}: there is no [mask.{env}] in rocky.toml, so the general masks hold", err=True)
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return int(fail_on is not None and answer.summary.total_exceptions > 0)


def _rows(answer: ComplianceAnswer) -> list[Cells]:
    return [
        (one.model, one.column, one.classification, env.env, env.masking_strategy)
        for one in answer.per_column
        for env in one.envs
    ]


def _text(answer: ComplianceAnswer) -> Iterator[str]:
    if answer.per_column:
        yield from table_lines(_HEADINGS, _rows(answer))
        yield ""
    for found in answer.exceptions:
        yield click.style(f"  ✗ {found.model}.{found.column}: {found.reason}", fg="red")
    total = answer.summary
    yield (
        f"  {total.total_classified} classified (columns times environments), {total.total_masked} masked, "
        f"{total.total_exceptions} exceptions."
    )
    if answer.exceptions:
        yield "  Next: add the classification to [mask], or to [classifications] allow_unmasked."
