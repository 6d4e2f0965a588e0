"""Declarative tests as `rocky test --declarative` publishes them."""

from __future__ import annotations

from typing import assert_never

from rocky_core.execution.run_table_tests import TableTest
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.run import CheckStatus
from rocky_core.results.findings import Finding
from rocky_core.results.testing import DeclarativeResult, DeclarativeSummary, TestAnswer, TestFailure


def declarative_answer(tested: tuple[TableTest, ...], diagnostics: tuple[Finding, ...]) -> TestAnswer:
    """The answer; its counters are those of the tests, because nothing was built."""
    results = tuple(map(_result, tested))
    count = {status: sum(one.status == status for one in results) for status in ("pass", "fail", "warn", "error")}
    failures = tuple(
        TestFailure(f"{one.model} · {one.name}", one.detail or "failed")
        for one in results
        if one.status in {"fail", "error"}
    )
    return TestAnswer(
        total=len(results),
        passed=count["pass"] + count["warn"],
        failed=count["fail"] + count["error"],
        failures=failures,
        model_results=(),
        declarative=DeclarativeSummary(
            len(results), count["pass"], count["fail"], count["warn"], count["error"], results
        ),
        diagnostics=diagnostics,
    )


def _result(tested: TableTest) -> DeclarativeResult:
    outcome = tested.outcome
    return DeclarativeResult(
        model=tested.model.name,
        table=str(tested.model.target),
        test_type=tested.check.kind,
        column=tested.check.column,
        severity=tested.check.severity.value,
        status=_status(outcome.status, tested.check.severity),
        sql=tested.check.statement,
        detail=outcome.message,
        name=outcome.check,
        failing_rows=outcome.failures,
        failed_sample=tuple({name: _plain(value) for name, value in row} for row in outcome.sample),
    )


def _status(status: CheckStatus, severity: CheckSeverity) -> str:
    match status:
        case CheckStatus.PASSED:
            return "pass"
        case CheckStatus.FAILED:
            return "fail" if severity is CheckSeverity.ERROR else "warn"
        case CheckStatus.ERRORED | CheckStatus.SKIPPED:
            return "error"  # Nobody knows whether it holds.
        case _:
            assert_never(status)


def _plain(value: object) -> object:
    """What JSON can hold of a value."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
