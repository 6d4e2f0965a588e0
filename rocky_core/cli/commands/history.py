"""`rocky history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import markdown_lines, print_answer, table_lines
from rocky_core.cli.run_lines import seconds
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.execution.run_options import Site
    from rocky_core.ir.state import ModelExecution, RunRecord

_RUNS = ("Run", "Pipeline", "Started", "Status", "Models", "Duration")
_EXECUTIONS = ("Started", "Status", "Strategy", "Rows", "Duration")


@click.command("history")
@click.option("--model", metavar="NAME", help="Show the builds of this model instead of runs.")
@click.option("--since", metavar="INSTANT", help="Only runs since then, such as 2026-01-31; UTC without a zone.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")
@global_options
def command(model: str | None, since: str | None, limit: int, pipeline: str | None) -> int:
    """Show what earlier runs did, newest first."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine

    if model is not None and since is not None:
        raise click.UsageError("--model and --since exclude each other")
    site = open_project(project_options()).site()
    if model is None:
        _show_runs(site, pipeline, limit, since)
    else:
        _show_model(site, pipeline, model, limit)
    return 0


def _show_runs(site: Site, pipeline: str | None, limit: int, since: str | None) -> None:
    from rocky_core.execution.inspect_state import read_history  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.results.state import history_answer  # noqa: PLC0415 — same

    records = read_history(site, pipeline, limit, since)
    rows = [_run_cells(record) for record in records]
    nothing = ["  Nothing was run yet."]
    print_answer(
        lambda: history_answer(records),
        lambda: table_lines(_RUNS, rows) if rows else nothing,
        lambda: markdown_lines(_RUNS, rows),
    )


def _show_model(site: Site, pipeline: str | None, model: str, limit: int) -> None:
    from rocky_core.execution.inspect_state import read_model_history  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.results.state import model_history_answer  # noqa: PLC0415 — same

    executions = read_model_history(site, pipeline, model, limit)
    rows = [_execution_cells(one) for one in executions]
    nothing = [f"  '{model}' was not built yet."]
    print_answer(
        lambda: model_history_answer(model, executions),
        lambda: table_lines(_EXECUTIONS, rows) if rows else nothing,
        lambda: markdown_lines(_EXECUTIONS, rows),
    )


def _run_cells(record: RunRecord) -> tuple[str, ...]:
    built = sum(one.status == "success" for one in record.models_executed)
    failed = len(record.models_executed) - built
    models = f"{built} built" + (f", {failed} failed" if failed else "")
    duration = seconds(round(1000 * (record.finished_at - record.started_at).total_seconds()))
    started = f"{record.started_at:%Y-%m-%d %H:%M:%S}"
    return (record.run_id, record.pipeline or "", started, record.status.value, models, duration)


def _execution_cells(one: ModelExecution) -> tuple[str, ...]:
    rows = "" if one.rows_affected is None else str(one.rows_affected)
    return (f"{one.started_at:%Y-%m-%d %H:%M:%S}", one.status, one.strategy, rows, seconds(one.duration_ms))
