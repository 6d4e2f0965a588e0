"""`rocky history`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from rocky_core.cli.output import markdown_lines, print_answer, table_lines
from rocky_core.cli.run_lines import seconds
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.execution.run_options import Site
    from rocky_core.ir.insights import RollingStats
    from rocky_core.ir.state import ModelExecution, RunRecord

_RUNS = ("Run", "Pipeline", "Started", "Status", "Models", "Duration")
_AUDIT = ("Trigger", "By", "From", "Host", "Commit")
_EXECUTIONS = ("Started", "Status", "Strategy", "Rows", "Duration")


@click.command("history")
@click.option("--model", metavar="NAME", help="Show the builds of this model instead of runs.")
@click.option("--since", metavar="INSTANT", help="Only runs since then, such as 2026-01-31; UTC without a zone.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")
@click.option("--audit", is_flag=True, help="Also tell who asked for each run, from where, and for which commit.")
@click.option("--rolling-stats", is_flag=True, help="With --model: the usual, and how unusual the last build was.")
@click.option("--window", type=click.IntRange(min=1), default=20, show_default=True, help="Builds in the statistics.")
@click.option("--recipe", metavar="HASH", help="Only builds of this recipe, or runs that hold one.")
@global_options
def command(*, model: str | None, since: str | None, **given: Any) -> int:
    """Show what earlier runs did, newest first."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine

    if model is not None and since is not None:
        raise click.UsageError("--model and --since exclude each other")
    if model is None and given["rolling_stats"]:
        raise click.UsageError("--rolling-stats needs --model NAME")
    site = open_project(project_options()).site()
    wanted = Wanted(**given)
    if model is None:
        _show_runs(site, wanted, since)
    else:
        _show_model(site, wanted, model)
    return 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command."""

    limit: int
    pipeline: str | None
    audit: bool
    rolling_stats: bool
    window: int
    recipe: str | None


def _show_runs(site: Site, wanted: Wanted, since: str | None) -> None:
    from rocky_core.execution.inspect_state import read_history  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.results.state import history_answer  # noqa: PLC0415 — same

    records = read_history(site, wanted.pipeline, wanted.limit, since)
    if wanted.recipe is not None:
        records = tuple(one for one in records if any(_is_of(built, wanted.recipe) for built in one.models_executed))
    headings = (*_RUNS, *_AUDIT) if wanted.audit else _RUNS
    rows = [(*_run_cells(one), *(_audit_cells(one) if wanted.audit else ())) for one in records]
    nothing = ["  Nothing was run yet."]
    print_answer(
        lambda: history_answer(records, with_audit=wanted.audit),
        lambda: table_lines(headings, rows) if rows else nothing,
        lambda: markdown_lines(headings, rows),
    )


def _show_model(site: Site, wanted: Wanted, model: str) -> None:
    from rocky_core.execution.inspect_state import read_model_history  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.planning.rolling_stats import rolling_stats  # noqa: PLC0415 — same
    from rocky_core.results.state import model_history_answer  # noqa: PLC0415 — same

    read = read_model_history(site, wanted.pipeline, model, max(wanted.limit, wanted.window))
    if wanted.recipe is not None:
        read = tuple(one for one in read if _is_of(one, wanted.recipe))
    stats = rolling_stats(read, wanted.window) if wanted.rolling_stats else None
    executions = read[: wanted.limit]
    rows = [_execution_cells(one) for one in executions]
    nothing = [f"  '{model}' was not built yet."]
    print_answer(
        lambda: model_history_answer(model, executions, stats),
        lambda: [*table_lines(_EXECUTIONS, rows), *_stats_lines(stats)] if rows else nothing,
        lambda: markdown_lines(_EXECUTIONS, rows),
    )


def _is_of(one: ModelExecution, recipe: str) -> bool:
    return one.recipe_hash is not None and one.recipe_hash.startswith(recipe)


def _stats_lines(stats: RollingStats | None) -> Iterator[str]:
    if stats is None:
        return
    yield ""
    yield f"  {stats.samples} builds: health {stats.health_score:.2f}"
    for name, one in (("rows", stats.rows_affected), ("ms", stats.duration_ms)):
        unusual = "" if one.latest_z_score is None else f", the last one {one.latest_z_score:+.1f} deviations from that"
        yield f"  {name}: {one.mean:.1f} ± {one.std_dev:.1f}{unusual}"


def _audit_cells(record: RunRecord) -> tuple[str, ...]:
    commit = (record.git_commit or "")[:10]
    version = f"{commit} ({record.git_branch})" if record.git_branch else commit
    return (record.trigger, record.triggering_identity or "", record.session_source, record.hostname, version)


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
