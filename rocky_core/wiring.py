"""The composition root: from configuration to an open warehouse and an open state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from rocky_core.config.adapters import Adapter
from rocky_core.config.pipelines import Discovery
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.execution.run_options import CompiledSite, Site
from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.replace import replace
from rocky_core.ports.clock import Clock
from rocky_core.ports.source_catalog import SourceCatalog
from rocky_core.ports.state_store import StateStore
from rocky_core.ports.warehouse import Warehouse

if TYPE_CHECKING:
    from rocky_core.hooks.dispatch import Dispatcher
    from rocky_core.state.record_store import RecordStore
    from rocky_core.warehouses.duckdb.options import DuckDBOptions
    from rocky_core.warehouses.duckdb.warehouse import DuckDBWarehouse

_IN_MEMORY: Final = ":memory:"
_MOTHERDUCK: Final = "md:"  # What its paths begin with.
_LOOKS: Final = Path(".rocky/cache/looks")  # Below the project's root.


class Places(Struct, frozen=True):
    """Where a project lies and where its state is to be kept."""

    root: Path  # The folder of rocky.toml.
    models_dir: Path
    state_path: Path | None = None
    state_namespace: str | None = None
    remote_state: Callable[[Clock], RecordStore] | None = None
    connection_settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def open_site(config: RockyConfig, places: Places, compile_project: Callable[[], CompiledSite]) -> Site:
    """The project with the means to reach its warehouse and its state; nothing is opened yet."""
    clock = SystemClock()
    return Site(
        config=config,
        root=places.root,
        clock=clock,
        compile=compile_project,
        open_warehouse=lambda adapter, read_only: open_warehouse(
            config, adapter, places.root, read_only=read_only, settings=places.connection_settings
        ),
        open_local=_open_local,
        attach=lambda warehouse, own, other, catalog: attach(config, places.root, warehouse, (own, other), catalog),
        open_sources=lambda warehouse, own, discovery, catalog: _find_sources(
            config,
            clock,
            discovery,
            lambda: _schemas_of(config, places.root, warehouse, (own, discovery.adapter), catalog),
        ),
        open_state=lambda pipeline: _open_state(config, places, clock, pipeline),
        read_state=lambda pipeline: _read_state(config, places, clock, pipeline),
        state_file=lambda pipeline: _state_file(config, places, pipeline)[0],
        has_state=lambda pipeline: (
            _remote(config, places, pipeline) is not None or _state_file(config, places, pipeline)[0].exists()
        ),
        has_local_state=lambda: _has_local_state(config, places),
        open_place=lambda name, pipeline: _open_place(config, places, clock, (name, pipeline)),
        open_hooks=lambda pipeline: _open_hooks(config, places, clock, pipeline),
    )


def open_warehouse(
    config: RockyConfig,
    name: str,
    root: Path,
    *,
    read_only: bool,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Warehouse:
    """Connect to an adapter of rocky.toml.

    Raises:
        UserError: there is no such adapter, or models cannot be run on its type.
        WarehouseError: it does not answer.

    """
    adapter = _adapter(config, name)
    if adapter.type == "duckdb":
        return _open_duckdb(adapter, root, settings, read_only=read_only)
    from rocky_core.cloud_warehouses import open_service  # noqa: PLC0415 — only projects on a service need it

    return open_service(name, adapter, root)


def attach(config: RockyConfig, root: Path, warehouse: Warehouse, adapters: tuple[str, str], catalog: str) -> str:
    """Make what the second adapter holds readable in the warehouse of the first; the catalog under which it is.

    Raises:
        UserError: there is no such adapter, or no way from the one to the other.
        WarehouseError: it does not answer.

    """
    own, other = (_adapter(config, name) for name in adapters)
    if adapters[0] == adapters[1]:
        return catalog
    if (own.type, other.type) != ("duckdb", "duckdb") or not other.path:
        raise UserError(
            f"'{adapters[0]}' cannot read what '{adapters[1]}' holds: only files of DuckDB are read across adapters",
            hint="copy within one adapter",
        )
    here, there = (_place(adapter, root) for adapter in (own, other))
    if here == there:
        return catalog
    if other.token is not None and other.token.get_secret_value() and not _share_token(own, other):
        raise UserError(
            f"'{adapters[0]}' cannot read what '{adapters[1]}' holds: a connection has one token of MotherDuck, and"
            f" [adapter.{adapters[1]}] has another",
            hint=f"set the same token in both, with a path that begins with md: in [adapter.{adapters[0]}]",
        )
    from rocky_core.warehouses.duckdb.attach import attach_file  # noqa: PLC0415 — see `_open_duckdb`

    with warehouse.session() as session:
        return attach_file(session, there, catalog)


def _find_sources(
    config: RockyConfig, clock: Clock, discovery: Discovery, schemas: Callable[[], SourceCatalog]
) -> SourceCatalog:
    """What knows the sources of an adapter; `schemas` where these are schemas of a warehouse."""
    name = discovery.adapter
    finder = _adapter(config, name)
    match finder.type:  # Each is imported only by projects that use it.
        case "manual":
            from rocky_core.sources.manual import ManualSources  # noqa: PLC0415 — see above

            return ManualSources(finder)
        case "fivetran":
            from rocky_core.sources.fivetran import FivetranSources  # noqa: PLC0415 — see above

            return FivetranSources(name, finder, clock, with_external_ids=discovery.on_collision != "off")
        case "airbyte":
            from rocky_core.sources.airbyte import AirbyteSources  # noqa: PLC0415 — see above

            return AirbyteSources(name, finder, clock)
        case "iceberg":
            from rocky_core.sources.iceberg import IcebergSources  # noqa: PLC0415 — see above

            return IcebergSources(name, finder, clock)
        case "duckdb" | "snowflake" | "bigquery" | "databricks":
            return schemas()
        case other:
            raise UserError(
                f"adapter '{name}' is of type '{other}', and sources are not found there",
                hint="find them on a warehouse, fivetran, airbyte or iceberg, or list them in an adapter of type"
                ' "manual"',
            )


def _schemas_of(
    config: RockyConfig, root: Path, warehouse: Warehouse, adapters: tuple[str, str], catalog: str
) -> SourceCatalog:
    from rocky_core.sources.warehouse_schemas import WarehouseSchemas  # noqa: PLC0415 — only replications discover

    return WarehouseSchemas(warehouse, catalog=attach(config, root, warehouse, adapters, catalog))


def _adapter(config: RockyConfig, name: str) -> Adapter:
    adapter = config.adapters.get(name)
    if adapter is None:
        raise UserError(
            f"there is no adapter '{name}'{did_you_mean(name, config.adapters)}", hint=f"add [adapter.{name}]"
        )
    return adapter


def _place(adapter: Adapter, root: Path) -> str:
    """Where a DuckDB is: a file below the project's root, or what the path says as it is."""
    path = adapter.path or _IN_MEMORY
    return path if path == _IN_MEMORY or ":" in path.partition("/")[0] else str(root / path)


