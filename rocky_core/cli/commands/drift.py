"""`rocky drift`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.run_choices import run_options, what_to_build
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.execution.report_drift import DriftReport
    from rocky_core.results.drift import DriftAnswer


@click.command("drift")
@what_to_build
@global_options
def command(**given: Any) -> int:
    """Show how tables differ from what would be loaded into them, and change nothing.

    Exits with 0 whether or not there is drift.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.execution.report_drift import report_drift  # noqa: PLC0415 — same

    report = report_drift(open_project(project_options()).site(), run_options(**given))
    print_answer(lambda: _answer(report), lambda: _text(report), lambda: _markdown(report))
    return 0


def _answer(report: DriftReport) -> DriftAnswer:
    from rocky_core.results.drift import DriftAnswer, drift_result  # noqa: PLC0415 — text needs no encoder

    results = tuple(
        drift_result(one.table, one.drift, (one.action, one.reason), one.grace_periods, report.looked_at)
        for one in report.tables
    )
    return DriftAnswer(
        pipeline=report.pipeline, tables_checked=report.tables_checked, tables_drifted=len(results), results=results
    )


def _text(report: DriftReport) -> Iterator[str]:
    for one in report.tables:
        yield f"  {click.style(one.table, bold=True)}: {one.action}"
        if one.reason:
            yield f"    {one.reason}"
        for period in one.grace_periods:
            yield f"    column '{period.column}' is gone from the source and kept until {period.expires_at:%Y-%m-%d}"
    yield f"  {counted(len(report.tables), 'table')} of {report.tables_checked} compared differ."


def _markdown(report: DriftReport) -> Iterator[str]:
    rows = [(one.table, one.action, one.reason) for one in report.tables]
    yield from markdown_lines(("Table", "Action", "Differences"), rows)
