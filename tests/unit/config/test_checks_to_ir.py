"""`[pipeline.X.checks]` as written and as the engine reads it."""

import tomllib

import pytest

from rocky_core.config.checks import Checks
from rocky_core.config.checks_to_ir import to_pipeline_checks
from rocky_core.ir.checks import (
    Assertion,
    CheckSeverity,
    CustomCheck,
    DeclarativeTest,
    FreshnessCheck,
    NullRateCheck,
    OverlapCheck,
    PipelineChecks,
    Quarantine,
    QuarantineMode,
)

ERROR, WARNING = CheckSeverity.ERROR, CheckSeverity.WARNING


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", PipelineChecks()),
        ("row_count = true", PipelineChecks(row_count=ERROR)),
        ("row_count = false", PipelineChecks()),
        ('column_match = { enabled = true, severity = "warn" }', PipelineChecks(column_match=WARNING)),
        ('column_match = { severity = "warning" }', PipelineChecks()),
        ("freshness = { threshold_seconds = 60 }", PipelineChecks(freshness=FreshnessCheck(60))),
        (
            'freshness = { threshold_seconds = 60, overrides = { orders = 5 }, severity = "warning" }',
            PipelineChecks(freshness=FreshnessCheck(60, {"orders": 5}, WARNING)),
        ),
        (
            'null_rate = { columns = ["a", "b"], threshold = 0.5, sample_percent = 20 }',
            PipelineChecks(null_rate=NullRateCheck(("a", "b"), 0.5, 20)),
        ),
        (
            'custom = [{ name = "n", sql = "SELECT 1", threshold = 3, severity = "warning" }]',
            PipelineChecks(custom=(CustomCheck("n", "SELECT 1", 3, WARNING),)),
        ),
        (
            'assertions = [{ table = "t", name = "n", type = "in_range", column = "c", min = 1, filter = "x" }]',
            PipelineChecks(
                assertions=(Assertion("t", DeclarativeTest("in_range", "c", ERROR, "x", {"min": "1"}), "n"),)
            ),
        ),
        (
            'cross_source_overlap = { keys = ["a"], max_overlap_rows = 1, sample = 5, severity = "warning" }',
            PipelineChecks(overlap=OverlapCheck(("a",), None, 1, 5, WARNING)),
        ),
        ('cross_source_overlap = { key_expr = "a" }', PipelineChecks(overlap=OverlapCheck((), "a"))),
        ("quarantine = { enabled = true }", PipelineChecks(quarantine=Quarantine())),
        ('quarantine = { mode = "tag" }', PipelineChecks()),
        (
            'quarantine = { enabled = true, mode = "drop", suffix_valid = "_v", suffix_quarantine = "_q" }',
            PipelineChecks(quarantine=Quarantine(QuarantineMode.DROP, "_v", "_q")),
        ),
        (
            "anomaly_threshold_pct = 10\nfail_on_error = false",
            PipelineChecks(anomaly_threshold_percent=10.0, fail_on_error=False),
        ),
    ],
)
def test_each_key_arrives(written: str, read: PipelineChecks) -> None:
    assert to_pipeline_checks(Checks.model_validate(tomllib.loads(written))) == read
