"""DuckDB that is opened only when the last look at its file does not answer what is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from rocky_core.errors import TransientFailure
from rocky_core.warehouses.duckdb.last_look import Look, fingerprint, remember, wait_for_the_next_tick
from rocky_core.warehouses.duckdb.options import CAPABILITIES

if TYPE_CHECKING:
    from rocky_core.ir.names import TargetName
    from rocky_core.ir.world import ObservedColumn, ObservedTable
    from rocky_core.ports.warehouse import AuthLink, QueryEstimate, Session, StatementCost, StatementTag
    from rocky_core.warehouses.duckdb.options import DuckDBOptions
    from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse


class RememberingWarehouse:
    """Guards what is known of the file, and the database once it is open.

    Tables are described, and their contents marked, from memory as long as that answers everything asked. When the
    database has to be opened after all, the file must still be as it was then. While it is open nobody else can write
    to it; if nobody has in the end, what was seen is remembered.
    """

    dialect_name: Final = "duckdb"
    capabilities: Final = CAPABILITIES
    auth_chain: Final[tuple[AuthLink, ...]] = ()

    def __init__(
        self,
        options: DuckDBOptions,
        connect: Callable[[DuckDBOptions], DuckDBWarehouse],
        memory: Path,
        recalled: Look | None,
    ) -> None:
        self._options = options
        self._connect = connect
        self._memory = memory
        self._file = Path(options.path)
        self._recalled = recalled
        self._opening = Lock()
        self._opened: DuckDBWarehouse | None = None
        self._seen_when_opened: str | None = None
        self._is_private = True  # Nothing was run in it but what is asked here: no other file is attached.
        self._described: dict[TargetName, ObservedTable | None] = {}
        self._marked: dict[TargetName, str] = {}
        if recalled is None:
            self._open()

    @property
    def max_concurrency(self) -> int:
        return self._options.max_concurrency

    @contextmanager
    def session(self, *, timeout_seconds: float | None = None, tag: StatementTag | None = None) -> Iterator[Session]:
        self._is_private = False
        with self._open().session(timeout_seconds=timeout_seconds, tag=tag) as session:
            yield session

    def describe(self, targets: Iterable[TargetName]) -> Mapping[TargetName, ObservedTable | None]:
        wanted = tuple(targets)
        if self._opened is None and self._recalled is not None and all(one in self._recalled.tables for one in wanted):
            return {one: self._recalled.tables[one] for one in wanted}
        found = self._open().describe(wanted)
        self._described.update(found)
        return found

    def content_markers(
        self, tables: Iterable[ObservedTable], *, most_rows: int | None = None
    ) -> Mapping[TargetName, str]:
        wanted = tuple(tables)
        known = self._recalled.markers if self._opened is None and self._recalled is not None else {}
        if wanted and most_rows is None and all(one.target in known for one in wanted):
            return {one.target: known[one.target] for one in wanted}
        found = self._open().content_markers(wanted, most_rows=most_rows)
        if most_rows is None:
            # What a view shows may lie in other files.
            self._marked.update({one.target: found[one.target] for one in wanted if _is_own(one, found)})
        return found

    def describe_query(self, query: str) -> tuple[ObservedColumn, ...]:
        return self._open().describe_query(query)

    def estimate_query(self, query: str) -> QueryEstimate:
        return self._open().estimate_query(query)

    def costs(self, job_ids: Iterable[str]) -> Mapping[str, StatementCost]:
        return self._open().costs(tuple(job_ids))

    def end_statements(self, run_ids: Collection[str]) -> int:
        """None, for which nothing is opened: what a process runs ends with it."""
        del run_ids
        return 0

    def list_schemas(self, prefix: str = "", *, catalog: str = "") -> tuple[str, ...]:
        return self._open().list_schemas(prefix, catalog=catalog)

    def list_tables(self, schema: str, *, catalog: str = "") -> tuple[str, ...]:
        return self._open().list_tables(schema, catalog=catalog)

    def cancel(self) -> None:
        if self._opened is not None:
            self._opened.cancel()

    def ping(self) -> None:
        self._open().ping()

    def close(self) -> None:
        """Let go of the file, and remember what was seen in it if it was left as it was."""
        if self._opened is None:
            return
        if self._is_private and self._seen_when_opened is not None and self._described:
            wait_for_the_next_tick(self._file)  # While nobody else can write.
        self._opened.close()
        seen = self._seen_when_opened
        if self._is_private and seen is not None and self._described and fingerprint(self._file) == seen:
            remember(self._memory, Look(seen, self._described, self._marked))

    def _open(self) -> DuckDBWarehouse:
        with self._opening:
            if self._opened is None:
                opened = self._connect(self._options)
                seen = fingerprint(self._file)
                if self._recalled is not None and seen != self._recalled.seen:
                    opened.close()
                    raise TransientFailure(
                        f"{self._file.name} was written by another process while this run was being planned; "
                        "nothing was changed"
                    )
                self._opened, self._seen_when_opened = opened, seen
            return self._opened


def _is_own(table: ObservedTable, markers: Mapping[TargetName, str]) -> bool:
    return table.kind == "table" and table.target in markers
