"""`rocky ci`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from rocky_core.api import Compilation, open_project
from rocky_core.cli.diagnostic_text import render_first_findings, worst_last
from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options
from rocky_core.diagnostics.diagnostic import Severity
from rocky_core.execution.run_tests import TestReport
from rocky_core.results.findings import to_findings
from rocky_core.results.testing import CiAnswer

EXIT_WARNINGS_ONLY = 4


@click.command("ci")
@global_options
def command() -> int:
    """Compile the project, build it in a local DuckDB and run the unit tests.

    Exits with 0 when all is well, with 1 on any error or failed test, and with 4 when there are warnings only. The
    same number stands in the JSON. To let warnings pass: `rocky ci || [ $? -eq 4 ]`.
    """
    compilation = open_project(project_options()).compile_for_tests()
    report = compilation.run_tests()
    code = _exit_code(compilation, report)
    print_answer(
        lambda: _answer(compilation, report, code),
        lambda: _text(compilation, report, code),
        lambda: _markdown(compilation, report, code),
    )
    return code


def _exit_code(compilation: Compilation, report: TestReport) -> int:
    if compilation.project.has_errors or not report.passed:
        return 1
    has_warnings = any(found.severity is Severity.WARNING for found in compilation.diagnostics)
    return EXIT_WARNINGS_ONLY if has_warnings else 0


def _counts(report: TestReport) -> tuple[int, int]:
    passed = sum(build.error is None for build in report.builds) + sum(test.passed for test in report.unit_tests)
    return passed, len(report.failures)


def _answer(compilation: Compilation, report: TestReport, code: int) -> CiAnswer:
    passed, failed = _counts(report)
    return CiAnswer(
        compile_ok=not compilation.project.has_errors,
        tests_ok=report.passed,
        models_compiled=len(compilation.project.models),
        tests_passed=passed,
        tests_failed=failed,
        exit_code=code,
        diagnostics=to_findings(compilation.diagnostics),
        failures=report.failures,
    )


def _text(compilation: Compilation, report: TestReport, code: int) -> Iterator[str]:
    yield from render_first_findings(worst_last(compilation.diagnostics), compilation.root)
    if not compilation.project.has_errors:
        for failure in report.failures:
            yield click.style(f"  ✗ {failure.name}", fg="red")
            yield from (f"      {line}" for line in failure.error.strip().splitlines())
    yield f"  {_verdict(compilation, report, code)}"


def _verdict(compilation: Compilation, report: TestReport, code: int) -> str:
    passed, failed = _counts(report)
    warnings = sum(found.severity is Severity.WARNING for found in compilation.diagnostics)
    parts = [counted(len(compilation.project.models), "model")]
    if compilation.project.has_errors:
        parts.append(f"{counted(failed, 'compile error')}, nothing was built")
    else:
        parts.append(f"{passed} passed, {failed} failed")
    parts.append(counted(warnings, "warning"))
    word = {0: "CI passed", EXIT_WARNINGS_ONLY: "CI passed with warnings"}.get(code, "CI failed")
    return f"{word}: {', '.join(parts)} (exit code {code})"


def _markdown(compilation: Compilation, report: TestReport, code: int) -> Iterator[str]:
    yield f"**{_verdict(compilation, report, code)}**"
    rows = [(found.severity.value, found.code, found.model, found.message) for found in compilation.diagnostics]
    rows += [("Failure", "", failure.name, failure.error) for failure in report.failures if not rows]
    if rows:
        yield ""
        yield from markdown_lines(("Severity", "Code", "Model", "Message"), rows)
