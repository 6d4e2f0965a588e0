"""The work of promoting a branch: its tables take the place of the real ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.dialects.statements.tables import create_schema, drop_relation
from rocky_core.errors import UserError
from rocky_core.execution.attach_checks import attach_checks
from rocky_core.execution.audit_tables import Planning
from rocky_core.execution.observe import MarkedTable, Outside, observe
from rocky_core.execution.transformation_work import TransformationWork
from rocky_core.ir.plan import NewWatermark, Plan, PlannedTable, Step
from rocky_core.ir.replace import replace
from rocky_core.ir.shadow import Shadow
from rocky_core.ir.strategy import Ephemeral, Incremental
from rocky_core.ir.world import ObservedTable, ObservedWorld, Watermark
from rocky_core.planning.build_plan import build_plan
from rocky_core.planning.trace_inputs import is_computed_when_read
from rocky_core.ports.warehouse import Warehouse

if TYPE_CHECKING:
    from rocky_core.dialects.statements.shapes import StatementShapes
    from rocky_core.execution.choose_pipeline import ChosenPipeline
    from rocky_core.ir.names import TargetName
    from rocky_core.ir.project import CompiledModel
    from rocky_core.ir.state import LoadedFile

PURPOSE = "promote"


class PromoteWork(Struct, frozen=True):
    """The models of a run, whose tables are taken from a branch; `models` is the same work on the real tables."""

    models: TransformationWork
    branch: Shadow

    @property
    def pipeline(self) -> ChosenPipeline:
        return self.models.pipeline

    def marked_tables(self, warehouse: Warehouse) -> Iterator[MarkedTable]:
        """Those of the models."""
        return self.models.marked_tables(warehouse)

    def unrecorded_files(self, tables: Collection[str], outside: Outside) -> tuple[LoadedFile, ...]:
        """None: models are not made of files."""
        del tables, outside
        return ()

    def plan(self, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
        """Every model that is in the branch: its table copied, its view made anew over the real tables."""
        work, project = self.models, self.models.project
        names = [name for name in work.names if not isinstance(project.models[name].model.strategy, Ephemeral)]
        real = [project.models[name].model.target for name in names]
        world = observe((), (*real, *map(self.branch.of, real)), outside, proven)
        built = [name for name in names if world.tables.get(self._shadow_of(project.models[name])) is not None]
        if not built:
            raise UserError(
                f"nothing of branch '{self.branch.branch}' has been built",
                hint=f"`rocky run --branch {self.branch.branch}` builds it",
            )
        plan = build_plan(project, built, world, work.options)
        shapes = shapes_of(work.options.dialect_name)
        made: set[TargetName] = {target for target in real if world.tables.get(target) is not None}
        tables = []
        for table in plan.tables:
            compiled = project.models[table.name]
            if table.refusal is None and not is_computed_when_read(compiled.model):
                table = self._promoted(table, compiled, world, shapes, made)  # noqa: PLW2901 — one or the other
            tables.append(table)
        rules = replace(work.checks, publishes_audited=False)  # It was looked at in the branch.
        plan = replace(plan, tables=tuple(tables), excluded=())
        return attach_checks(plan, Planning(project, world, work.options), rules)

    def _shadow_of(self, compiled: CompiledModel) -> TargetName:
        return self.branch.of(compiled.model.target)

    def _promoted(
        self,
        table: PlannedTable,
        compiled: CompiledModel,
        world: ObservedWorld,
        shapes: StatementShapes,
        made: set[TargetName],
    ) -> PlannedTable:
        target, source = table.target, self._shadow_of(compiled)
        found: ObservedTable | None = world.tables.get(target)
        statements: tuple[str, ...] = (
            f"CREATE OR REPLACE TABLE {shapes.table(target)} AS SELECT * FROM {shapes.table(source)}",
        )
        lost = None if found is None else f"what {target} holds: the table of the branch takes its place"
        if found is not None and found.is_view:
            statements = (drop_relation(shapes, target, found.kind), *statements)
        has_schema = any(one.folded()[:2] == target.folded()[:2] for one in made)
        before = () if has_schema or not target.schema else (Step("create_schema", (create_schema(shapes, target),)),)
        made.add(target)
        strategy = compiled.model.strategy
        column = strategy.timestamp_column if isinstance(strategy, Incremental) else None
        return replace(
            table,
            strategy=PURPOSE,
            steps=(
                *before,
                Step(
                    PURPOSE, statements, is_atomic=len(statements) > 1 and shapes.has_transactional_ddl, destroys=lost
                ),
            ),
            drift_action=None,
            drift_reason=None,
            grace_periods=(),
            partition=None,
            watermark_column=column,
            new_watermark=NewWatermark.KEEP if column is None else NewWatermark.MAX_OF_TARGET,
        )
