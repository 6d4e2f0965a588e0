"""What the tables of one run are made from: what was known before it, and what it has built itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from rocky_core.ir.builds import BuildBasis, BuildRecord
from rocky_core.ir.checks import CheckSeverity
from rocky_core.ir.plan import Plan, PlannedTable
from rocky_core.ir.replace import replace
from rocky_core.ir.state import table_key


class BuildLedger:
    """Guards the builds of a run; used by the thread that starts and ends tables."""

    def __init__(self, bases: Mapping[str, BuildBasis] = MappingProxyType({})) -> None:
        self._bases = bases
        self._built: dict[str, str] = {}

    def basis_of(self, table: PlannedTable) -> BuildBasis | None:
        """What the table is made from if it starts now, when all that it waits for is written."""
        basis = self._bases.get(table.name)
        if basis is None:
            return None
        inputs = ((key, f"build {self._built[key]}" if key in self._built else marker) for key, marker in basis.inputs)
        return replace(basis, inputs=tuple(inputs))

    def note(self, table: PlannedTable, build_id: str) -> None:
        """The table was written."""
        self._built[table_key(table.target)] = build_id

    def confirmed(self, plan: Plan, passed: Collection[tuple[str, str]]) -> Mapping[str, str]:
        """The builds, by table key, of which every check that decides is among those (model and check) that passed."""
        found: dict[str, str] = {}
        for table in plan.tables:
            key, basis = table_key(table.target), self._bases.get(table.name)
            if basis is None or not basis.has_checks or key not in self._built:
                continue
            checks = (*table.checks, *(() if table.audit is None else table.audit.checks))
            deciding = {(table.name, one.name) for one in checks if one.severity is CheckSeverity.ERROR}
            if deciding.issubset(passed):
                found[key] = self._built[key]
        return found


def record_of(run_id: str, build_id: str, basis: BuildBasis | None) -> BuildRecord:
    """What is to be remembered of a build that succeeded; without knowing all inputs, only that there was one."""
    if basis is None:
        return BuildRecord(run_id, build_id, succeeded=True)
    known = tuple((key, marker) for key, marker in basis.inputs if marker is not None)
    if len(known) < len(basis.inputs):
        return BuildRecord(run_id, build_id, succeeded=True)
    return BuildRecord(run_id, build_id, succeeded=True, recipe=basis.recipe, inputs=known)
