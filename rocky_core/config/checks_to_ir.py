"""Lowers `[pipeline.X.checks]` to the frozen data that the engine works with."""

from types import MappingProxyType

from rocky_core.config import checks as declared
from rocky_core.config.to_ir import to_test
from rocky_core.ir.checks import (
    Assertion,
    CheckSeverity,
    CustomCheck,
    FreshnessCheck,
    NullRateCheck,
    OverlapCheck,
    PipelineChecks,
    Quarantine,
    QuarantineMode,
)


def to_pipeline_checks(checks: declared.Checks) -> PipelineChecks:
    """The checks that are switched on."""
    return PipelineChecks(
        row_count=_toggled(checks.row_count),
        column_match=_toggled(checks.column_match),
        freshness=None if checks.freshness is None else _freshness(checks.freshness),
        null_rate=None if checks.null_rate is None else _null_rate(checks.null_rate),
        custom=tuple(
            CustomCheck(check.name, check.sql, check.threshold, CheckSeverity(check.severity))
            for check in checks.custom
        ),
        assertions=tuple(
            Assertion(assertion.table, to_test(assertion.flattened), assertion.name) for assertion in checks.assertions
        ),
        overlap=None if checks.cross_source_overlap is None else _overlap(checks.cross_source_overlap),
        quarantine=None if checks.quarantine is None else _quarantine(checks.quarantine),
        anomaly_threshold_percent=checks.anomaly_threshold_pct,
        fail_on_error=checks.fail_on_error,
    )


def _toggled(toggle: declared.CheckToggle) -> CheckSeverity | None:
    return CheckSeverity(toggle.severity) if toggle.enabled else None


def _freshness(check: declared.FreshnessCheck) -> FreshnessCheck:
    return FreshnessCheck(
        check.threshold_seconds, MappingProxyType(dict(check.overrides)), CheckSeverity(check.severity)
    )


def _null_rate(check: declared.NullRateCheck) -> NullRateCheck:
    return NullRateCheck(check.columns, check.threshold, check.sample_percent, CheckSeverity(check.severity))


def _overlap(check: declared.CrossSourceOverlap) -> OverlapCheck:
    severity = CheckSeverity(check.severity)
    return OverlapCheck(check.keys, check.key_expr, check.max_overlap_rows, check.sample, severity)


def _quarantine(quarantine: declared.Quarantine) -> Quarantine | None:
    if not quarantine.enabled:
        return None
    return Quarantine(QuarantineMode(quarantine.mode), quarantine.suffix_valid, quarantine.suffix_quarantine)
