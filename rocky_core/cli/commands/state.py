"""`rocky state`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import counted, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.execution.inspect_state import StateReport
    from rocky_core.results.state import StateAnswer
    from rocky_core.state.journal import FoundJournal

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
@click.option("--watermark", required=True, metavar="INSTANT", help="Such as 2026-01-31T08:00:00Z, with its zone.")
@click.option("--force", is_flag=True, help="Also set an instant that lies in the future.")
@_PIPELINE
@global_options
def set_watermark_command(model: str, watermark: str, pipeline: str | None, *, force: bool) -> int:
    """Say up to where an incremental MODEL is loaded; its next run loads everything newer again."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.inspect_state import set_watermark  # noqa: PLC0415 — same

    _show(set_watermark(open_project(project_options()).site(), pipeline, model, watermark, force=force))
    return 0


@command.command("delete")
@click.argument("table")
@_PIPELINE
@global_options
def delete_watermark_command(table: str, pipeline: str | None) -> int:
    """Forget up to where a TABLE (or model) is loaded; its next run rebuilds it, or asks the table itself."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.inspect_state import delete_watermark  # noqa: PLC0415 — same

    _show(delete_watermark(open_project(project_options()).site(), pipeline, table))
    return 0


@command.command("restore")
@click.option(
    "--from", "backup", required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE", help="The backup."
)
@click.option("--force", is_flag=True, help="Also replace a state that is not damaged.")
@_PIPELINE
@global_options
def restore_command(backup: Path, pipeline: str | None, *, force: bool) -> int:
    """Put a backup in the place of the state; what was there is kept beside it.

    Tables may hold more than the backup knows, so the next run asks them how far they are loaded.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.state_upkeep import restore_backup  # noqa: PLC0415 — same
    from rocky_core.results.state import RestoreAnswer  # noqa: PLC0415 — same

    restored = restore_backup(open_project(project_options()).site(), pipeline, backup, force=force)
    kept_as = None if restored.kept_as is None else str(restored.kept_as)
    lines = [f"  Restored {restored.path}"]
    lines += [f"  What was there is now {kept_as}"] if kept_as is not None else []
    lines += [f"  {table} has another watermark than before" for table in restored.moved]
    print_answer(
        lambda: RestoreAnswer(path=str(restored.path), kept_as=kept_as, tables_with_another_watermark=restored.moved),
        lambda: lines,
        lambda: lines,
    )
    return 0


@command.command("clear-schema-cache")
@click.option("--dry-run", is_flag=True, help="Only count.")
@global_options
def clear_schema_cache_command(*, dry_run: bool) -> int:
    """Forget how tables looked when they were last described."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.state_upkeep import clear_schema_cache  # noqa: PLC0415 — same
    from rocky_core.results.state import SchemaCacheAnswer  # noqa: PLC0415 — same

    count = clear_schema_cache(open_project(project_options()).site(), dry_run=dry_run)
    lines = [f"  {counted(count, 'table')} {'would be' if dry_run else 'were'} forgotten."]
    print_answer(lambda: SchemaCacheAnswer(dry_run=dry_run, entries_deleted=count), lambda: lines, lambda: lines)
    return 0


_FORCE = click.option("--force", is_flag=True, help="Also replace other records that are there.")


@command.command("copy")
@click.option("--from", "source", required=True, metavar="PLACE", help="`local`, `remote`, or a state file.")
@click.option("--to", "target", required=True, metavar="PLACE", help="Likewise; it is made if it is not there.")
@_FORCE
@_PIPELINE
@global_options
def copy_command(source: str, target: str, pipeline: str | None, *, force: bool) -> int:
    """Copy the state, record by record, and prove that all has arrived."""
    return _copy(pipeline, (source, target), force=force)


@command.command("push")
@_FORCE
@_PIPELINE
@global_options
def push_command(pipeline: str | None, *, force: bool) -> int:
    """Copy the state from the project's file to the server that [state] names."""
    return _copy(pipeline, ("local", "remote"), force=force)


