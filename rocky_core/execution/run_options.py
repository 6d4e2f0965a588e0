"""What a run is asked to do, and the outside world that it is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from rocky_core.config.pipelines import Discovery
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.dialects.base import Dialect
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.shadow import Shadow
from rocky_core.ir.state import WorkLink
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.ports.clock import Clock
from rocky_core.ports.source_catalog import SourceCatalog
from rocky_core.ports.state_store import StateStore
from rocky_core.ports.warehouse import Warehouse
from rocky_core.state.record_store import RecordStore

if TYPE_CHECKING:  # A project without hooks loads nothing of them.
    from rocky_core.hooks.dispatch import Dispatcher


class RunOptions(Struct, frozen=True):
    """The wishes of whoever starts a run; None leaves a matter to rocky.toml."""

    pipeline: str | None = None
    models: tuple[str, ...] = ()  # Selectors such as `name`, `+name`, `name+`, `tag:x`; none means all.
    filter: str | None = None  # `key=value`: only what has this value there.
    all_models: bool = False  # A replication builds the project's models once their sources are copied.
    no_prune: bool = False  # Copy what has not changed either.
    partitions: PartitionChoice = field(default_factory=PartitionChoice)
    environment: str | None = None
    parallel: int | None = None
    fail_fast: bool | None = None
    fail_on_check_error: bool | None = None
    enforce_budgets: bool = False
    session_source: str | None = None  # Who asks, for history; None leaves it to the environment.
    resume: str | None = None  # The run to go on with.
    resume_latest: bool = False
    idempotency_key: str | None = None
    checks_hold_readers: bool = False  # What reads a table whose deciding checks do not pass is blocked.
    waits_for_quota: bool = True  # Within the run, when a quota is used up.
    work: WorkLink | None = None  # What of this run is kept in the ledger, and under which name.
    skip_unchanged: bool | None = None
    force_rebuild: bool = False
    shadow: Shadow | None = None  # Build beside the real tables.
    promotes: Shadow | None = None  # The branch whose tables take the place of the real ones.
    defer_to: str | None = None  # The schema in which models are read that are not built.
    reload: bool = False  # Load files again that are loaded already.

    @property
    def selection(self) -> str:
        """The wishes that decide which tables a run is for, in one spelling; equal texts mean the same work."""
        partitions = self.partitions
        asked = (partitions.key, partitions.first, partitions.last, partitions.missing, partitions.lookback)
        window = (*asked, *partitions.keys, *partitions.left_of)
        chosen = (tuple(sorted(set(self.models))), window, self.filter, self.all_models)
        return repr((*chosen, "reload") if self.reload else chosen)


def _no_hooks(pipeline: str) -> Dispatcher | None:
    del pipeline
    return None


class Site(Struct, frozen=True):
    """A project with the means to reach its warehouse and its memory; each is opened when it is asked for."""

    config: RockyConfig
    root: Path  # The folder of rocky.toml; plans are kept below it.
    clock: Clock
    compile: Callable[[], CompiledSite]
    open_warehouse: Callable[[str, bool], Warehouse]  # The adapter's name, and whether only to read.
    open_local: Callable[[], Warehouse]  # An empty DuckDB in the memory of this process.
    open_state: Callable[[str], tuple[StateStore, tuple[str, ...]]]  # The pipeline; warnings come with the store.
    read_state: Callable[[str | None], StateStore | None]  # None if there is no state yet.
    # How a warehouse (of the first adapter) reads what another adapter holds: under which catalog, the one asked for
    # or its own. And who knows the sources that are to be found so.
    attach: Callable[[Warehouse, str, str, str], str]
    open_sources: Callable[[Warehouse, str, Discovery, str], SourceCatalog]
    state_file: Callable[[str | None], Path]  # Raises UserError where the state is not a file.
    has_state: Callable[[str | None], bool]  # False if there is no state yet; a server always has one.
    has_local_state: Callable[[], bool]  # Of the project as a whole, on this machine.
    open_place: Callable[[str, str | None], RecordStore]  # `local`, `remote` or a file, whatever the state is kept in.
    open_hooks: Callable[[str], Dispatcher | None] = _no_hooks  # Of a pipeline's run; None if nothing is hooked.


class CompiledSite(Struct, frozen=True):
    """The compiled project and the dialect it is written in."""

    project: CompiledProject
    dialect: Dialect
