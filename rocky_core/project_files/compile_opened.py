"""Compiles an opened project with its cache, and tells two setups of it apart."""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.project import ProjectSource
from rocky_core.project_files.compile_files import CompiledFiles, FilesToCompile, RenderDetail, compile_files
from rocky_core.project_files.model_reader import ModelReader
from rocky_core.project_files.read_project import OpenedProject
from rocky_core.version import VERSION

CACHE_FILE: Final = Path(".rocky", "cache", "compile.db")
SEEDED_CACHE_FILE: Final = Path(".rocky", "cache", "compile-seeded.db")


def compile_opened(
    opened: OpenedProject, surroundings: ProjectSource, render_detail: RenderDetail, *, use_cache: bool
) -> CompiledFiles:
    """The compiled project; compiles with and without a seed each keep a cache of their own."""
    cache_file = Path(opened.root) / (SEEDED_CACHE_FILE if opened.options.with_seed else CACHE_FILE)
    return compile_files(
        FilesToCompile(
            reader=ModelReader(opened.scan, opened.reading, surroundings.explicit_contracts),
            source=surroundings,
            dialect=dialect_named(opened.dialect_name),
            setup_key=setup_key(opened, surroundings),
            cache_file=cache_file if use_cache else None,
            render_detail=render_detail,
            dialect_of=lambda model: dialect_named(opened.reading.dialects.of_model(model)),
        )
    )


def setup_key(opened: OpenedProject, surroundings: ProjectSource) -> bytes:
    """A digest of all that every model's row depends on besides files and the environment."""
    rules = surroundings.rules
    parts = (
        VERSION,
        _engine_state() if "dev" in VERSION else None,
        version("sqlglot"),
        sys.version_info[:2],
        opened.root,
        str(opened.options.models_dir),
        opened.dialect_name,
        sorted(opened.reading.dialects.of_adapters.items()),
        opened.reading.dialects.of_files,
        sorted(rules.mask_tags),
        sorted(rules.allow_unmasked),
        rules.has_project_freshness,
        rules.portability_target,
        sorted(rules.portability_allow),
        sorted(opened.reading.variables.items()),
        opened.reading.fallback,
        sorted(surroundings.source_schemas.items(), key=lambda item: item[0]),
        sorted(surroundings.recalled_schemas.items(), key=lambda item: item[0]),
        surroundings.explicit_contracts,
    )
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _engine_state() -> int:
    """When the engine's own code was last changed; a released version says so by its number."""
    package = Path(__file__).parent.parent
    rooms = (package / name for name in ("compiler", "config", "dialects", "dsl", "ir", "project_files", "results"))
    folders = [folder for room in rooms for folder in (room, *(path for path in room.iterdir() if path.is_dir()))]
    files = (entry for folder in folders for entry in os.scandir(folder) if entry.name.endswith((".py", ".json")))
    return max(entry.stat().st_mtime_ns for entry in files)
