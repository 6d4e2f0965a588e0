"""The JSON of `doctor`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.results.wire import Answer, Record


class HealthCheck(Record, frozen=True, gc=False):
    """One check; `status` is healthy, warning or critical."""

    name: str
    status: str
    message: str
    duration_ms: int
    details: tuple[tuple[str, str], ...] | UnsetType = UNSET


class AdapterHealth(Record, frozen=True, gc=False):
    """One adapter of rocky.toml; of one that is not a warehouse only the settings are looked at."""

    name: str
    type: str
    status: str
    message: str


class StateHealth(Record, frozen=True, gc=False):
    """The state as a whole."""

    status: str
    message: str


class DoctorAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky doctor`."""

    command: str = "doctor"
    overall: str
    checks: tuple[HealthCheck, ...]
    suggestions: tuple[str, ...]
    adapters: tuple[AdapterHealth, ...] = ()
    state: StateHealth | UnsetType = UNSET
    state_sync: StateHealth | UnsetType = UNSET
