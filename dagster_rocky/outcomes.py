"""What became of every model of a step: the verdict and the events are folds of the same stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from rocky_core.errors import FailureKind
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.replace import replace
from rocky_core.ir.run import CheckEvaluated, CheckStatus, ModelBlocked, ModelFailed, TableQuarantined


class End(Enum):
    """How a model ended."""

    WRITTEN = auto()
    FAILED = auto()
    BLOCKED = auto()


@dataclass(frozen=True, slots=True)
class ModelOutcome:
    """The end of one model, with its deciding checks that did not pass or could not be made."""

    name: str
    end: End
    kind: FailureKind = FailureKind.UNKNOWN
    error: str = ""
    blocked_by: str = ""
    cooldown_seconds: float | None = None
    failed_checks: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.end is End.WRITTEN and not self.failed_checks


@dataclass(slots=True)
class Outcomes:
    """The ends of all models so far."""

    of_models: dict[str, ModelOutcome] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)  # Unchanged, so not built; their checks were not made.

    def write(self, name: str) -> None:
        """The model is written."""
        before = self.of_models.get(name)
        checks = () if before is None else before.failed_checks
        self.of_models[name] = ModelOutcome(name, End.WRITTEN, failed_checks=checks)

    def fail(self, event: ModelFailed) -> None:
        """The model, or one of its partitions, could not be written; the worst of several kinds is kept."""
        before = self.of_models.get(event.name)
        if before is not None and before.end is End.FAILED and not before.kind.is_transient:
            return
        self.of_models[event.name] = ModelOutcome(
            event.name, End.FAILED, event.kind, event.error, cooldown_seconds=event.cooldown_seconds
        )

    def block(self, event: ModelBlocked) -> None:
        """The model was not tried."""
        if event.name not in self.of_models or self.of_models[event.name].end is not End.FAILED:
            self.of_models[event.name] = ModelOutcome(
                event.name, End.BLOCKED, error=event.reason, blocked_by=event.blocked_by
            )

    def check(self, event: CheckEvaluated) -> None:
        """A check of the model was made, or could not be."""
        if event.severity is CheckSeverity.ERROR and event.status is not CheckStatus.PASSED:
            before = self.of_models.get(event.name) or ModelOutcome(event.name, End.WRITTEN)
            self.of_models[event.name] = replace(before, failed_checks=(*before.failed_checks, event.check))

    def quarantine(self, event: TableQuarantined) -> None:
        """Rows that fail were set apart; that they could not be is like a check that did not pass."""
        if event.error is not None:
            before = self.of_models.get(event.name) or ModelOutcome(event.name, End.WRITTEN)
            self.of_models[event.name] = replace(before, failed_checks=(*before.failed_checks, "quarantine"))

    @property
    def bad(self) -> tuple[ModelOutcome, ...]:
        """The models that keep the step from being green."""
        return tuple(one for one in self.of_models.values() if not one.is_good)
