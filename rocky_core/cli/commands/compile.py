"""`rocky compile`."""

from __future__ import annotations

from collections.abc import Iterable

import click

from rocky_core.api import Compilation, open_project
from rocky_core.cli.diagnostic_text import render_findings, render_first_findings, worst_last
from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.diagnostics.diagnostic import Diagnostic, Severity
from rocky_core.results.compile import CompileAnswer, CompileTimings
from rocky_core.results.findings import to_findings

_TARGETS = ("dbx", "sf", "bq", "duckdb")


@click.command("compile")
@click.option("--model", metavar="NAME", help="Report this model only; the whole project is compiled all the same.")
@click.option(
    "--target-dialect", type=click.Choice(_TARGETS), help="Also report SQL that this warehouse does not know."
)
@click.option("--with-seed", is_flag=True, help="Take the types of source tables from data/seed.sql.")
@click.option("--all", "every_finding", is_flag=True, help="Print every finding in full, however often it repeats.")
@click.option("--expand-macros", is_flag=True, hidden=True)
@click.option("--no-cache", is_flag=True, help="Compile everything anew and leave .rocky/cache alone.")
@global_options
def command(
    model: str | None,
    target_dialect: str | None,
    *,
    with_seed: bool,
    every_finding: bool,
    expand_macros: bool,
    no_cache: bool,
) -> int:
    """Resolve names, infer types, check contracts and trace lineage of every model. Needs no warehouse.

    Exits with 1 when there are errors; warnings do not count.
    """
    if expand_macros:
        raise click.UsageError(
            "--expand-macros is not supported: write the SQL out, or use run variables (`@var(NAME)`)"
        )
    options = project_options(with_seed=with_seed, target_dialect=target_dialect, use_cache=not no_cache)
    compilation = open_project(options).compile()
    if model is not None:
        compilation.model(model)
    print_answer(
        lambda: _answer(compilation, model),
        lambda: _text(compilation, model, every_finding=every_finding),
        lambda: _markdown(compilation, model),
    )
    return int(any(found.is_error for found in _findings(compilation, model)))


def _findings(compilation: Compilation, model: str | None) -> tuple[Diagnostic, ...]:
    found = compilation.diagnostics
    return found if model is None else tuple(one for one in found if one.model == model)


def _names(compilation: Compilation, model: str | None) -> tuple[str, ...]:
    return compilation.project.order if model is None else (model,)


def _answer(compilation: Compilation, model: str | None) -> CompileAnswer:
    found = _findings(compilation, model)
    project = compilation.project
    names = list(project.models) if model is None else [model]
    timings = compilation.timings
    return CompileAnswer(
        models=len(names),
        execution_layers=len(project.layers) if model is None else 1,
        diagnostics=to_findings(found),
        has_errors=any(one.is_error for one in found),
        compile_timings=CompileTimings(
            project_load_ms=round(1000 * timings.load),
            typecheck_ms=round(1000 * timings.compile),
            total_ms=round(1000 * (timings.load + timings.compile)),
        ),
        models_detail=compilation.published_details(names),
    )


def _text(compilation: Compilation, model: str | None, *, every_finding: bool) -> Iterable[str]:
    found = _findings(compilation, model)
    faulty = {one.model for one in found if one.is_error}
    for name in _names(compilation, model):
        if name in faulty:
            yield click.style(f"  ✗ {name}", fg="red")
        else:
            columns = counted(compilation.column_count(name), "column")
            yield f"  {click.style('✓', fg='green')} {name} ({columns})"
    if found:
        yield ""
        render = render_findings if every_finding else render_first_findings
        yield from render(worst_last(found), compilation.root)
    else:
        yield ""
    yield "  Compiled: " + _summary(len(_names(compilation, model)), found)
    yield from _next_steps(compilation, found)


def _summary(models: int, found: tuple[Diagnostic, ...]) -> str:
    errors = sum(one.severity is Severity.ERROR for one in found)
    warnings = sum(one.severity is Severity.WARNING for one in found)
    return ", ".join((counted(models, "model"), counted(errors, "error"), counted(warnings, "warning")))


def _next_steps(compilation: Compilation, found: tuple[Diagnostic, ...]) -> Iterable[str]:
    first = next((one.model for one in found if one.is_error and one.model in compilation.project.models), None)
    if first is not None:
        yield f"  Next: repair the first error above; `rocky compile --model {first}` shows that model alone."
    elif any(one.code == "I002" for one in found) and not compilation.options.with_seed and _has_seed(compilation):
        yield "  Next: `rocky compile --with-seed` takes the types of source tables from data/seed.sql."
    elif not any(one.is_error for one in found) and compilation.project.order:
        last = compilation.project.order[-1]
        yield f"  Next: `rocky test` builds the models locally; `rocky lineage {last}` shows what {last} is made of."


def _has_seed(compilation: Compilation) -> bool:
    return compilation.options.seed_file.is_file()


def _markdown(compilation: Compilation, model: str | None) -> Iterable[str]:
    found = _findings(compilation, model)
    yield f"**Compiled:** {_summary(len(_names(compilation, model)), found)}"
    if found:
        yield ""
        yield from markdown_lines(
            ("Severity", "Code", "Model", "Place", "Message"),
            [(one.severity.value, one.code, one.model, _place(one), one.message) for one in found],
        )


def _place(found: Diagnostic) -> str:
    return f"{found.span.file}:{found.span.line}:{found.span.col}" if found.span else ""
