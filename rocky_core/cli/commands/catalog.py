"""`rocky catalog`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import Cells, counted, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.results.catalog import CatalogAnswer

_HEADINGS = ("Table", "Kind", "Columns", "Reads", "Owner", "Last built", "How it ended")


@click.command("catalog")
@global_options
def command() -> int:
    """Show every table that the project reads or makes, with all that the compiler and the state know of it.

    The JSON also holds columns and their lineage.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.inspection import catalog  # noqa: PLC0415 — same

    answer = catalog(open_project(project_options()))
    print_answer(lambda: answer, lambda: _text(answer), lambda: markdown_lines(_HEADINGS, _rows(answer)))
    return 0


def _rows(answer: CatalogAnswer) -> list[Cells]:
    return [
        (
            one.fqn,
            one.kind,
            str(len(one.columns)),
            ", ".join(one.upstream_models),
            one.owner if isinstance(one.owner, str) else "",
            f"{one.last_materialized_at:%Y-%m-%d %H:%M:%S}" if one.last_materialized_at else "",
            one.last_status if isinstance(one.last_status, str) else "",
        )
        for one in answer.assets
    ]


def _text(answer: CatalogAnswer) -> Iterator[str]:
    yield from table_lines(_HEADINGS, _rows(answer))
    stats = answer.stats
    yield ""
    yield (
        f"  {counted(stats.asset_count, 'table')}, {counted(stats.column_count, 'column')}, "
        f"{counted(stats.edge_count, 'edge')} of lineage; `-o json` shows them."
    )
