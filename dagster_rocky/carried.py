"""What earlier attempts have done already: the engine's ledger compared with what Dagster was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.checks import BUILD_CHECK, COMPILE_CHECK, sanitized
from dagster_rocky.failures import Retries
from dagster_rocky.outcomes import End, ModelOutcome
from dagster_rocky.step_work import StepWork
from rocky_core.ir.state import LedgerEntry, WorkLink
from rocky_core.orchestration import ledger as stored_ledger

_RESUME_TAGS: Final = ("dagster/is_resume_retry", "dagster/is_asset_resume_retry")


@dataclass(frozen=True, slots=True)
class Carried:
    """A model that is written and need not be built again."""

    name: str
    is_announced: bool
    metadata: Mapping[str, Any]
    failed_checks: tuple[str, ...]  # Deciding ones that this run has evaluated before, by Rocky's names.
    unmade_checks: frozenset[str]  # By Dagster's names.


@dataclass(frozen=True)
class StepLedger:
    """What is known of the models of a step."""

    work: StepWork
    link: WorkLink
    entries: Mapping[str, tuple[LedgerEntry, ...]]
    announced: Mapping[str, frozenset[dg.AssetKey]]  # By run.
    evaluated: Mapping[dg.AssetCheckKey, bool]  # Checks that this run has made, and whether they passed.
    is_resumed: bool

    @cached_property
    def carried(self) -> tuple[Carried, ...]:
        """The models that are done, dependencies first: unchanged, and so is everything of this step they read."""
        found: dict[str, Carried] = {}
        for name in self.work.assets:
            reads = [read for read in self.work.assets[name].props.depends_on if read in self.work.assets]
            if all(read in found for read in reads) and self._is_done(name):
                found[name] = self._carry(name)
        return tuple(found.values())

    def left_of(self, models: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Of models of which some partitions are done: those that are left."""
        return tuple(self._left(models))

    def given_up(self, retries: Retries) -> Iterator[ModelOutcome]:
        """The models that failed in an earlier attempt of this run and are not tried again."""
        done = {one.name for one in self.carried}
        for name, found in self.entries.items():
            failed = [one for one in found if one.failure is not None and one.requested_by == self.link.requested_by]
            if name in done or not failed:
                continue
            worst = next((one for one in failed if one.failure and not one.failure.is_transient), failed[0])
            if worst.failure is None:
                continue
            tried = max(one.attempts for one in failed)
            if retries.wait(name, worst.failure, tried, worst.cooldown_seconds) is None:
                yield ModelOutcome(
                    name, End.FAILED, worst.failure, worst.error, cooldown_seconds=worst.cooldown_seconds
                )

    def _left(self, models: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name in models:
            usable = {one.partition for one in self.entries.get(name, ()) if self._is_usable(one)}
            if self.work.partitions and self.work.assets[name].props.partitions is not None and usable:
                failed = (one.partition for one in self.entries[name] if one.failure is not None)
                wanted = dict.fromkeys((*self.work.partitions, *failed))
                yield name, tuple(key for key in wanted if key not in usable)

    def _is_done(self, name: str) -> bool:
        found = self.entries.get(name, ())
        usable = {one.partition for one in found if self._is_usable(one)}
        if not usable or any(one.failure is not None for one in found):
            return False
        windowed = self.work.assets[name].props.partitions is not None
        return usable.issuperset(self.work.partitions) if windowed else True

    def _is_usable(self, entry: LedgerEntry) -> bool:
        asset = self.work.assets[entry.model]
        if entry.failure is not None or entry.recipe_hash != asset.props.recipe_hash:
            return False
        if entry.requested_by == self.link.requested_by:
            return True
        # Another run's success counts only if Dagster never heard of it, and if this run is to go on with that one.
        return self.is_resumed and asset.key not in self.announced.get(entry.requested_by, frozenset())

    def _carry(self, name: str) -> Carried:
        asset, own = self.work.assets[name], self.entries[name]
        own_run = self.link.requested_by
        announced = asset.key in self.announced.get(own_run, frozenset())
        rows = [one.rows_affected for one in own if one.rows_affected is not None]
        keys = sorted(one.partition for one in own if one.partition)
        about = {
            names.RUN_ID: own[-1].run_id,
            names.STRATEGY: own[-1].strategy or None,
            names.ROWS_AFFECTED: sum(rows) if rows else None,
            names.DURATION: sum(one.duration_ms for one in own),
            names.PARTITIONS: ", ".join(keys) or None,
            names.ANNOUNCED: True,
        }
        failed, unmade = [], set()
        for check in asset.props.checks:
            passed = self.evaluated.get(dg.AssetCheckKey(asset.key, sanitized(check.name)))
            if passed is None:
                unmade.add(sanitized(check.name))
            elif not passed and check.decides:
                failed.append(check.name)
        own_checks = frozenset({COMPILE_CHECK, BUILD_CHECK})
        wanted = frozenset(unmade) & asset.checks - own_checks
        return Carried(name, announced, names.present(about), tuple(failed), wanted)


def attempts_of(work: StepWork, link: WorkLink) -> Mapping[str, int]:
    """In how many runs each model that failed was tried."""
    found: dict[str, int] = {}
    for entry in _entries(work, link):
        if entry.failure is not None:
            found[entry.model] = max(found.get(entry.model, 0), entry.attempts)
    return found


def read_ledger(context: dg.AssetExecutionContext, work: StepWork, link: WorkLink) -> StepLedger:
    """The ledger of the step's models; Dagster's event log is read only if there is something in it."""
    entries: dict[str, list[LedgerEntry]] = {}
    for entry in _entries(work, link):
        entries.setdefault(entry.model, []).append(entry)
    runs = {entry.requested_by for own in entries.values() for entry in own}
    announced = {
        run: frozenset(context.instance.get_asset_keys_for_run(run, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION))
        for run in runs
    }
    return StepLedger(
        work=work,
        link=link,
        entries={name: tuple(own) for name, own in entries.items()},
        announced=announced,
        evaluated=_evaluated(context, link.requested_by) if link.requested_by in runs else {},
        is_resumed=any(tag in context.run.tags for tag in _RESUME_TAGS),
    )


def _entries(work: StepWork, link: WorkLink) -> Iterator[LedgerEntry]:
    for pipeline in dict.fromkeys(work.project.pipeline_of[name] for name in work.assets):
        for entry in stored_ledger(work.project.opened, pipeline, link.work_id):
            if entry.model in work.assets and work.project.pipeline_of[entry.model] == pipeline:
                yield entry


def _evaluated(context: dg.AssetExecutionContext, run_id: str) -> Mapping[dg.AssetCheckKey, bool]:
    found = {}
    for entry in context.instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        event = entry.dagster_event
        if event is not None and isinstance(event.event_specific_data, dg.AssetCheckEvaluation):
            evaluation = event.event_specific_data
            found[evaluation.asset_check_key] = evaluation.passed
    return found
