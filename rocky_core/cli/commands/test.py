"""`rocky test`."""

from __future__ import annotations

from collections.abc import Iterator

import click
from msgspec import UNSET

from rocky_core.api import Compilation, open_project
from rocky_core.cli.diagnostic_text import render_findings
from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.execution.run_tests import TestReport
from rocky_core.results.findings import to_findings
from rocky_core.results.testing import (
    ModelTestResult,
    TestAnswer,
    UnitTestResult,
    UnitTestSummary,
)


@click.command("test")
@click.option("--model", metavar="NAME", help="Only this model (what it reads is built too) and its unit tests.")
@global_options
def command(model: str | None) -> int:
    """Build every model in a fresh in-memory DuckDB and run the unit tests.

    Source tables come from data/seed.sql in the project's folder. Nothing outside of memory is touched. Exits with 1
    when anything fails.
    """
    compilation = open_project(project_options()).compile_for_tests()
    if model is not None:
        compilation.model(model)
    report = compilation.run_tests(model)
    print_answer(lambda: _answer(compilation, report), lambda: _text(compilation, report), lambda: _markdown(report))
    return int(not report.passed)


def _answer(compilation: Compilation, report: TestReport) -> TestAnswer:
    failed = sum(build.error is not None for build in report.builds) + len(report.not_tried)
    passed = sum(build.error is None for build in report.builds)
    return TestAnswer(
        total=passed + failed,
        passed=passed,
        failed=failed,
        failures=report.failures,
        model_results=tuple(
            ModelTestResult(build.model, "pass")
            if build.error is None
            else ModelTestResult(build.model, "fail", build.error)
            for build in report.builds
        ),
        unit_tests=_summary(report.unit_tests) if report.unit_tests else UNSET,
        diagnostics=to_findings(compilation.diagnostics),
    )


def _summary(tests: tuple[UnitTestResult, ...]) -> UnitTestSummary:
    passed = sum(test.passed for test in tests)
    return UnitTestSummary(len(tests), passed, len(tests) - passed, tests)


def _text(compilation: Compilation, report: TestReport) -> Iterator[str]:
    if report.not_tried:
        yield from _nothing_tried(compilation, report)
        return
    for build in report.builds:
        yield _line(build.error is None, build.model)
        if build.error is not None:
            yield from _indented(build.error)
    for test in report.unit_tests:
        yield _line(test.passed, f"{test.model} · {test.test}")
        if test.error is not None:
            yield from _indented(test.error)
        for mismatch in test.mismatches:
            match mismatch.kind:
                case "missing":
                    yield f"      row {mismatch.row_index + 1} is missing: {mismatch.expected}"
                case "extra":
                    yield f"      unexpected row: {mismatch.actual}"
                case _:
                    yield f"      row {mismatch.row_index + 1}: expected {mismatch.expected}"
                    yield f"      {'':{len(str(mismatch.row_index + 1)) + 4}} but is {mismatch.actual}"
    yield ""
    yield f"  {_totals(report)}"
    if not report.builds:
        yield "  There was nothing to test."
    failed = next((build.model for build in report.builds if build.error is not None and not build.blocked_by), None)
    if failed is not None:
        yield f"  Next: repair '{failed}', then `rocky test --model {failed}` tries it alone."


def _nothing_tried(compilation: Compilation, report: TestReport) -> Iterator[str]:
    if compilation.project.has_errors:
        yield from render_findings((found for found in compilation.diagnostics if found.is_error), compilation.root)
        yield f"  Nothing was built: the project has {counted(len(report.not_tried), 'error')}."
        yield "  Next: `rocky compile` shows all findings."
        return
    for failure in report.not_tried:
        yield _line(False, f"{failure.name} (data/seed.sql)")
        yield from _indented(failure.error)
    yield ""
    yield "  Nothing was built, because the models read what the seed creates."


def _totals(report: TestReport) -> str:
    built = sum(build.error is None for build in report.builds)
    blocked = sum(build.blocked_by is not None for build in report.builds)
    failed = len(report.builds) - built - blocked
    text = f"Models: {built} built, {failed} failed, {blocked} not tried."
    if report.unit_tests:
        passed = sum(test.passed for test in report.unit_tests)
        text += f"  Unit tests: {passed} passed, {len(report.unit_tests) - passed} failed."
    return text


def _line(passed: bool, text: str) -> str:
    return f"  {click.style('✓', fg='green')} {text}" if passed else click.style(f"  ✗ {text}", fg="red")


def _indented(text: str) -> Iterator[str]:
    return (f"      {line}" for line in text.strip().splitlines())


def _markdown(report: TestReport) -> Iterator[str]:
    yield f"**Test:** {_totals(report)}"
    if report.failures:
        yield ""
        yield from markdown_lines(("Failed", "Reason"), [(one.name, one.error) for one in report.failures])
