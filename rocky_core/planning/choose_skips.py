"""Which selected models need not be built: all that made their tables is proven to be what it was at the last build.

A model is skipped only if its recipe is that of its last build, that build succeeded (and its checks passed), its
target is there in the shape that it should have, its query is repeatable, and every input is the very build, or has
the very content, that it was made from. Whatever cannot be proven is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.ir.builds import BuildBasis, BuildRecord, Decision, DecisionReason, WorkDecision
from rocky_core.ir.checks import CheckSeverity, DeclarativeTest, PipelineChecks
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.state import table_key
from rocky_core.ir.strategy import DeleteInsert, Ephemeral, FullRefresh, Incremental, Merge, View
from rocky_core.ir.world import ObservedWorld
from rocky_core.planning.plan_tables import relation_kind
from rocky_core.planning.trace_inputs import ModelInputs, is_computed_when_read, source_target, trace_inputs

# Tests whose outcome depends on nothing but the rows of the table.
_REPEATABLE_TESTS: Final = frozenset(
    {"not_null", "unique", "accepted_values", "row_count_range", "in_range", "regex_match", "aggregate", "composite"}
)
_PLAIN: Final = (FullRefresh, View, Incremental, Merge, DeleteInsert)
_FORMAT: Final = "1"  # Of recipes; a new one makes every table be built once.


class SkipRules(Struct, frozen=True):
    """Whether anything may be skipped, and what of the configuration decides what is in a table."""

    may_skip: bool = False
    warehouse: str = ""  # Which database, so that another one is never taken for it.
    checks: PipelineChecks = field(default_factory=PipelineChecks)
    publishes_audited: bool = False


class Proofs(Struct, frozen=True):
    """What is known of earlier builds, by table key, and of the content of tables that no build made."""

    builds: Mapping[str, BuildRecord] = field(default_factory=lambda: MappingProxyType({}))
    contents: Mapping[TargetName, str] = field(default_factory=lambda: MappingProxyType({}))


class ChosenBuilds(Struct, frozen=True):
    """What is built and why, and from what; without leave to skip there are no decisions."""

    to_build: tuple[str, ...]
    decisions: tuple[WorkDecision, ...]
    bases: Mapping[str, BuildBasis]


def choose_builds(
    project: CompiledProject,
    selected: Sequence[str],
    world: ObservedWorld,
    proofs: Proofs,
    rules: SkipRules,
    target_of: Callable[[Model], TargetName],
) -> ChosenBuilds:
    """Decide on the selected models, which are given dependencies first."""
    chooser = _Chooser(project, world, proofs, rules, target_of)
    decisions: list[WorkDecision] = []
    bases: dict[str, BuildBasis] = {}
    skipped: set[str] = set()
    for name in selected:
        model = project.models[name].model
        if isinstance(model.strategy, Ephemeral):
            continue
        inputs = trace_inputs(name, project)
        basis = chooser.basis_of(name, inputs)
        bases[name] = basis
        found = chooser.decide(name, inputs, basis) if rules.may_skip else None
        if found is None or found.decision is Decision.BUILD:
            chooser.note_build(name)
        else:
            skipped.add(name)
        if found is not None:
            decisions.append(found)
    to_build = tuple(name for name in selected if name not in skipped)
    return ChosenBuilds(to_build, tuple(decisions), MappingProxyType(bases))


class _Chooser:
    """Decides model by model; knows what the run will build so far."""

    def __init__(
        self,
        project: CompiledProject,
        world: ObservedWorld,
        proofs: Proofs,
        rules: SkipRules,
        target_of: Callable[[Model], TargetName],
    ) -> None:
        self._project = project
        self._world = world
        self._proofs = proofs
        self._rules = rules
        self._target_of = target_of
        self._built_now: set[str] = set()
        self._broken = frozenset(found.model for found in project.diagnostics if found.is_error and found.model)
        self._pipeline_checks = repr((rules.checks, rules.publishes_audited))

    def note_build(self, name: str) -> None:
        self._built_now.add(table_key(self._target_of(self._project.models[name].model)))

    def basis_of(self, name: str, inputs: ModelInputs) -> BuildBasis:
        """What the model would be made from now."""
        compiled = self._project.models[name]
        found: dict[str, str | None] = {}
        for read in inputs.models:
            upstream = self._project.models[read]
            key = table_key(self._target_of(upstream.model))
            found[key] = self._marker_of(upstream, key)
        for written in inputs.sources:
            target = source_target(written)
            found[f"source {written.lower()}"] = None if target is None else self._proofs.contents.get(target)
        found |= {f"unknown {written}": None for written in inputs.unknown}
        return BuildBasis(
            recipe=self._recipe_of(compiled, inputs),
            inputs=tuple(sorted(found.items())),
            has_checks=bool(self._deciding_tests(compiled.model)) or self._has_pipeline_checks(),
        )

    def decide(self, name: str, inputs: ModelInputs, basis: BuildBasis) -> WorkDecision:
        compiled = self._project.models[name]
        target = self._target_of(compiled.model)
        reason, detail = self._reason_to_build(compiled, target, inputs, basis)
        decision = Decision.SKIP if reason is DecisionReason.SKIPPED_UNCHANGED else Decision.BUILD
        return WorkDecision(name, (target.catalog, target.schema, target.table), decision, reason, detail)

    def _reason_to_build(
        self, compiled: CompiledModel, target: TargetName, inputs: ModelInputs, basis: BuildBasis
    ) -> tuple[DecisionReason, str]:
        ineligible = self._why_ineligible(compiled, inputs)
        if ineligible:
            return DecisionReason.NOT_ELIGIBLE, ineligible
        key = table_key(target)
        record = self._proofs.builds.get(key)
        if record is None:
            return DecisionReason.NO_PRIOR_BUILD, ""
        if not record.succeeded:
            return DecisionReason.LAST_BUILD_NOT_SUCCESS, ""
        if not record.recipe:
            return DecisionReason.NO_LOGIC_KEY, "what the last build was made from was not known as a whole"
        if record.recipe != basis.recipe:
            return DecisionReason.LOGIC_CHANGED, ""
        changed = self._changed_target(compiled, target)
        if changed is not None:
            return changed
        found = self._changed_input(record, basis)
        if found is not None:
            return found
        if basis.has_checks and not record.checks_hold:
            return DecisionReason.CHECKS_NOT_PASSED, ""
        return DecisionReason.SKIPPED_UNCHANGED, ""

    def _why_ineligible(self, compiled: CompiledModel, inputs: ModelInputs) -> str:
        model = compiled.model
        if model.name in self._broken:
            return "it does not compile"
        if model.skip.eligible is False:
            return "its sidecar says so"
        if not isinstance(model.strategy, _PLAIN):
            return "its strategy"
        if model.skip.deterministic is False:
            return "its sidecar says that it is not deterministic"
        if model.skip.deterministic is None:
            for name in (model.name, *inputs.inlined, *inputs.behind_views):
                facts = self._project.models[name].facts
                if facts.unrepeatable or not facts.parsed:
                    return facts.unrepeatable or "it cannot be read"
        checks = self._rules.checks
        if checks.freshness is not None or checks.custom or checks.quarantine is not None:
            return "its pipeline makes checks that depend on more than the table"
        for test in self._deciding_tests(model):
            if test.kind not in _REPEATABLE_TESTS or test.filter is not None:
                return f"the outcome of its test '{test.kind}' may change while the table does not"
        return ""

    def _changed_target(self, compiled: CompiledModel, target: TargetName) -> tuple[DecisionReason, str] | None:
        key = table_key(target)
        observed = self._world.tables.get(target)
        if observed is None:
            return DecisionReason.TARGET_MISSING, ""
        if observed.kind != relation_kind(compiled.model):
            return DecisionReason.TARGET_CHANGED, f"there is a {observed.kind.replace('_', ' ')} in its place"
        facts = compiled.facts
        if facts.complete and [one.name.lower() for one in facts.columns] != [
            one.name.lower() for one in observed.columns
        ]:
            return DecisionReason.TARGET_CHANGED, "its table has other columns than it yields"
        if self._world.grace_periods.get(key):
            return DecisionReason.TARGET_CHANGED, "columns of its table are waiting to be dropped"
        if isinstance(compiled.model.strategy, Incremental):
            mark = self._world.watermarks.get(key)
            if mark is None or mark.is_set_by_hand:
                return DecisionReason.WATERMARK_CHANGED, "its watermark was set or deleted by hand"
        return None

    def _changed_input(self, record: BuildRecord, basis: BuildBasis) -> tuple[DecisionReason, str] | None:
        before = dict(record.inputs)
        for key, marker in basis.inputs:
            if key in self._built_now:
                return DecisionReason.UPSTREAM_CHANGED, f"{key} is built in this run"
            if marker is None:
                return DecisionReason.UPSTREAMS_NOT_ENUMERABLE, f"nothing proves whether {key} has changed"
            if before.get(key) != marker:
                return DecisionReason.UPSTREAM_CHANGED, f"{key} has changed since"
        if len(before) != len(basis.inputs):
            return DecisionReason.UPSTREAM_CHANGED, "it reads other tables"
        return None

    def _marker_of(self, upstream: CompiledModel, key: str) -> str | None:
        if key in self._built_now:
            return None
        if is_computed_when_read(upstream.model) and (
            not isinstance(upstream.model.strategy, View) or upstream.facts.unrepeatable
        ):
            return None
        record = self._proofs.builds.get(key)
        if record is None:
            return self._proofs.contents.get(self._target_of(upstream.model))
        return f"build {record.build_id}" if record.succeeded else None

    def _recipe_of(self, compiled: CompiledModel, inputs: ModelInputs) -> str:
        """All that decides what is in the table besides the tables that it reads, whose types are theirs to change."""
        model = compiled.model
        parts = [_FORMAT, self._rules.warehouse, compiled.facts.recipe_hash]
        parts += (self._project.models[name].facts.recipe_hash for name in sorted(inputs.inlined))
        parts += (
            repr((test.kind, test.column, test.severity, test.filter, tuple(test.parameters.items())))
            for test in model.tests
        )
        parts.append(self._pipeline_checks)
        return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def _deciding_tests(self, model: Model) -> Sequence[DeclarativeTest]:
        table = self._target_of(model).table.lower()
        asserted = (one.test for one in self._rules.checks.assertions if one.table.lower() == table)
        return [test for test in (*model.tests, *asserted) if test.severity is CheckSeverity.ERROR]

    def _has_pipeline_checks(self) -> bool:
        checks = self._rules.checks
        measured = (checks.row_count, checks.column_match, checks.null_rate)
        return any(one is not None for one in measured)
