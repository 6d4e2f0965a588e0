"""Sets the failing rows of a written table apart."""

from __future__ import annotations

from collections.abc import Callable

from rocky_core.errors import StateError
from rocky_core.execution.run_step import run_step
from rocky_core.execution.shown_error import shown_error
from rocky_core.ir.plan import PlannedQuarantine
from rocky_core.ir.run import TableQuarantined
from rocky_core.ports.warehouse import Session


def run_quarantine(
    name: str,
    asset_key: tuple[str, ...],
    quarantine: PlannedQuarantine,
    session: Session,
    before_commit: Callable[[], None],
) -> TableQuarantined:
    """Run the quarantine; what goes wrong is its outcome. A StateError from `before_commit` is passed on."""
    mode = quarantine.mode.value
    if quarantine.problem is not None:
        return TableQuarantined(name, asset_key, mode, error=quarantine.problem)
    done = "nothing was set apart"
    try:
        run_step(quarantine.step, session, before_commit)
        done = "failing rows were set apart but not counted"
        valid = _count(quarantine.valid_count, session)
        apart = _count(quarantine.quarantined_count, session)
    except StateError:  # The run as a whole may not write any more.
        raise
    except Exception as error:  # noqa: BLE001 — one table's quarantine, whatever happens, is reported as its own
        return TableQuarantined(
            name, asset_key, mode, error=f"{done}: {shown_error(error, 'the quarantine', quarantine.masks)}"
        )
    return TableQuarantined(
        name=name,
        asset_key=asset_key,
        mode=mode,
        valid_table=None if quarantine.valid_table is None else str(quarantine.valid_table),
        quarantine_table=None if quarantine.quarantine_table is None else str(quarantine.quarantine_table),
        valid_rows=valid,
        quarantined_rows=apart,
    )


def _count(statement: str | None, session: Session) -> int | None:
    return None if statement is None else int(str(session.query(statement).rows[0][0]))
