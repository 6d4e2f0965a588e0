"""Feeds the events of a run to its hooks, and says whether one of them objects."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from typing import Final

from rocky_core.hooks.beside import Beside
from rocky_core.hooks.definition import HookTable
from rocky_core.hooks.fire import fire
from rocky_core.hooks.fold import RunSoFar, tell
from rocky_core.hooks.moments import Moment
from rocky_core.hooks.outside import Outside
from rocky_core.hooks.payload import Payload
from rocky_core.hooks.reach import REACH
from rocky_core.hooks.webhook import LONGEST_DELIVERY_SECONDS
from rocky_core.ir.hooks import Abort, GoOn, HookResult, HookStatus, OnFailure, Verdict
from rocky_core.ir.run import RunEvent, RunFinished

_LOG: Final = logging.getLogger(__name__)
_LEVELS: Final = {
    OnFailure.ABORT: logging.ERROR,
    OnFailure.WARN: logging.WARNING,
    OnFailure.IGNORE: logging.DEBUG,
}


class Dispatcher:
    """The hooks of one run; threads may feed it at once, and it raises nothing into them."""

    def __init__(
        self, hooks: HookTable, outside: Outside, pipeline: str, models: Collection[str] | None = None
    ) -> None:
        """Without `models`, all that a transformation pipeline builds are models, and all else are tables."""
        self._hooks = hooks
        self._outside = outside
        self._run = RunSoFar(pipeline, models)
        self._results: list[HookResult] = []
        self._beside = Beside()
        self._lock = threading.Lock()  # Held while events are counted, never while a hook runs.

    @property
    def results(self) -> tuple[HookResult, ...]:
        """All hooks that were due so far; asynchronous ones are there once the run has finished."""
        with self._lock:
            return tuple(self._results)

    def feed(self, event: RunEvent | Moment) -> Verdict:
        """Fire what is hooked to the event and wait for it; after the last event, wait for what runs beside."""
        try:
            with self._lock:
                self._run, payloads = tell(self._run, event, self._outside.clock.now())
            objections = [objection for payload in payloads if (objection := self._fire(payload)) is not None]
        except Exception:  # noqa: BLE001 — a fault of ours must not become the run's
            _LOG.exception("hook.dispatch_failed event=%s", type(event).__name__)
            return GoOn()
        finally:
            if isinstance(event, RunFinished):
                self.close()
        return objections[0] if objections else GoOn()

    def close(self) -> None:
        """Wait for the asynchronous webhooks, at most as long as one of them may take."""
        self._keep(self._beside.wait(LONGEST_DELIVERY_SECONDS))

    def _fire(self, payload: Payload) -> Abort | None:
        fired = fire(self._hooks, payload, self._outside, self._beside.add)
        self._keep(fired.results)
        return None if fired.objection is None else Abort(payload.event, fired.objection, REACH[payload.event])

    def _keep(self, results: tuple[HookResult, ...]) -> None:
        with self._lock:
            self._results += results
        for result in results:
            if result.status is HookStatus.FAILED:
                level = _LEVELS[result.on_failure]
                _LOG.log(level, "hook on '%s' failed: %s: %s", result.event, result.target, result.error)
