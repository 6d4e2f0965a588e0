"""`rocky lineage`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from rocky_core.api import Compilation, open_project
from rocky_core.cli.output import counted, markdown_lines, print_answer, print_lines
from rocky_core.cli.settings import global_options, project_options
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.ir.project import CompiledModel
from rocky_core.ir.rocky_type import display
from rocky_core.results.lineage import (
    ColumnLineageAnswer,
    LineageAnswer,
    LineageColumn,
    LineageNode,
    to_columns,
    to_edges,
)


@click.command("lineage")
@click.argument("model", metavar="MODEL[.COLUMN]")
@click.option("--column", metavar="NAME", help="Follow one column; the same as MODEL.COLUMN.")
@click.option("--upstream", "direction", flag_value="upstream", help="Follow the column to its sources (the default).")
@click.option("--downstream", "direction", flag_value="downstream", help="Follow the column to its readers.")
@click.option("--format", "drawing", type=click.Choice(("dot",)), help="Print a Graphviz graph instead.")
@click.option("--with-seed", is_flag=True, help="Take the columns of source tables from data/seed.sql.")
@global_options
def command(model: str, column: str | None, direction: str | None, drawing: str | None, *, with_seed: bool) -> None:
    """Show what a model or one of its columns is made of, and who reads it."""
    compilation = open_project(project_options(with_seed=with_seed)).compile()
    name, column = _split(compilation, model, column)
    compiled = compilation.model(name)
    if column is None:
        edges = _edges_of_model(compilation, name)
        if drawing:
            print_lines(_dot(edges))
            return
        print_answer(
            lambda: _model_answer(compilation, compiled, edges),
            lambda: _model_text(compilation, compiled, edges),
            lambda: _edge_table(edges),
        )
        return
    ref = _column_ref(compilation, compiled, column)
    is_downstream = direction == "downstream"
    trace = compilation.lineage.downstream(ref) if is_downstream else compilation.lineage.upstream(ref)
    if drawing:
        print_lines(_dot(trace))
        return
    print_answer(
        lambda: ColumnLineageAnswer(
            model=ref.model,
            column=ref.column,
            direction=direction or "upstream",
            trace=to_edges(trace),
            downstream_consumers=to_columns(compilation.lineage.consumers(ref)),
        ),
        lambda: _column_text(compilation, ref, is_downstream=is_downstream),
        lambda: _edge_table(trace),
    )


def _split(compilation: Compilation, argument: str, column: str | None) -> tuple[str, str | None]:
    name, dot, rest = argument.partition(".")
    if argument in compilation.project.models or not dot:
        return argument, column
    if column is not None and column != rest:
        raise click.UsageError(f"'{argument}' and --column {column} name two different columns")
    return name, rest


def _column_ref(compilation: Compilation, compiled: CompiledModel, column: str) -> ColumnRef:
    """The column as the model spells it; a name that the model does not have is looked up as it stands."""
    dialect = compilation.dialect_of(compiled.model.name)
    folded = dialect.fold_column(column, quoted=False)
    names = [known.name for known in compiled.facts.columns]
    found = next((name for name in names if dialect.fold_column(name, quoted=False) == folded), None)
    if found is None:
        which = f"model '{compiled.model.name}' has no column '{column}'{did_you_mean(column, names)}"
        click.echo(f"{click.style('warning', fg='yellow', bold=True)}: {which}", err=True)
    return ColumnRef(compiled.model.name, found or column)


def _edges_of_model(compilation: Compilation, name: str) -> tuple[Edge, ...]:
    """Edges that end in the model, then those that start from it."""
    own = compilation.project.models[name].facts.edges
    outgoing = (
        edge
        for reader in compilation.readers(name)
        for edge in compilation.project.models[reader].facts.edges
        if edge.source.model == name
    )
    return (*own, *outgoing)


def _model_answer(compilation: Compilation, compiled: CompiledModel, edges: tuple[Edge, ...]) -> LineageAnswer:
    name = compiled.model.name
    dialect = compilation.dialect_of(name)
    return LineageAnswer(
        model=name,
        columns=tuple(
            LineageColumn(column.name, display(dialect.rocky_type(column.data_type)))
            for column in compiled.facts.columns
        ),
        upstream=compiled.depends_on,
        downstream=compilation.readers(name),
        edges=to_edges(edges),
        nodes=tuple(_nodes(compilation, name, edges)),
    )


def _nodes(compilation: Compilation, name: str, edges: Iterable[Edge]) -> Iterator[LineageNode]:
    """The model itself, then both ends of every edge, each once."""
    ends = (end.model for edge in edges for end in (edge.source, edge.target))
    for end in dict.fromkeys((name, *ends)):
        compiled = compilation.project.models.get(end)
        if compiled is None:
            yield LineageNode(end, source_id=end)
        else:
            yield LineageNode(end, target_schema=compiled.model.target.schema)


def _model_text(compilation: Compilation, compiled: CompiledModel, edges: tuple[Edge, ...]) -> Iterator[str]:
    name = compiled.model.name
    yield f"{click.style(name, bold=True)}  →  {compiled.model.target}"
    yield f"  reads:    {', '.join((*compiled.depends_on, *compiled.facts.reads_tables)) or 'nothing'}"
    yield f"  read by:  {', '.join(compilation.readers(name)) or 'no model'}"
    yield ""
    for column in compiled.facts.columns:
        sources = [edge for edge in edges if edge.target == ColumnRef(name, column.name)]
        yield f"  {column.name}" + ("" if sources else "  (no lineage)")
        for edge in sources:
            yield f"    <- {_spell(edge.source)} ({edge.transform})"
    if compiled.facts.columns:
        yield ""
        yield f"  Next: `rocky lineage {name}.{compiled.facts.columns[0].name}` follows one column to its sources."


def _column_text(compilation: Compilation, ref: ColumnRef, *, is_downstream: bool) -> Iterator[str]:
    yield click.style(_spell(ref), bold=True)
    drawn = list(_branches(compilation, ref, "  ", (ref,), is_downstream=is_downstream))
    yield from drawn or ["  (no model reads it)" if is_downstream else "  (no lineage: it is made of no column)"]
    if not is_downstream:
        consumers = compilation.lineage.consumers(ref)
        if consumers:
            yield ""
            yield f"  {counted(len(consumers), 'column')} downstream: {', '.join(map(_spell, consumers[:8]))}" + (
                f", +{len(consumers) - 8} more" if len(consumers) > 8 else ""
            )


def _branches(
    compilation: Compilation, ref: ColumnRef, indent: str, path: tuple[ColumnRef, ...], *, is_downstream: bool
) -> Iterator[str]:
    """A tree below the column; a circle ends where it closes."""
    index = compilation.lineage.by_source if is_downstream else compilation.lineage.by_target
    edges = index.get(ref, ())
    for number, edge in enumerate(edges):
        is_last = number == len(edges) - 1
        other = edge.target if is_downstream else edge.source
        yield f"{indent}{'└─' if is_last else '├─'} {_spell(other)} ({edge.transform})"
        if other not in path:
            below = indent + ("   " if is_last else "│  ")
            yield from _branches(compilation, other, below, (*path, other), is_downstream=is_downstream)


def _edge_table(edges: Iterable[Edge]) -> list[str]:
    rows = [(_spell(edge.source), _spell(edge.target), edge.transform) for edge in edges]
    return markdown_lines(("Source", "Target", "Transform"), rows)


def _dot(edges: Iterable[Edge]) -> Iterator[str]:
    yield "digraph lineage {"
    yield "  rankdir=LR;"
    for edge in edges:
        yield f"  {_quoted(edge.source)} -> {_quoted(edge.target)};"
    yield "}"


def _quoted(ref: ColumnRef) -> str:
    return '"' + _spell(ref).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _spell(ref: ColumnRef) -> str:
    return f"{ref.model}.{ref.column}"
