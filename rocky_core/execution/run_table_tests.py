"""Makes the declarative tests of models on the tables that are there, without building anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing

from msgspec import Struct

from rocky_core.errors import RockyError
from rocky_core.execution.model_homes import by_adapter, homes_of
from rocky_core.execution.run_checks import run_checks, unmade_check
from rocky_core.execution.run_options import Site
from rocky_core.ir.model import Model
from rocky_core.ir.planned_checks import PlannedCheck
from rocky_core.ir.project import CompiledModel, CompiledProject
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.planning.check_sql import CheckedTable
from rocky_core.planning.plan_checks import CheckContext, plan_model_checks
from rocky_core.planning.resolve_masks import resolve_masks
from rocky_core.ports.warehouse import Session


class TableTest(Struct, frozen=True):
    """One test of one table, with its outcome."""

    model: Model
    check: PlannedCheck
    outcome: CheckEvaluated


def run_table_tests(
    site: Site, project: CompiledProject, models: Iterable[str], environment: str | None
) -> tuple[TableTest, ...]:
    """Every `[[tests]]` entry of the models; a warehouse that cannot be asked makes each of its tests an error."""
    homes = homes_of(site.config, project)
    tested = [name for name in models if project.models[name].model.tests]
    masks = site.config.masks(environment)
    found: list[TableTest] = []
    for adapter, names in by_adapter(tested, homes).items():
        kind = site.config.adapters[adapter].type if adapter in site.config.adapters else "duckdb"
        context = CheckContext(kind, {name: one.model.target for name, one in project.models.items()})
        planned = {name: _planned(project.models[name], masks, context) for name in names}
        try:
            with closing(site.open_warehouse(adapter, True)) as warehouse, warehouse.session() as session:
                found.extend(_made(planned, project, session))
        except RockyError as error:
            found = [one for one in found if one.model.name not in planned]
            found.extend(_unmade(planned, project, str(error)))
    return tuple(found)


def _planned(compiled: CompiledModel, masks: Mapping[str, str], context: CheckContext) -> tuple[PlannedCheck, ...]:
    table = CheckedTable(
        target=compiled.model.target,
        columns=compiled.facts.columns if compiled.facts.complete else (),
        masks=resolve_masks(compiled.model.classification, masks),
    )
    return plan_model_checks(compiled.model.tests, table, context)


def _made(
    planned: Mapping[str, tuple[PlannedCheck, ...]], project: CompiledProject, session: Session
) -> Iterator[TableTest]:
    for name, checks in planned.items():
        model = project.models[name].model
        outcomes = run_checks(name, _asset_key(model), checks, session)
        yield from (TableTest(model, check, outcome) for check, outcome in zip(checks, outcomes, strict=True))


def _unmade(
    planned: Mapping[str, tuple[PlannedCheck, ...]], project: CompiledProject, reason: str
) -> Iterator[TableTest]:
    for name, checks in planned.items():
        model = project.models[name].model
        for check in checks:
            outcome = unmade_check(name, _asset_key(model), check, CheckStatus.ERRORED, reason)
            yield TableTest(model, check, outcome)


def _asset_key(model: Model) -> tuple[str, ...]:
    return (model.target.catalog, model.target.schema, model.target.table)
