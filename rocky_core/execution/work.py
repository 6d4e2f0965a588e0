"""What a run needs to know of a pipeline, whatever its type: which tables, and what is to be done to each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.observe import MarkedTable, Outside
from rocky_core.ir.plan import Plan
from rocky_core.ir.state import LoadedFile
from rocky_core.ir.world import Watermark
from rocky_core.ports.warehouse import Warehouse


class Work(Protocol):
    """What one pipeline is asked to do; one implementation per type of pipeline, made by `make_work`."""

    @property
    def pipeline(self) -> ChosenPipeline: ...

    def marked_tables(self, warehouse: Warehouse) -> Iterable[MarkedTable]:
        """The tables that can tell whether a write landed that was cut short.

        All of the pipeline's, those that were not asked for included: what was cut short need not be what is run next.
        """
        ...

    def unrecorded_files(self, tables: Collection[str], outside: Outside) -> tuple[LoadedFile, ...]:
        """Files whose rows are in these tables (by `table_key`) though the run that loaded them could not say so."""
        ...

    def plan(self, outside: Outside, proven: Mapping[str, Watermark | None]) -> Plan:
        """Look at the warehouse and the state, and write down what a run would do now.

        `proven` are watermarks that take the place of stored ones.

        Raises:
            UserError: as a whole the wishes cannot be fulfilled; what is wrong with one table is in the plan.

        """
        ...
