"""All of `rocky test`: build the models locally, then run their unit tests."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rocky_core.dialects.base import Dialect
from rocky_core.execution.build_models import BuildOutcome, SeedData, SeedFailed, build_models
from rocky_core.execution.run_unit_tests import run_unit_tests
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.schema import SourceSchemas
from rocky_core.results.testing import TestFailure, UnitTestResult


class TestReport(Struct, frozen=True):
    """What was tried and what came of it; when the project has errors nothing was tried."""

    builds: tuple[BuildOutcome, ...] = ()
    unit_tests: tuple[UnitTestResult, ...] = ()
    not_tried: tuple[TestFailure, ...] = ()

    @property
    def failures(self) -> tuple[TestFailure, ...]:
        """Everything that failed; unit tests go by `model.test`."""
        return (
            *self.not_tried,
            *(TestFailure(build.model, build.error) for build in self.builds if build.error is not None),
            *(
                TestFailure(f"{test.model}.{test.test}", test.error or f"{len(test.mismatches)} row(s) differ")
                for test in self.unit_tests
                if not test.passed
            ),
        )

    @property
    def passed(self) -> bool:
        return not self.failures


def run_tests(
    project: CompiledProject,
    dialect: Dialect,
    seed: SeedData,
    source_schemas: SourceSchemas,
    only: Sequence[str] | None = None,
) -> TestReport:
    """Build and test all models, or `only` these; a project with errors is reported as it is."""
    errors = [found for found in project.diagnostics if found.is_error]
    if errors:
        return TestReport(not_tried=tuple(TestFailure(error.model or "project", error.message) for error in errors))
    try:
        builds = build_models(project, dialect, seed, only)
    except SeedFailed as failed:
        return TestReport(not_tried=(TestFailure("seed", str(failed)),))
    shown = builds if only is None else tuple(build for build in builds if build.model in only)
    return TestReport(shown, run_unit_tests(project, dialect, source_schemas, only))
