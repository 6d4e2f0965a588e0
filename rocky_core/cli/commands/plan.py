"""`rocky plan`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from rocky_core.cli.output import counted, markdown_lines, print_answer, print_lines
from rocky_core.cli.run_choices import run_options, what_to_build, without_meaning
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.execution.plan_run import PlannedRun
    from rocky_core.execution.run_options import RunOptions
    from rocky_core.results.plan import PlanAnswer


@click.command("plan")
@what_to_build
@click.option("--sql", "as_sql", is_flag=True, help="Print the statements as one SQL script.")
@without_meaning
@global_options
def command(*, as_sql: bool, **given: Any) -> int:
    """Show what `rocky run` would do now, and store it for `rocky apply`.

    The warehouse and the state are only looked at. Exits with 1 when some of it cannot be built.
    """
    return show_plan(run_options(**given), as_sql=as_sql)


def show_plan(wishes: RunOptions, *, as_sql: bool) -> int:
    """Plan, store the plan and print it; the exit code."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine

    planned = open_project(project_options()).plan(wishes)
    if as_sql:
        print_lines(_sql(planned))
    else:
        print_answer(lambda: _answer(planned), lambda: _text(planned), lambda: _markdown(planned))
    return int(any(table.refusal is not None for table in planned.plan.tables))


def _answer(planned: PlannedRun) -> PlanAnswer:
    from rocky_core.results.plan import StoredParts, plan_answer  # noqa: PLC0415 — text needs no encoder

    stored = planned.stored
    request = stored.request
    parts = StoredParts(stored.plan_id, stored.kind, stored.created_at, request.environment, request.filter or "")
    return plan_answer(parts, planned.plan)


def _text(planned: PlannedRun) -> Iterator[str]:
    from rocky_core.planning.render_plan import summarize_plan  # noqa: PLC0415 — see `show_plan`

    for line in summarize_plan(planned.plan):
        colour = "red" if line.startswith(("x", "!", "    DESTROYS")) else None
        yield "  " + (click.style(line, fg=colour) if colour else line)
    if planned.plan.skipped:
        yield f"  {counted(len(planned.plan.skipped), 'model')} would not be built: nothing has changed"
    yield ""
    yield f"  Plan {planned.stored.plan_id}"
    if planned.plan.tables:
        short = planned.stored.plan_id[:12]
        yield f"  Next: `rocky apply {short}` does just that; `rocky plan --sql` shows the statements."


def _sql(planned: PlannedRun) -> Iterator[str]:
    from rocky_core.planning.render_plan import render_sql  # noqa: PLC0415 — see `show_plan`

    yield render_sql(planned.plan, planned.dialect_name).rstrip("\n")


def _markdown(planned: PlannedRun) -> Iterator[str]:
    rows = [
        (table.name, str(table.target), table.refusal.reason if table.refusal else table.strategy)
        for table in planned.plan.tables
    ]
    yield from markdown_lines(("Model", "Target", "What happens"), rows)
