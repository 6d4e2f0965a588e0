"""A diagnosis as it is published: without a secret in it."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.execution.doctor.examine import Diagnosis
from rocky_core.execution.doctor.health import Finding, Health
from rocky_core.execution.doctor.patient import Patient
from rocky_core.hooks.conceal import scrub
from rocky_core.results.doctor import AdapterHealth, DoctorAnswer, HealthCheck, StateHealth

_HEALTHIEST_FIRST = (Health.HEALTHY, Health.WARNING, Health.CRITICAL)


def to_answer(diagnosis: Diagnosis, patient: Patient) -> DoctorAnswer:
    """The answer of `rocky doctor`."""

    def shown(text: str) -> str:
        return scrub(text, patient.secrets)

    checks = tuple(
        HealthCheck(
            finding.name,
            finding.health.value,
            shown(finding.message),
            finding.duration_ms,
            tuple((shown(key), shown(value)) for key, value in finding.details) or UNSET,
        )
        for finding in diagnosis.findings
    )
    by_name = {check.name: check for check in checks}
    return DoctorAnswer(
        overall=diagnosis.health.value,
        checks=checks,
        suggestions=tuple(map(shown, diagnosis.suggestions)),
        adapters=_adapters(patient, by_name),
        state=_state(by_name, ("state", "state_schema", "state_rw"), diagnosis.findings),
        state_sync=_state(by_name, ("state_sync",), diagnosis.findings),
    )


def _adapters(patient: Patient, checks: dict[str, HealthCheck]) -> tuple[AdapterHealth, ...]:
    if patient.config is None:
        return ()
    return tuple(
        AdapterHealth(name, adapter.type, found.status, found.message)
        for name, adapter in patient.config.adapters.items()
        if (found := checks.get(f"auth/{name}") or checks.get("adapters")) is not None
    )


def _state(
    checks: dict[str, HealthCheck], names: tuple[str, ...], findings: tuple[Finding, ...]
) -> StateHealth | UnsetType:
    """The worst of the checks that were made."""
    made = [finding for finding in findings if finding.name in names]
    if not made:
        return UNSET
    found = checks[max(made, key=lambda finding: _HEALTHIEST_FIRST.index(finding.health)).name]
    return StateHealth(found.status, found.message)
