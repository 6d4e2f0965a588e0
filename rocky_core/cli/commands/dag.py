"""`rocky dag`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from rocky_core.api import open_project
from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.errors import CompileFailed
from rocky_core.ir.replace import replace
from rocky_core.results.dag import DagAnswer


@click.command("dag")
@click.option("--column-lineage", is_flag=True, help="Also give every column's sources (JSON).")
@click.option("--seeds", type=click.Path(path_type=Path), metavar="DIR", help="Read the seeds from here.")
@global_options
def command(seeds: Path | None, *, column_lineage: bool) -> None:
    """Show seeds, pipelines, models and tests as one graph, layer by layer.

    Dependencies are the resolved ones: what sidecars declare and what the SQL reads.
    """
    project = open_project(replace(project_options(), seeds_dir=seeds))
    compilation = project.compile()
    circles = [found for found in compilation.diagnostics if found.code in {"E052", "E053"}]
    if circles:
        raise CompileFailed("the project has no graph as long as its dependencies are wrong", circles)
    answer = project.dag(compilation, with_columns=column_lineage)
    print_answer(lambda: answer, lambda: _text(answer), lambda: _markdown(answer))


def _text(answer: DagAnswer) -> Iterator[str]:
    waits = {node.id: node.depends_on or () for node in answer.nodes}
    for number, layer in enumerate(answer.execution_layers, start=1):
        yield click.style(f"  layer {number}", bold=True)
        for node in layer:
            after = waits[node]
            yield f"    {node}" + (f"  ← {', '.join(after)}" if after else "")
    summary = answer.summary
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.counts_by_kind.items())
    yield ""
    yield (
        f"  {counted(summary.total_nodes, 'node')} ({kinds or 'nothing'}), "
        f"{counted(summary.total_edges, 'edge')}, {counted(summary.execution_layers, 'layer')}"
    )


def _markdown(answer: DagAnswer) -> list[str]:
    return markdown_lines(
        ("Node", "Kind", "Depends on"),
        [(node.id, node.kind, ", ".join(node.depends_on or ())) for node in answer.nodes],
    )