def database_file(adapter: Adapter, root: Path) -> Path | None:
    """The file of a DuckDB adapter; None where it lives in memory or elsewhere."""
    path = _place(adapter, root)
    is_file = adapter.type == "duckdb" and path != _IN_MEMORY and ":" not in path.partition("/")[0]
    return Path(path) if is_file else None


def _open_duckdb(adapter: Adapter, root: Path, settings: Mapping[str, str], *, read_only: bool) -> Warehouse:
    from rocky_core.warehouses.duckdb.options import DuckDBOptions  # noqa: PLC0415 — only projects on DuckDB need it

    file = database_file(adapter, root)
    if read_only and file is not None and not file.exists():
        # Looking must not create the file; where there is none, nothing is there.
        return _connect_duckdb(DuckDBOptions(path=_IN_MEMORY))
    path = _place(adapter, root)
    read_only = read_only and path != _IN_MEMORY
    options = DuckDBOptions(
        path,
        read_only,
        timeout_seconds=adapter.timeout_secs,
        settings=settings,
        required=MappingProxyType({**adapter.driver_settings, **_motherduck_token(adapter)}),
    )
    if read_only or file is None:
        return _connect_duckdb(options)
    from rocky_core.warehouses.duckdb.last_look import recall  # noqa: PLC0415 — same
    from rocky_core.warehouses.duckdb.remembering import RememberingWarehouse  # noqa: PLC0415 — same

    memory = root / _LOOKS / f"{blake2b(str(file).encode(), digest_size=8).hexdigest()}.look"
    return RememberingWarehouse(options, _connect_duckdb, memory, recall(memory, file))


def _share_token(own: Adapter, other: Adapter) -> bool:
    """Whether the connection of the one lets it read what is MotherDuck's of the other."""
    return own.token == other.token and (own.path or "").startswith(_MOTHERDUCK)


def _motherduck_token(adapter: Adapter) -> Mapping[str, str]:
    """How MotherDuck's extension is told who we are.

    Raises:
        UserError: a token is set, and nobody would ask for it.

    """
    token = "" if adapter.token is None else adapter.token.get_secret_value()
    if not token:
        return {}
    if not (adapter.path or "").startswith(_MOTHERDUCK):
        raise UserError(
            "an adapter of DuckDB has a `token`, and its `path` is none of MotherDuck",
            hint='write path = "md:DATABASE", or leave the token out: a file needs none',
        )
    if "motherduck_token=" in (adapter.path or "").lower():
        raise UserError(
            "an adapter of DuckDB has a `token`, and its `path` holds another one",
            hint='keep `token`, and write path = "md:DATABASE"',
        )
    return {"motherduck_token": token}


def _open_local() -> Warehouse:
    from rocky_core.warehouses.duckdb.options import DuckDBOptions  # noqa: PLC0415 — only when a file is to be sent

    return _connect_duckdb(DuckDBOptions(path=_IN_MEMORY))


