"""The JSON of `compliance`, and how it follows from classifications and masks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from rocky_core.ir.model import Model
from rocky_core.results.wire import Answer, Record

DEFAULT_ENVIRONMENT: Final = "default"
UNRESOLVED: Final = "unresolved"


class EnvMasking(Record, frozen=True, gc=False):
    """What is shown of a column in one environment; without a mask for its tag it is `unresolved`."""

    env: str
    masking_strategy: str
    enforced: bool


class ColumnClassification(Record, frozen=True, gc=False):
    """One classified column."""

    model: str
    column: str
    classification: str
    envs: tuple[EnvMasking, ...]


class ComplianceException(Record, frozen=True, gc=False):
    """A classified column that nothing masks in one environment."""

    model: str
    column: str
    env: str
    reason: str


class ComplianceSummary(Record, frozen=True, gc=False):
    """Counted once per column and environment."""

    total_classified: int
    total_masked: int
    total_exceptions: int


class ComplianceAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky compliance`."""

    command: str = "compliance"
    summary: ComplianceSummary
    per_column: tuple[ColumnClassification, ...]
    exceptions: tuple[ComplianceException, ...]


def compliance_answer(
    models: Iterable[Model],
    masks: Mapping[str, Mapping[str, str]],
    allowed: Collection[str],
    *,
    exceptions_only: bool = False,
) -> ComplianceAnswer:
    """Every classified column in every environment; `masks` holds, by environment, the mask of each tag.

    A tag that is `allowed` to go unmasked is no exception. The summary always counts everything.
    """
    columns = tuple(
        ColumnClassification(model.name, column, tag, tuple(_masking(tag, env, masks[env]) for env in masks))
        for model in models
        for column, tag in model.classification.items()
    )
    exceptions = tuple(
        ComplianceException(
            one.model,
            one.column,
            env.env,
            f"no mask for classification '{one.classification}' in environment '{env.env}'",
        )
        for one in columns
        for env in one.envs
        if not env.enforced and one.classification not in allowed
    )
    excepted = {(one.model, one.column) for one in exceptions}
    every = [env for one in columns for env in one.envs]
    return ComplianceAnswer(
        summary=ComplianceSummary(len(every), sum(env.enforced for env in every), len(exceptions)),
        per_column=tuple(one for one in columns if (one.model, one.column) in excepted) if exceptions_only else columns,
        exceptions=exceptions,
    )


def _masking(tag: str, env: str, masks: Mapping[str, str]) -> EnvMasking:
    return EnvMasking(env, masks.get(tag, UNRESOLVED), tag in masks)
