"""`rocky apply`."""

from __future__ import annotations

from typing import Any

import click

from rocky_core.cli.run_choices import how_to_build, run_options
from rocky_core.cli.settings import global_options, project_options


@click.command("apply")
@click.argument("plan_id", metavar="PLAN_ID")
@how_to_build
@global_options
def command(plan_id: str, **given: Any) -> int:
    """Do what a plan says, and just that.

    PLAN_ID is what `rocky plan` printed, or its first digits. A plan that is not what would be done now is refused,
    with the reason. Exits as `rocky run` does.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.cli.run_signals import stop_on_signals  # noqa: PLC0415 — same
    from rocky_core.cli.show_run import show_run  # noqa: PLC0415 — same

    wishes = run_options(**given)
    project = open_project(project_options())
    with stop_on_signals() as interrupted:
        return show_run(project.apply(plan_id, wishes, interrupted), wishes, project)
