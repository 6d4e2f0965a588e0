"""How long tables keep their rows: what is overdue, and its deletion, each table for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, nullcontext
from datetime import datetime, timedelta

from msgspec import UNSET

from rocky_core.errors import RockyError
from rocky_core.execution.model_homes import by_adapter, homes_of
from rocky_core.execution.run_options import Site
from rocky_core.execution.run_pipeline import new_run_id
from rocky_core.ir.model import Model
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.state import LeaseRequest
from rocky_core.planning.plan_retention import PlannedSweep, plan_sweep, retention_column, unsweepable
from rocky_core.ports.warehouse import Session, Transactions, Warehouse
from rocky_core.results.retention import RetentionStatus, SweptModel
from rocky_core.state.hold_lease import DEFAULT_TTL, HeldLease, hold_lease
from rocky_core.state.process import this_process


def retention_status(
    site: Site, project: CompiledProject, names: Iterable[str], *, looks: bool
) -> tuple[RetentionStatus, ...]:
    """What every model keeps; with `looks` the tables are asked for rows that are older."""
    models = [project.models[name].model for name in names]
    if not looks:
        # The warehouses that models are run on have no retention of their own to compare with.
        return tuple(
            RetentionStatus(
                model=model.name, configured_days=model.retention_days, in_sync=model.retention_days is None
            )
            for model in models
        )
    found = {one.model: one for one in _looked_at(site, project, [one for one in models if one.retention_days])}
    return tuple(
        found.get(model.name) or RetentionStatus(model=model.name, configured_days=None, in_sync=True)
        for model in models
    )


def retention_sweep(
    site: Site, project: CompiledProject, names: Iterable[str], *, dry_run: bool
) -> tuple[SweptModel, ...]:
    """Delete the rows that are older than their models keep them; one table that cannot be swept stops no other.

    Rows are deleted under the lease of the pipeline that builds the model, so that no run writes meanwhile.
    """
    homes = homes_of(site.config, project)
    now = site.clock.now()
    kept = [project.models[name].model for name in names if project.models[name].model.retention_days]
    groups: dict[tuple[str | None, str], list[Model]] = {}
    for model in kept:
        home = homes[model.name]
        groups.setdefault((home.pipeline, home.adapter), []).append(model)
    swept: dict[str, SweptModel] = {}
    for (pipeline, adapter), models in groups.items():
        if pipeline is None:
            reason = "no pipeline builds it, so nothing says whether a run is writing it"
            swept.update({model.name: _failed(model, now, reason) for model in models})
            continue
        swept.update({one.model: one for one in _swept(site, pipeline, adapter, models, dry_run=dry_run)})
    return tuple(swept[model.name] for model in kept)


def _looked_at(site: Site, project: CompiledProject, models: Sequence[Model]) -> Iterator[RetentionStatus]:
    by_name = {model.name: model for model in models}
    now = site.clock.now()
    for adapter, names in by_adapter(by_name, homes_of(site.config, project)).items():
        try:
            with closing(site.open_warehouse(adapter, True)) as warehouse, warehouse.session() as session:
                for name in names:
                    yield _status(by_name[name], warehouse, session, now)
        except RockyError as error:
            for name in names:
                yield _unknown(by_name[name], str(error))


def _status(model: Model, warehouse: Warehouse, session: Session, now: datetime) -> RetentionStatus:
    try:
        planned = _planned(model, warehouse, now)
        if planned is None:
            return RetentionStatus(model=model.name, configured_days=model.retention_days, in_sync=True, rows_overdue=0)
        if isinstance(planned, str):
            return _unknown(model, planned)
        overdue = _number(session, planned.count)
        oldest = session.query(planned.oldest).rows[0][0]
    except RockyError as error:
        return _unknown(model, str(error))
    return RetentionStatus(
        model=model.name,
        configured_days=model.retention_days,
        in_sync=overdue == 0,
        column=planned.column,
        oldest=None if oldest is None else str(oldest),
        rows_overdue=overdue,
        reason=UNSET if overdue == 0 else "rows are overdue; `rocky retention-sweep` deletes them",
    )


def _unknown(model: Model, reason: str) -> RetentionStatus:
    return RetentionStatus(model=model.name, configured_days=model.retention_days, in_sync=False, reason=reason)


def _swept(site: Site, pipeline: str, adapter: str, models: Sequence[Model], *, dry_run: bool) -> Iterator[SweptModel]:
    now = site.clock.now()
    done: set[str] = set()
    try:
        with ExitStack() as stack:
            held = None if dry_run else _lease(site, pipeline, stack)
            warehouse = stack.enter_context(closing(site.open_warehouse(adapter, dry_run)))
            session = stack.enter_context(warehouse.session())
            for model in models:
                done.add(model.name)
                yield _sweep(model, warehouse, session, held, now)
    except RockyError as error:
        for model in models:
            if model.name not in done:
                yield _failed(model, now, str(error))


def _lease(site: Site, pipeline: str, stack: ExitStack) -> HeldLease:
    store, _ = site.open_state(pipeline)
    stack.enter_context(closing(store))
    request = LeaseRequest(pipeline, new_run_id(site.clock), this_process(), DEFAULT_TTL)
    return stack.enter_context(hold_lease(store, request))


def _sweep(model: Model, warehouse: Warehouse, session: Session, held: HeldLease | None, now: datetime) -> SweptModel:
    try:
        planned = _planned(model, warehouse, now)
        if planned is None:
            return _result(model, now, retention_column(model), 0)
        if isinstance(planned, str):
            return _failed(model, now, planned)
        if held is None:
            return _result(model, now, planned.column, _number(session, planned.count))
        is_alone = warehouse.capabilities.transactions is Transactions.NONE
        with nullcontext() if is_alone else session.transaction():
            count = _number(session, planned.count)
            if is_alone:
                held.check()  # What is deleted cannot be taken back.
            session.execute(planned.delete)
            if not is_alone:
                held.check()
    except RockyError as error:
        return _failed(model, now, str(error))
    return _result(model, now, planned.column, count)


def _planned(model: Model, warehouse: Warehouse, now: datetime) -> PlannedSweep | str | None:
    """The statements, why there are none, or None where there is no table yet."""
    column, reason = retention_column(model), unsweepable(model)
    if reason is not None or column is None:
        return reason or "no column says how old a row is"
    table = warehouse.describe((model.target,)).get(model.target)
    if table is None:
        return None
    return plan_sweep(model.target, column, table, _cutoff(model, now), warehouse.dialect_name)


def _cutoff(model: Model, now: datetime) -> datetime:
    return (now - timedelta(days=model.retention_days or 0)).replace(microsecond=0)


def _number(session: Session, query: str) -> int:
    value = session.query(query).rows[0][0]
    return value if isinstance(value, int) else 0


def _failed(model: Model, now: datetime, reason: str) -> SweptModel:
    return _result(model, now, retention_column(model), 0, reason)


def _result(model: Model, now: datetime, column: str | None, rows: int, error: str | None = None) -> SweptModel:
    return SweptModel(
        model=model.name,
        target=str(model.target),
        column=column,
        configured_days=model.retention_days or 0,
        cutoff=_cutoff(model, now).isoformat(),
        rows_deleted=rows,
        success=error is None,
        error=UNSET if error is None else error,
    )
