"""Makes the looks one after the other; one that cannot be made is a finding too, and never hides the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import RockyError, UserError
from rocky_core.execution.doctor.health import Finding, Health, Outcome, critical, worst
from rocky_core.execution.doctor.look_at_config import look_at_adapters, look_at_config, look_at_pipelines
from rocky_core.execution.doctor.look_at_machine import has_schedules, look_at_disks, look_at_scheduler
from rocky_core.execution.doctor.look_at_state import (
    look_at_concurrency,
    look_at_locks,
    look_at_schema,
    look_at_state,
    look_at_sync,
    look_at_writing,
)
from rocky_core.execution.doctor.look_at_warehouse import (
    look_at_access,
    look_at_access_of,
    look_at_duckdb_files,
    warehouse_names,
)
from rocky_core.execution.doctor.patient import Patient

Look = Callable[[Patient], Iterator[Outcome]]

LOOKS: Final[dict[str, Look]] = {
    "config": look_at_config,
    "state": look_at_state,
    "state_schema": look_at_schema,
    "adapters": look_at_adapters,
    "pipelines": look_at_pipelines,
    "state_sync": look_at_sync,
    "state_rw": look_at_writing,
    "state_concurrency": look_at_concurrency,
    "state_lock": look_at_locks,
    "auth": look_at_access,
    "scheduler": look_at_scheduler,
    "disk": look_at_disks,
    "duckdb_file": look_at_duckdb_files,
}


class Diagnosis(Struct, frozen=True):
    """Everything that was found, in the order in which it was looked at."""

    findings: tuple[Finding, ...]

    @property
    def health(self) -> Health:
        return worst(finding.health for finding in self.findings)

    @property
    def suggestions(self) -> tuple[str, ...]:
        """What to do next, for the worst findings first."""
        wrong = (
            *(one for one in self.findings if one.health is Health.CRITICAL),
            *(one for one in self.findings if one.health is Health.WARNING),
        )
        return tuple(dict.fromkeys(suggestion for finding in wrong for suggestion in finding.suggestions))

    def health_of(self, name: str) -> Health | None:
        return next((finding.health for finding in self.findings if finding.name == name), None)


def examine(patient: Patient, only: tuple[str, ...] = ()) -> Diagnosis:
    """Look at everything, or only at what is named: `auth` also means every `auth/ADAPTER`.

    Raises:
        UserError: there is no such check.

    """
    looks = _looks(patient)
    for name in only:
        if name not in looks and name not in LOOKS:
            raise UserError(
                f"there is no check '{name}'{did_you_mean(name, looks)}", hint=f"the checks are {', '.join(looks)}"
            )
    chosen = {name: look for name, look in looks.items() if not only or _is_meant(name, only)}
    findings = (_finding(name, look, patient) for name, look in chosen.items())
    return Diagnosis(tuple(finding for finding in findings if finding.outcomes))


def _looks(patient: Patient) -> dict[str, Look]:
    looks = {name: look for name, look in LOOKS.items() if name != "scheduler" or has_schedules(patient.config)}
    looks.update({f"auth/{name}": _access_of(name) for name in warehouse_names(patient)})
    return looks


def _access_of(name: str) -> Look:
    return lambda patient: look_at_access_of(patient, name)


def _is_meant(name: str, only: tuple[str, ...]) -> bool:
    return name in only or name.partition("/")[0] in only


def _finding(name: str, look: Look, patient: Patient) -> Finding:
    started = patient.clock.monotonic()
    outcomes: list[Outcome] = []
    try:
        for outcome in look(patient):
            outcomes.append(outcome)  # noqa: PERF402 — keeps what was found before a look went wrong
    except Exception as error:  # noqa: BLE001 — what keeps one look from being made is what it found
        words = str(error) if isinstance(error, RockyError) else f"{type(error).__name__}: {error}"
        outcomes.append(
            critical(f"could not be looked at: {words}", suggestion=f"`rocky doctor --check {name} --debug`")
        )
    return Finding(name, tuple(outcomes), round(1000 * (patient.clock.monotonic() - started)))
