"""What the ledgers of tables say of the files that they hold, and of files that were begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rocky_core.dialects.statements.file_loads import ledger_of, read_ledger
from rocky_core.dialects.statements.load_records import read_records
from rocky_core.dialects.statements.render_model import shapes_of
from rocky_core.ir.load import BegunFile, HeldFile, Ledger
from rocky_core.ir.names import TargetName
from rocky_core.ports.warehouse import Row, Warehouse


def read_ledgers(warehouse: Warehouse, targets: Iterable[TargetName]) -> Mapping[TargetName, Ledger]:
    """The ledger of each table; an empty one where none was ever kept."""
    targets = tuple(targets)
    shapes = shapes_of(warehouse.dialect_name)
    there = warehouse.describe({ledger_of(target) for target in targets})
    ledgers: dict[TargetName, Ledger] = {}
    with warehouse.session() as session:
        for target in targets:
            if there[ledger_of(target)] is None:
                ledgers[target] = Ledger()
            elif shapes.names_loads:
                ledgers[target] = fold_records(session.query(read_records(shapes, target)).rows)
            else:
                ledgers[target] = Ledger(tuple(map(_held, session.query(read_ledger(shapes, target)).rows)))
    return ledgers


def fold_records(notes: Iterable[Row]) -> Ledger:
    """What notes on loads come to, in their order: the first file of another batch takes the place of all others."""
    held: dict[str, HeldFile] = {}
    begun: dict[str, BegunFile] = {}
    batch_now, last_name = "", None
    for path, content_hash, batch, size, name, rows, noted_at in notes:
        if not path:  # The table was not there.
            held, begun, batch_now, last_name = {}, {}, "", None
            continue
        file = str(path)
        if rows is None:
            begun[file], last_name = BegunFile(file, str(content_hash), str(batch), str(name)), str(name)
            continue
        if batch and batch != batch_now:
            held = {}
        batch_now = str(batch)
        held[file] = HeldFile(file, str(content_hash), batch_now, int(str(size)), int(str(rows)), str(noted_at))
        begun.pop(file, None)
    return Ledger(tuple(held[file] for file in sorted(held)), tuple(begun[file] for file in sorted(begun)), last_name)


def _held(row: Row) -> HeldFile:
    path, content_hash, batch, size, rows, loaded_at = map(str, row)
    return HeldFile(path, content_hash, batch, int(size), int(rows), loaded_at)