@command.command("pull")
@_FORCE
@_PIPELINE
@global_options
def pull_command(pipeline: str | None, *, force: bool) -> int:
    """Copy the state from the server that [state] names to the project's file."""
    return _copy(pipeline, ("remote", "local"), force=force)


@command.group("retention")
def retention_group() -> None:
    """Thin out old history."""


@retention_group.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only count.")
@_PIPELINE
@global_options
def sweep_command(pipeline: str | None, *, dry_run: bool) -> int:
    """Delete history beyond what [state.retention] keeps. Runs do this by themselves now and then."""
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.state_upkeep import sweep_state  # noqa: PLC0415 — same
    from rocky_core.results.state import sweep_answer  # noqa: PLC0415 — same

    sweep = sweep_state(open_project(project_options()).site(), pipeline, dry_run=dry_run)
    answer = sweep_answer(sweep.policy, sweep.report, dry_run=dry_run)
    verb = "would be deleted" if dry_run else "deleted"
    lines = [f"  {counted(answer.runs_deleted, 'run')} {verb}, {answer.runs_kept} kept."]
    print_answer(lambda: answer, lambda: lines, lambda: lines)
    return 0


def _copy(pipeline: str | None, places: tuple[str, str], *, force: bool) -> int:
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.state_upkeep import copy_state  # noqa: PLC0415 — same
    from rocky_core.results.state import CopiedTable, StateCopyAnswer  # noqa: PLC0415 — same

    copied = copy_state(open_project(project_options()).site(), pipeline, places, force=force)
    held = tuple(one for one in copied.tables if one.copied or one.unchanged or one.removed)
    rows = [(one.table, str(one.copied), str(one.unchanged), str(one.removed)) for one in held]
    lines = [f"  Copied {copied.source}", f"  to {copied.target}; every record was compared.", ""]
    lines += table_lines(("Table", "Copied", "Same already", "Taken away"), rows)
    print_answer(
        lambda: StateCopyAnswer(
            source=copied.source,
            target=copied.target,
            tables=tuple(CopiedTable(one.table, one.copied, one.unchanged, one.removed) for one in copied.tables),
        ),
        lambda: lines,
        lambda: lines,
    )
    return 0


def _show(report: StateReport) -> None:
    print_answer(lambda: _answer(report), lambda: _text(report), lambda: markdown_lines(_HEADINGS, _rows(report)))


def _waiting(journal: FoundJournal) -> str:
    if journal.problem is not None:
        return f"  The journal {journal.path} is left as it is: {journal.problem}"
    whom = "a run is writing it" if journal.is_in_use else "the next run stores it"
    return f"  {counted(len(journal.dues), 'record')} of {', '.join(journal.runs)} in {journal.path}: {whom}"


_HEADINGS = ("Table", "Loaded up to", "Noted at")


def _answer(report: StateReport) -> StateAnswer:
    from rocky_core.results.state import (  # noqa: PLC0415 — text needs no encoder
        StateAnswer,
        WaitingEntry,
        watermark_entries,
    )

    return StateAnswer(
        watermarks=watermark_entries(report.watermarks),
        schema_version_supported=report.version_supported,
        schema_version_on_disk=report.version_on_disk,
        location=report.location,
        waiting=tuple(
            WaitingEntry(
                str(one.path), one.location, one.opened_at, len(one.dues), one.runs, one.is_in_use, one.problem
            )
            for one in report.journals
        ),
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
    yield from map(_waiting, report.journals)
    if report.location is None:
        yield "  There is no state yet: nothing was run."
        return
    if report.watermarks:
        yield from table_lines(_HEADINGS, _rows(report))
    else:
        yield "  No table has a watermark."
    yield ""
    yield f"  State: {report.location} (version {report.version_on_disk})"
