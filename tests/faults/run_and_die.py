"""A run that is killed before a chosen call to the outside world, or that keeps what a kill would leave."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Event

from rocky_core.api import ProjectOptions, open_project
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelFailed, RunDeclined, RunFinished, RunWarning
from rocky_core.planning.partitions import PartitionChoice
from tests.forked import Forked

NEVER = 1_000_000
SUCCEEDED = 0
DIED = -signal.SIGKILL


def run_to_end(folder: Path, kill_at: int = NEVER, key: str = "nightly", *, is_fresh: bool = False) -> int:
    """How a process that runs the pipeline ended: SUCCEEDED, DIED, or another code if the run did not succeed."""
    process = Forked(run_disturbed, folder, Fuse(kill_at), key, is_fresh=is_fresh)
    _, complaints = process.communicate()
    assert process.returncode in {SUCCEEDED, DIED}, complaints
    return process.returncode


def snapshots_of_run(folder: Path, into: Path) -> list[tuple[int, Path]]:
    """What is on disk before each call of one whole run, without repetitions; numbers are those of the calls.

    A SIGKILL takes nothing from the disk that a process has handed to the system and adds nothing, so a copy that is
    made while the process does nothing else is what a kill leaves there; of each different one there is one.
    """
    process = Forked(run_disturbed, folder, Camera(folder, into), "nightly")
    _, complaints = process.communicate()
    assert process.returncode == SUCCEEDED, complaints
    return sorted((int(one.name), one) for one in into.iterdir())


@dataclass
class Fuse:
    """Counts calls to the outside and ends the process, or has it stopped, before the chosen one."""

    left: int
    signal: int = signal.SIGKILL

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), self.signal)


@dataclass
class Camera:
    """Copies the folder before a call if it has changed since the last copy."""

    folder: Path
    into: Path
    calls: int = 0
    last: str = ""

    def burn(self) -> None:
        self.calls += 1
        found = contents(self.folder)
        if found != self.last:
            self.last = found
            shutil.copytree(self.folder, self.into / str(self.calls))


def contents(folder: Path) -> str:
    """A hash over all files; SQLite makes the index of a log (`-shm`) anew whenever it finds nobody using it."""
    digest = hashlib.blake2b()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.endswith("-shm"):
            digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


class DyingSession:
    def __init__(self, session, fuse: Fuse | Camera) -> None:
        self._session, self._fuse = session, fuse

    def execute(self, statement):
        self._fuse.burn()
        return self._session.execute(statement)

    def query(self, statement, *, limit=None):
        self._fuse.burn()
        return self._session.query(statement, limit=limit)

    def load_csv(self, file, target):
        self._fuse.burn()
        return self._session.load_csv(file, target)

    def load_once(self, file, target, *, replaces):
        self._fuse.burn()
        return self._session.load_once(file, target, replaces=replaces)

    def forget_load(self, name):
        self._fuse.burn()
        self._session.forget_load(name)

    @contextlib.contextmanager
    def transaction(self):
        with self._session.transaction():
            yield
            self._fuse.burn()  # Right before the commit.
        self._fuse.burn()  # Right after it.


class DyingWarehouse:
    def __init__(self, warehouse, fuse: Fuse | Camera) -> None:
        self._warehouse, self._fuse = warehouse, fuse

    def __getattr__(self, name):
        return getattr(self._warehouse, name)

    @contextlib.contextmanager
    def session(self, *, timeout_seconds=None, tag=None):
        with self._warehouse.session(timeout_seconds=timeout_seconds, tag=tag) as session:
            yield DyingSession(session, self._fuse)


class DyingStore:
    def __init__(self, store, fuse: Fuse | Camera) -> None:
        self._store, self._fuse = store, fuse

    def __getattr__(self, name):
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def dying(*arguments, **named):
            self._fuse.burn()
            return found(*arguments, **named)

        return dying


def run_disturbed(folder: Path, fuse: Fuse | Camera, key: str) -> None:
    os.chdir(folder)
    site = open_project(ProjectOptions(config_file=Path("rocky.toml"))).site()
    for adapter in site.config.adapters.values():
        if adapter.type != "duckdb":  # What stands in for a service tells of every statement at once.
            import_module(f"rocky_core.warehouses.{adapter.type}.left_running")._LATE_SECONDS = 0.0

    def open_state(pipeline):
        store, warnings = site.open_state(pipeline)
        return DyingStore(store, fuse), warnings

    dying = replace(
        site,
        open_warehouse=lambda adapter, read_only: DyingWarehouse(site.open_warehouse(adapter, read_only), fuse),
        open_state=open_state,
    )
    windows = PartitionChoice(first="2026-01-01", last="2026-01-03")
    # A load has no windows, and says so when it is asked for some.
    is_load = any(pipeline.type == "load" for pipeline in site.config.pipelines.values())
    wishes = RunOptions(parallel=1, idempotency_key=key, partitions=PartitionChoice() if is_load else windows)
    events = list(run_pipeline(dying, wishes, Event()))
    ends = [event for event in events if isinstance(event, RunFinished | RunDeclined)]
    if ends[-1].status not in {"Success", "SkippedIdempotent"}:
        raise RuntimeError([event for event in events if isinstance(event, ModelFailed | RunWarning)])
