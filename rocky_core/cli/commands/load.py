"""`rocky load`."""

from __future__ import annotations

from typing import Any

import click

from rocky_core.cli.run_choices import how_to_build, run_options
from rocky_core.cli.settings import global_options, project_options
from rocky_core.ir.replace import replace


@click.command("load")
@click.option("--pipeline", metavar="NAME", help="The load pipeline; needed when there are several.")
@click.option("--reload", is_flag=True, help="Load files again that are loaded already.")
@click.option("--resume", metavar="RUN_ID", help="Leave out what that run has finished.")
@click.option("--resume-latest", is_flag=True, help="The same with the pipeline's newest run that did not succeed.")
@how_to_build
@global_options
def command(**given: Any) -> int:
    """Load the files of a pipeline's folder into their tables.

    Each file is loaded once: one that is in its table already, and has not changed, is left out. A file that cannot
    be loaded stops no other. Exits with 0 when every file is in, 2 when only some are, 1 when none is, 130 when
    interrupted.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.cli.run_signals import stop_on_signals  # noqa: PLC0415 — same
    from rocky_core.cli.show_run import show_run  # noqa: PLC0415 — same
    from rocky_core.execution.choose_pipeline import choose_load  # noqa: PLC0415 — same

    wishes = run_options(**given)
    project = open_project(project_options())
    wishes = replace(wishes, pipeline=choose_load(project.config, wishes.pipeline))
    with stop_on_signals() as interrupted:
        return show_run(project.run(wishes, interrupted), wishes, project)
