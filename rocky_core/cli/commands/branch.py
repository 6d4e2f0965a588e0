"""`rocky branch`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.ir.state import Branch

_PIPELINE = click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")


@click.group("branch")
def command() -> None:
    """Build in schemas of one's own, beside the real tables."""


@command.command("create")
@click.argument("name")
@click.option("--description", default="", metavar="TEXT", help="What it is for.")
@_PIPELINE
@global_options
def create_command(name: str, description: str, pipeline: str | None) -> int:
    """Make a branch NAME. `rocky run --branch NAME` builds in its schema."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.manage_branches import create_branch  # noqa: PLC0415 — same
    from rocky_core.results.branches import BranchAnswer, branch_entry  # noqa: PLC0415 — same

    made = create_branch(open_project(project_options()).site(), pipeline, name, description)
    lines = [f"  Branch {made.name}: its tables are in the schema {made.schema_prefix}", ""]
    lines.append(f"  Next: `rocky run --branch {made.name}`, then `rocky compare --branch {made.name}`")
    print_answer(lambda: BranchAnswer(branch=branch_entry(made)), lambda: lines, lambda: lines)
    return 0


@command.command("list")
@_PIPELINE
@global_options
def list_command(pipeline: str | None) -> int:
    """Show all branches."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.manage_branches import list_branches  # noqa: PLC0415 — same
    from rocky_core.results.branches import BranchListAnswer, branch_entry  # noqa: PLC0415 — same

    found = list_branches(open_project(project_options()).site(), pipeline)
    print_answer(
        lambda: BranchListAnswer(branches=tuple(map(branch_entry, found)), total=len(found)),
        lambda: _text(found),
        lambda: markdown_lines(_COLUMNS, _rows(found)),
    )
    return 0


@command.command("delete")
@click.argument("name")
@_PIPELINE
@global_options
def delete_command(name: str, pipeline: str | None) -> int:
    """Forget the branch NAME. Its tables stay where they are."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.manage_branches import delete_branch  # noqa: PLC0415 — same
    from rocky_core.results.branches import BranchDeleteAnswer  # noqa: PLC0415 — same

    gone = delete_branch(open_project(project_options()).site(), pipeline, name)
    lines = [f"  Branch {gone.name} is forgotten; the tables in {gone.schema_prefix} are still there"]
    print_answer(lambda: BranchDeleteAnswer(name=gone.name, removed=True), lambda: lines, lambda: lines)
    return 0


@command.command("promote")
@click.argument("name")
@click.option("--model", "selectors", multiple=True, metavar="SELECTOR", help="Only these, as in `rocky run`.")
@click.option("--allow-breaking", is_flag=True, help="Also if readers of a column may fail.")
@_PIPELINE
@global_options
def promote_command(name: str, selectors: tuple[str, ...], pipeline: str | None, *, allow_breaking: bool) -> int:
    """Put the tables of the branch NAME in the place of the real ones.

    A column that would be gone or of another type stops it, unless --allow-breaking is given. Exits with 1 when
    something was not promoted.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.cli.promote_branch import promote_branch  # noqa: PLC0415 — same
    from rocky_core.execution.run_options import RunOptions  # noqa: PLC0415 — same

    wishes = RunOptions(pipeline=pipeline, models=selectors)
    return promote_branch(open_project(project_options()), wishes, name, allows_breaking=allow_breaking)


@command.command("approve")
@click.argument("name")
@click.option("--message", metavar="TEXT", help="Why, for whoever promotes.")
@_PIPELINE
@global_options
def approve_command(name: str, message: str | None, pipeline: str | None) -> int:
    """Approve the tables of the branch NAME as they are now.

    A change of their rows or columns takes the approval away. Who approves is what ROCKY_APPROVER_EMAIL, git or the
    system says.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.cli.promote_branch import approve_branch  # noqa: PLC0415 — same
    from rocky_core.execution.run_options import RunOptions  # noqa: PLC0415 — same

    return approve_branch(open_project(project_options()), RunOptions(pipeline=pipeline), name, message)


_COLUMNS = ("Branch", "Schema", "Made by", "Made at", "For")


def _rows(found: Sequence[Branch]) -> list[tuple[str, ...]]:
    return [
        (one.name, one.schema_prefix, one.created_by, f"{one.created_at:%Y-%m-%d %H:%M:%S}", one.description)
        for one in found
    ]


def _text(found: Sequence[Branch]) -> Iterator[str]:
    if not found:
        yield "  There is no branch. `rocky branch create NAME` makes one."
        return
    yield from table_lines(_COLUMNS, _rows(found))
