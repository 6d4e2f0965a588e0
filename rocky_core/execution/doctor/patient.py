"""The project that is looked at, which may be broken in any way, and the means to look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.execution.run_options import Site
from rocky_core.ports.clock import Clock


class Space(Struct, frozen=True):
    """How large a disk is, and how much of it is free."""

    total_bytes: int
    free_bytes: int


class StateFile(Struct, frozen=True):
    """A state file, which need not be there yet, and the pipelines that keep theirs in it."""

    path: Path
    pipelines: tuple[str, ...] = ()


class Patient(Struct, frozen=True):
    """Everything is as far as it is known: without a configuration there is no site and no database."""

    config_file: Path
    clock: Clock
    disk_space: Callable[[Path], Space]
    config: RockyConfig | None = None
    diagnostics: tuple[Diagnostic, ...] = ()  # What is wrong with rocky.toml.
    site: Site | None = None
    state_files: tuple[StateFile, ...] = ()  # None where the state is kept elsewhere.
    state_problem: str | None = None  # Why it is not known where the state is.
    databases: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))  # DuckDB files by adapter.
    secrets: tuple[str, ...] = ()  # Values that must not come back in what is said.
