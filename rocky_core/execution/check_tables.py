"""Makes the checks of tables as they are now, without building anything."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

from rocky_core.errors import RockyError, StatementCancelled
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.make_work import make_work
from rocky_core.execution.observe import NothingRemembered, Outside
from rocky_core.execution.run_checks import run_checks, unmade_check
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.transformation_work import TransformationWork
from rocky_core.ir.plan import PlannedTable
from rocky_core.ir.replace import replace
from rocky_core.ir.run import CheckEvaluated, CheckStatus
from rocky_core.ports.warehouse import Warehouse

_AT_ONCE = 4


def check_tables(site: Site, options: RunOptions, interrupted: Event) -> Iterator[CheckEvaluated]:
    """The outcome of every check of the chosen models; nothing is written, neither tables nor state.

    Raises:
        UserError: the wishes cannot be fulfilled.
        WarehouseError: the warehouse cannot be reached.

    """
    pipeline = choose_pipeline(site.config, options.pipeline)
    work = make_work(site, pipeline, options)
    if isinstance(work, TransformationWork):
        # What was to be published is not there any more, so audited tables are checked like all others.
        work = replace(work, checks=replace(work.checks, publishes_audited=False))
    with closing(site.open_warehouse(pipeline.adapter, True)) as warehouse:
        plan = work.plan(Outside(warehouse, NothingRemembered(), site.clock), {})
        tables = [table for table in plan.tables if table.checks]
        with ThreadPoolExecutor(min(_AT_ONCE, warehouse.max_concurrency)) as workers:
            try:
                for found in workers.map(lambda table: _check(table, warehouse, interrupted), tables):
                    yield from found
            except BaseException:  # Also when the caller closes this generator.
                interrupted.set()
                warehouse.cancel()
                raise


def _check(table: PlannedTable, warehouse: Warehouse, interrupted: Event) -> tuple[CheckEvaluated, ...]:
    if interrupted.is_set():
        raise StatementCancelled("the checks were interrupted")
    try:
        with warehouse.session() as session:
            return tuple(run_checks(table.name, table.asset_key, table.checks, session))
    except RockyError as error:
        return tuple(
            unmade_check(table.name, table.asset_key, check, CheckStatus.ERRORED, str(error)) for check in table.checks
        )
