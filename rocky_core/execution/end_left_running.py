"""Ends what killed runs have left running in the warehouse, so that what is read there afterwards stays true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rocky_core.errors import WarehouseError
from rocky_core.ir.run import RunWarning
from rocky_core.ir.state import WriteIntent
from rocky_core.ports.warehouse import Warehouse


def end_left_running(warehouse: Warehouse, intents: Iterable[WriteIntent]) -> Iterator[RunWarning]:
    """Have every statement stopped that still runs for a run which left these writes open, and say how many there were.

    What takes a while is said before.

    Raises a WarehouseError if it cannot be made sure that none runs on; nothing was changed then.
    """
    run_ids = sorted({intent.run_id for intent in intents})
    if not run_ids:
        return
    runs = f"run{'s' if len(run_ids) > 1 else ''} {', '.join(run_ids)}"
    if warehouse.capabilities.asks_after_statements:
        yield RunWarning(f"looking in the warehouse for what the unfinished {runs} may have left running")
    try:
        count = warehouse.end_statements(run_ids)
    except WarehouseError as error:
        failure = type(error)(
            f"It could not be made sure that nothing of the unfinished {runs} is still running in the warehouse, "
            f"so this run has not begun: {error.message}",
            statement=error.statement,
        )
        failure.in_doubt = False  # Of what this run does, nothing was done yet.
        raise failure from error
    if count:
        told = "1 statement was" if count == 1 else f"{count} statements were"
        yield RunWarning(f"of the unfinished {runs} {told} still running in the warehouse, and had to be stopped first")
