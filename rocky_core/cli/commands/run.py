"""`rocky run`."""

from __future__ import annotations

from typing import Any, Final

import click
from click.core import ParameterSource

from rocky_core.cli.run_choices import how_to_build, run_options, what_to_build, without_meaning
from rocky_core.cli.settings import global_options, project_options

# What can be said of a run of all pipelines; everything else is about one of them.
_FITS_ALL: Final = frozenset(
    {
        "dag",
        "parallel",
        "fail_fast",
        "fail_on_check_error",
        "idempotency_key",
        "env",
        "reload",
        "force_rebuild",
        "skip_unchanged",
    }
)


@click.command("run")
@what_to_build
@click.option("--dag", is_flag=True, help="Run all pipelines, in the order in which they read each other.")
@click.option("--watch", is_flag=True, help="Run again whenever the project's files change, until Ctrl-C.")
@click.option("--dry-run", is_flag=True, help="Only show what would be done, as `rocky plan` does.")
@click.option("--resume", metavar="RUN_ID", help="Leave out what that run has finished.")
@click.option("--reload", is_flag=True, help="Of a load pipeline: load files again that are loaded already.")
@click.option("--resume-latest", is_flag=True, help="The same with the pipeline's newest run that did not succeed.")
@how_to_build
@without_meaning
@global_options
def command(*, dag: bool, watch: bool, dry_run: bool, **given: Any) -> int:
    """Build the models of a pipeline in the warehouse, and check them.

    A model that fails stops only what reads it. Exits with 0 when everything selected was built, 2 when only a part
    was, 1 when nothing was, 130 when interrupted.
    """
    if dag:
        _require_fitting(click.get_current_context())
    if watch:
        _require_endless(dry_run=dry_run, **given)
    wishes = run_options(**given)
    if watch:
        from rocky_core.cli.watch_run import watch_run  # noqa: PLC0415 — only here files are watched

        return watch_run(wishes)
    if dry_run:
        from rocky_core.cli.commands.plan import show_plan  # noqa: PLC0415 — only a dry run plans

        return show_plan(wishes, as_sql=False)
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.cli.run_signals import stop_on_signals  # noqa: PLC0415 — same
    from rocky_core.cli.show_run import show_run  # noqa: PLC0415 — same

    project = open_project(project_options())
    with stop_on_signals() as interrupted:
        if dag:
            from rocky_core.cli.show_dag import show_dag  # noqa: PLC0415 — only here it is shown

            return show_dag(project.run_dag(wishes, interrupted))
        return show_run(project.run(wishes, interrupted), wishes, project)


def _require_endless(**given: Any) -> None:
    """Raises UsageError if an option is about a single run."""
    for name in ("dry_run", "resume", "resume_latest", "idempotency_key"):
        if given.get(name):
            raise click.UsageError(f"--{name.replace('_', '-')} is about one run, and --watch makes many")


def _require_fitting(context: click.Context) -> None:
    """Raises UsageError if an option is about one pipeline."""
    said = (
        option.opts[-1]
        for option in context.command.params
        if option.expose_value
        and option.name not in _FITS_ALL
        and context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    )
    first = next(said, None)
    if first is not None:
        raise click.UsageError(f"{first} is about one pipeline, and --dag runs all of them; choose one of the two")