def _connect_duckdb(options: DuckDBOptions) -> DuckDBWarehouse:
    from rocky_core.warehouses.duckdb.connect import open_warehouse  # noqa: PLC0415 — the driver only when it is used

    return open_warehouse(options)


def _open_hooks(config: RockyConfig, places: Places, clock: Clock, pipeline: str) -> Dispatcher | None:
    if not (config.hooks.commands or config.hooks.webhooks):
        return None
    from rocky_core.hooks.dispatch import Dispatcher  # noqa: PLC0415 — only projects with hooks need it
    from rocky_core.hooks.load_hooks import load_hooks  # noqa: PLC0415 — same
    from rocky_core.hooks.local import local_outside  # noqa: PLC0415 — same

    return Dispatcher(load_hooks(config, places.root), local_outside(clock), pipeline)


def _open_state(config: RockyConfig, places: Places, clock: Clock, pipeline: str) -> tuple[StateStore, tuple[str, ...]]:
    remote = _remote(config, places, pipeline)
    if remote is not None:
        from rocky_core.state.journal import JOURNALS, Journal  # noqa: PLC0415 — only projects that share a state need it

        store = remote(clock)
        store.keep_journal(Journal(places.root / JOURNALS, store.location, clock))
        return store, ()
    from rocky_core.state.open_state import open_state  # noqa: PLC0415 — only commands that remember open it

    path, warnings = _state_file(config, places, pipeline)
    recreates = config.settings.state.on_schema_mismatch == "recreate"
    opened = open_state(path, clock, recreates_newer=recreates)
    return opened.store, (*warnings, *opened.warnings)


def _read_state(config: RockyConfig, places: Places, clock: Clock, pipeline: str | None) -> StateStore | None:
    remote = _remote(config, places, pipeline)
    if remote is not None:
        return remote(clock)
    from rocky_core.state.open_state import open_state_for_reading  # noqa: PLC0415 — see `_open_state`

    path, _ = _state_file(config, places, pipeline)
    return open_state_for_reading(path, clock) if path.exists() else None


def _open_place(config: RockyConfig, places: Places, clock: Clock, place: tuple[str, str | None]) -> RecordStore:
    """The store that is named: the configured server, the project's own file, or any file."""
    name, pipeline = place
    if name == "remote":
        remote = _remote(config, replace(places, state_path=None), pipeline)
        if remote is None:
            raise UserError(
                "no server is configured for the state", hint='set [state] backend = "valkey", "s3" or "gcs"'
            )
        return remote(clock)
    from rocky_core.state.open_state import open_state  # noqa: PLC0415 — see `_open_state`

    path = local_state_file(config, places, pipeline)[0] if name == "local" else places.root / name
    return open_state(path, clock).store


def _remote(config: RockyConfig, places: Places, pipeline: str | None) -> Callable[[Clock], RecordStore] | None:
    """How the server that keeps the state is asked; None where the state is a file."""
    if places.remote_state is not None:
        return places.remote_state
    state = config.settings.state
    if state.backend == "local":
        return None
    if places.state_path is not None:
        raise UserError(
            f'--state-path names a file, and [state] backend = "{state.backend}" keeps the state on a server',
            hint='leave the option out, or set backend = "local"; `rocky state copy` brings it from one to the other',
        )
    from rocky_core.remote_state import remote_state  # noqa: PLC0415 — only projects that share a state need it

    by_pipeline = pipeline if state.namespacing == "pipeline" else None
    return remote_state(state, places.state_namespace or by_pipeline)


def _state_file(config: RockyConfig, places: Places, pipeline: str | None) -> tuple[Path, tuple[str, ...]]:
    backend = config.settings.state.backend
    if places.remote_state is not None or backend != "local":
        raise UserError(
            "the state is kept on a server"
            + (f' ([state] backend = "{backend}")' if backend != "local" else "")
            + ", and this works on a file only",
            hint="`rocky state copy --from FILE --to remote` puts a file's records there",
        )
    return local_state_file(config, places, pipeline)


def _has_local_state(config: RockyConfig, places: Places) -> bool:
    return local_state_file(config, places, None)[0].exists()


def local_state_file(config: RockyConfig | None, places: Places, pipeline: str | None) -> tuple[Path, tuple[str, ...]]:
    """The state file, whatever [state] says of a backend, also where there is no configuration to ask."""
    from rocky_core.state.locate import StatePlace, locate_state  # noqa: PLC0415 — see `_open_state`

    namespace = places.state_namespace
    if namespace is None and config is not None and config.settings.state.namespacing == "pipeline":
        namespace = pipeline
    located = locate_state(
        StatePlace(
            models_directory=places.models_dir,
            working_directory=places.root,  # Wherever the command is called from.
            explicit_path=places.state_path,
            namespace=namespace,
        )
    )
    return located.path, located.warnings
