"""`rocky state`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.execution.inspect_state import StateReport
    from rocky_core.results.state import StateAnswer

_PIPELINE = click.option("--pipeline", metavar="NAME", help="The pipeline, where each has a state of its own.")


@click.group("state", invoke_without_command=True)
@_PIPELINE
@global_options
@click.pass_context
def command(ctx: click.Context, pipeline: str | None) -> int:
    """Show up to where incremental tables are loaded."""
    if ctx.invoked_subcommand is not None:
        return 0
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.inspect_state import inspect_state  # noqa: PLC0415 — same

    _show(inspect_state(open_project(project_options()).site(), pipeline))
    return 0


@command.command("set")
@click.argument("model")
@click.option("--watermark", required=True, metavar="INSTANT", help="Such as 2026-01-31T08:00:00Z; UTC without a zone.")
@click.option("--force", is_flag=True, help="Also set an instant that lies in the future.")
@_PIPELINE
@global_options
def set_watermark_command(model: str, watermark: str, pipeline: str | None, *, force: bool) -> int:
    """Say up to where an incremental MODEL is loaded; its next run loads everything newer again."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.inspect_state import set_watermark  # noqa: PLC0415 — same

    _show(set_watermark(open_project(project_options()).site(), pipeline, model, watermark, force=force))
    return 0


def _show(report: StateReport) -> None:
    print_answer(lambda: _answer(report), lambda: _text(report), lambda: markdown_lines(_HEADINGS, _rows(report)))


_HEADINGS = ("Table", "Loaded up to", "Noted at")


def _answer(report: StateReport) -> StateAnswer:
    from rocky_core.results.state import StateAnswer, watermark_entries  # noqa: PLC0415 — text needs no encoder

    return StateAnswer(
        watermarks=watermark_entries(report.watermarks),
        schema_version_supported=report.version_supported,
        schema_version_on_disk=report.version_on_disk,
        location=report.location,
    )


def _rows(report: StateReport) -> list[tuple[str, str, str]]:
    return [
        (
            table,
            mark.last_value + (" (set by hand)" if mark.is_set_by_hand else ""),
            f"{mark.updated_at:%Y-%m-%d %H:%M:%S}",
        )
        for table, mark in sorted(report.watermarks.items())
    ]


def _text(report: StateReport) -> Iterator[str]:
    if report.location is None:
        yield "  There is no state yet: nothing was run."
        return
    if report.watermarks:
        yield from table_lines(_HEADINGS, _rows(report))
    else:
        yield "  No table has a watermark."
    yield ""
    yield f"  State: {report.location} (version {report.version_on_disk})"
