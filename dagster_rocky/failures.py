"""What follows from each kind of failure: is it tried again, how often, after how long, and whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

import dagster as dg

from rocky_core.errors import FailureKind
from rocky_core.ir.replace import replace

MOST_ATTEMPTS: Final = 10
"""Of one step, whatever the budgets say, so that nothing is tried for ever."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How one kind of failure is tried again by Dagster, after the engine's own tries within the attempt."""

    retries: int = 0
    wait_seconds: float = 30.0  # Before the first; each further wait is twice as long,
    longest_wait_seconds: float = 600.0  # but not longer than this, unless the warehouse named a cooldown.

    def wait(self, attempts: int, cooldown_seconds: float | None) -> float | None:
        """Seconds to wait after so many attempts; None if there is none left."""
        if attempts > self.retries:
            return None
        doubled = self.wait_seconds * 2.0 ** (attempts - 1)
        return max(min(doubled, self.longest_wait_seconds), cooldown_seconds or 0.0)


RetryPolicy = Mapping[FailureKind, RetryRule]

DEFAULT_RETRIES: Final[RetryPolicy] = MappingProxyType(
    {
        FailureKind.CONNECTION_FAILED: RetryRule(3),
        FailureKind.TRANSIENT: RetryRule(3),
        FailureKind.QUOTA_EXCEEDED: RetryRule(2, wait_seconds=300.0, longest_wait_seconds=3600.0),
        FailureKind.AUTH_FAILED: RetryRule(),
        FailureKind.QUERY_REJECTED: RetryRule(),
        FailureKind.NOT_FOUND: RetryRule(),
        FailureKind.COMPILE_ERROR: RetryRule(),
        FailureKind.UNKNOWN: RetryRule(),
    }
)

NEXT_STEP: Final[Mapping[FailureKind, str]] = MappingProxyType(
    {
        FailureKind.CONNECTION_FAILED: "see whether the warehouse can be reached, then re-execute from asset failure",
        FailureKind.TRANSIENT: "the warehouse was busy: re-execute from asset failure",
        FailureKind.QUOTA_EXCEEDED: "wait until the quota is free again, then re-execute from asset failure",
        FailureKind.AUTH_FAILED: "renew the credentials of the adapter, then re-execute from asset failure",
        FailureKind.QUERY_REJECTED: "repair the model's SQL or the data it reads, then re-execute from asset failure",
        FailureKind.NOT_FOUND: "build or load the missing table first, then re-execute from asset failure",
        FailureKind.COMPILE_ERROR: "`rocky compile` shows the place; repair it and reload the code location",
        FailureKind.UNKNOWN: "read the error; re-execute from asset failure once its cause is known",
    }
)


def retry_policy(*overrides: Mapping[str, Any] | None, where: str = "retries") -> RetryPolicy:
    """The default rules with changes such as `{"transient": {"retries": 5}}` or `{"unknown": 1}`, later ones last.

    Raises:
        DagsterInvalidDefinitionError: a kind, a key or a number means nothing.

    """
    return changed_policy(DEFAULT_RETRIES, *overrides, where=where)


def changed_policy(policy: RetryPolicy, *overrides: Mapping[str, Any] | None, where: str = "retries") -> RetryPolicy:
    """The rules of a policy with changes. Raises as `retry_policy`."""
    rules = dict(policy)
    for given in overrides:
        for name, change in (given or {}).items():
            kind = _kind(name, where)
            rules[kind] = _changed(rules[kind], change, f"{where}.{name}")
    return MappingProxyType(rules)


@dataclass(frozen=True, slots=True)
class Retries:
    """The rules of a step, and of single models that have their own."""

    common: RetryPolicy = field(default_factory=lambda: DEFAULT_RETRIES)
    of_models: Mapping[str, RetryPolicy] = field(default_factory=lambda: MappingProxyType({}))

    def wait(self, model: str, kind: FailureKind, attempts: int, cooldown_seconds: float | None) -> float | None:
        """Seconds until the model is tried again; None if it is not."""
        if attempts >= MOST_ATTEMPTS:
            return None
        return self.of_models.get(model, self.common)[kind].wait(attempts, cooldown_seconds)


def _kind(name: str, where: str) -> FailureKind:
    try:
        return FailureKind(str(name).replace("_", "-"))
    except ValueError as error:
        known = ", ".join(kind.value for kind in FailureKind)
        raise dg.DagsterInvalidDefinitionError(f"{where}: '{name}' is no kind of failure; there are {known}") from error


def _changed(rule: RetryRule, change: Any, where: str) -> RetryRule:
    values = {"retries": change} if isinstance(change, int) and not isinstance(change, bool) else change
    if not isinstance(values, Mapping):
        raise dg.DagsterInvalidDefinitionError(f"{where} is a number of retries, or a table of retries and waits")
    known = {one.name for one in fields(RetryRule)}
    for key, value in values.items():
        if key not in known:
            raise dg.DagsterInvalidDefinitionError(
                f"{where}: '{key}' is not known; there are {', '.join(sorted(known))}"
            )
        whole = key == "retries"
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < 0:
            raise dg.DagsterInvalidDefinitionError(
                f"{where}.{key} must be a {'whole ' if whole else ''}number, not below 0"
            )
    return replace(rule, **values)
