"""`rocky test`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click
from msgspec import UNSET

from rocky_core.api import Compilation, open_project
from rocky_core.cli.diagnostic_text import render_findings
from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.execution.run_tests import TestReport
from rocky_core.results.findings import to_findings
from rocky_core.results.testing import (
    DeclarativeSummary,
    ModelTestResult,
    TestAnswer,
    UnitTestResult,
    UnitTestSummary,
)

_TEST_MARKS: Final = {"pass": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red"), "error": ("?", "red")}


@click.command("test")
@click.option("--model", metavar="NAME", help="Only this model (what it reads is built too) and its unit tests.")
@click.option("--declarative", is_flag=True, help="Make the [[tests]] on the real tables; nothing is built.")
@click.option("--env", metavar="NAME", help="With --declarative: show failing rows under the masks of [mask.NAME].")
@global_options
def command(model: str | None, env: str | None, *, declarative: bool) -> int:
    """Build every model in a fresh in-memory DuckDB and run the unit tests.

    Source tables come from data/seed.sql in the project's folder. Nothing outside of memory is touched. With
    --declarative, the [[tests]] of the sidecars are made on the tables in the warehouse instead, and nothing is built.
    Exits with 1 when anything fails or cannot be evaluated.
    """
    if declarative:
        return _declarative(model, env)
    if env is not None:
        raise click.UsageError("--env belongs to --declarative")
    compilation = open_project(project_options()).compile_for_tests()
    if model is not None:
        compilation.model(model)
    report = compilation.run_tests(model)
    print_answer(lambda: _answer(compilation, report), lambda: _text(compilation, report), lambda: _markdown(report))
    return int(not report.passed)


def _declarative(model: str | None, environment: str | None) -> int:
    from rocky_core.inspection import declarative_tests  # noqa: PLC0415 — keeps the usual test light

    answer = declarative_tests(open_project(project_options()), model, environment)
    print_answer(lambda: answer, lambda: _table_tests(answer), lambda: _table_tests_markdown(answer))
    return int(answer.failed > 0)


def _table_tests(answer: TestAnswer) -> Iterator[str]:
    summary = answer.declarative or DeclarativeSummary(0, 0, 0, 0, 0, ())
    for one in summary.results:
        mark, colour = _TEST_MARKS[one.status]
        yield f"  {click.style(mark, fg=colour)} {one.model} · {one.name} ({one.table})"
        if one.status != "pass":
            yield from _indented(one.detail or one.status)
            for row in one.failed_sample:
                yield "      " + ", ".join(f"{name}={value}" for name, value in row.items())
    yield ""
    if not summary.total:
        yield "  No model declares a [[tests]] entry."
        return
    yield (
        f"  Tests of tables: {summary.passed} passed, {summary.failed} failed, {summary.warned} warned, "
        f"{summary.errored} not evaluated."
    )


def _table_tests_markdown(answer: TestAnswer) -> list[str]:
    results = answer.declarative.results if answer.declarative else ()
    rows = [(one.model, one.name, one.status, one.detail or "") for one in results]
    return markdown_lines(("Model", "Test", "Status", "Detail"), rows)


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
