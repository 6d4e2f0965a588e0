"""The example project, copied to where it may be changed, and loaded as Dagster loads it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "example_project"
_MADE_BY_RUNS = ("*.duckdb*", ".rocky*", "__pycache__")


def copy_example(folder: Path) -> Path:
    """The example in a folder of this name, without what earlier runs have left in it."""
    return Path(shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(*_MADE_BY_RUNS)))


@contextmanager
def loaded(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[dg.Definitions]:
    """The definitions of a copy, freshly imported, with its switches set; its modules are gone afterwards."""
    before = dict(os.environ)
    os.environ.update(environment or {})
    sys.path.insert(0, str(folder))
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec = importlib.util.spec_from_file_location("example_definitions", folder / "definitions.py")
        if spec is None or spec.loader is None:
            raise FileNotFoundError(folder / "definitions.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module.defs
    finally:
        sys.dont_write_bytecode = writes
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name == "birding" or name.startswith("birding.")]:
            del sys.modules[name]
        os.environ.clear()
        os.environ.update(before)


def run_everything(
    definitions: dg.Definitions, instance: dg.DagsterInstance, first_day: str, last_day: str
) -> dg.ExecuteInProcessResult:
    """Materialize all assets in one run, those with partitions for all days from the first to the last."""
    return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=instance,
        raise_on_error=False,
        tags={"dagster/asset_partition_range_start": first_day, "dagster/asset_partition_range_end": last_day},
    )
