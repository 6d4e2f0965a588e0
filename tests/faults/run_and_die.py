"""A program that runs pipelines in forked children and kills them with SIGKILL at a chosen call to the outside world.

It reads one request per line, `{"folder": …, "kill_at": 7}`, and answers `{"killed": true}` or how the run ended.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from threading import Event

from rocky_core.api import ProjectOptions, open_project
from rocky_core.errors import UserError
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.ir.run import RunDeclined, RunFinished
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.warehouses.duckdb import connect  # noqa: F401 — imported once, before the children are forked

NEVER = 1_000_000


class Fuse:
    """Counts calls to the outside and ends the process before the chosen one."""

    def __init__(self, kill_at: int) -> None:
        self.left = kill_at

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingSession:
    def __init__(self, session, fuse: Fuse) -> None:
        self._session, self._fuse = session, fuse

    def execute(self, statement):
        self._fuse.burn()
        return self._session.execute(statement)

    def query(self, statement, *, limit=None):
        self._fuse.burn()
        return self._session.query(statement, limit=limit)

    @contextlib.contextmanager
    def transaction(self):
        with self._session.transaction():
            yield
            self._fuse.burn()  # Right before the commit.
        self._fuse.burn()  # Right after it.


class DyingWarehouse:
    def __init__(self, warehouse, fuse: Fuse) -> None:
        self._warehouse, self._fuse = warehouse, fuse

    def __getattr__(self, name):
        return getattr(self._warehouse, name)

    @contextlib.contextmanager
    def session(self, *, timeout_seconds=None, tag=None):
        with self._warehouse.session(timeout_seconds=timeout_seconds, tag=tag) as session:
            yield DyingSession(session, self._fuse)


class DyingStore:
    def __init__(self, store, fuse: Fuse) -> None:
        self._store, self._fuse = store, fuse

    def __getattr__(self, name):
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def dying(*arguments, **named):
            self._fuse.burn()
            return found(*arguments, **named)

        return dying


def run(folder: str, kill_at: int, key: str) -> int:
    os.chdir(folder)
    fuse = Fuse(kill_at)
    site = open_project(ProjectOptions(config_file=Path("rocky.toml"))).site()

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
    ends = [event for event in run_pipeline(dying, wishes, Event()) if isinstance(event, RunFinished | RunDeclined)]
    return 0 if ends[-1].status in {"Success", "SkippedIdempotent"} else 3


def warm_up(folder: str) -> None:
    """Import here what every child would import anew; no connection is opened before the fork."""
    with contextlib.suppress(UserError):  # A project may have files to load, and no models.
        open_project(ProjectOptions(config_file=Path(folder, "rocky.toml"), use_cache=False)).compile()
    for module in ("state.open_state", "state.locate", "state.record_store", "execution.plan_run"):
        importlib.import_module(f"rocky_core.{module}")


def main() -> None:
    is_warm = False
    for line in sys.stdin:
        request = json.loads(line)
        if not is_warm:
            warm_up(request["folder"])
            is_warm = True
        child = os.fork()
        if child == 0:
            code = 4
            try:
                code = run(request["folder"], request.get("kill_at", NEVER), request.get("key", "nightly"))
            except BaseException:  # noqa: BLE001 — the child ends here, whatever it was
                traceback.print_exc()  # On stderr, which pytest shows.
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        answer = {"killed": os.WIFSIGNALED(status), "code": os.waitstatus_to_exitcode(status)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
