"""What the workers of one run share."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Final

from msgspec import Struct, field

from rocky_core.execution.build_ledger import BuildLedger
from rocky_core.execution.cost import FREE, Prices
from rocky_core.execution.created_schemas import CreatedSchemas
from rocky_core.execution.retry import Retries
from rocky_core.execution.run_hooks import RunHooks
from rocky_core.execution.throttle import Throttle
from rocky_core.ir.run import RunEvent
from rocky_core.ir.shadow import Shadow
from rocky_core.ir.state import Lease, WorkLink
from rocky_core.ports.clock import Clock
from rocky_core.ports.state_store import StateStore
from rocky_core.ports.warehouse import StatementTag, Warehouse

_UNLIMITED: Final = 1_000


class RunContext(Struct, frozen=True):
    """The outside world of a run, its lease, and how it is told to stop."""

    run_id: str
    pipeline: str
    warehouse: Warehouse
    store: StateStore
    lease: Lease
    clock: Clock
    retries: Retries
    interrupted: Event  # Set from outside: stop what runs, start nothing more.
    emit: Callable[[RunEvent], None]  # Called from any thread.
    open_local: Callable[[], Warehouse]  # An empty DuckDB in the memory of this process.
    work: WorkLink | None = None
    shadow: Shadow | None = None
    builds: BuildLedger = field(default_factory=BuildLedger)
    hooks: RunHooks = field(default_factory=RunHooks)
    prices: Prices = FREE
    throttle: Throttle = field(default_factory=lambda: Throttle(_UNLIMITED))
    created_schemas: CreatedSchemas = field(default_factory=CreatedSchemas)

    def tag(self, table: str) -> StatementTag:
        """What the warehouse's own history is to show with each statement that is run for a table."""
        return StatementTag(self.run_id, self.pipeline, table)
