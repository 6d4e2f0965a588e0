"""`rocky compare`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.run_choices import run_options
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.ir.shadow import ShadowComparison, ShadowVerdict


@click.command("compare")
@click.option("--pipeline", metavar="NAME", help="The pipeline; needed when there are several.")
@click.option("--model", "selectors", multiple=True, metavar="SELECTOR", help="Only these, as in `rocky run`.")
@click.option("--filter", "filter", metavar="KEY=VALUE", help="Only this part, as in `rocky run`.")
@click.option("--shadow-suffix", metavar="TEXT", help="What a shadow's name ends with.  [default: _rocky_shadow]")
@click.option("--shadow-schema", metavar="SCHEMA", help="The schema in which the shadows are.")
@click.option("--branch", metavar="NAME", help="Compare with this branch.")
@global_options
def command(**given: Any) -> int:
    """Compare real tables with what `rocky run --shadow` or `--branch` has built beside them.

    Another column or another type fails; so does a row count that differs by 5 % or more, and 1 % is a warning. Exits
    with 1 when a table fails.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.compare_tables import compare_tables  # noqa: PLC0415 — same
    from rocky_core.ir.shadow import ShadowVerdict  # noqa: PLC0415 — same
    from rocky_core.planning.compare_shadows import worst  # noqa: PLC0415 — same
    from rocky_core.results.compare import compare_answer  # noqa: PLC0415 — same

    wishes = run_options(shadow=given["branch"] is None, **given)
    found = tuple(compare_tables(open_project(project_options()).site(), wishes).values())
    overall = worst(found)
    print_answer(
        lambda: compare_answer(found, overall, wishes.filter or ""),
        lambda: _text(found, overall),
        lambda: _markdown(found),
    )
    return int(overall is ShadowVerdict.FAIL)


def _text(found: Sequence[ShadowComparison], overall: ShadowVerdict) -> Iterator[str]:
    colours = {"pass": "green", "warn": "yellow", "fail": "red"}
    for one in found:
        verdict = click.style(f"{one.verdict.value:4}", fg=colours[one.verdict.value])
        yield f"  {verdict}  {one.real.target}  {_rows(one)}"
        yield from (f"          {difference}" for difference in one.schema_differences)
    yield ""
    yield f"  {counted(len(found), 'table')} compared: {overall.value}."


def _rows(one: ShadowComparison) -> str:
    if one.real.rows == one.shadow.rows:
        return counted(one.real.rows, "row")
    return f"{counted(one.real.rows, 'row')}, the shadow {one.shadow.rows} ({one.row_difference_percent:.1f} %)"


def _markdown(found: Sequence[ShadowComparison]) -> Iterator[str]:
    rows = [(str(one.real.target), one.verdict.value, _rows(one), "; ".join(one.schema_differences)) for one in found]
    yield from markdown_lines(("Table", "Verdict", "Rows", "Columns"), rows)
