"""Schemas are created once in a run, whatever number of its tables begin with that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from threading import Lock

from rocky_core.execution.run_step import Effect
from rocky_core.ir.plan import Step


class CreatedSchemas:
    """Guards which schemas this run has made sure of; two tables of a new one would both create it."""

    def __init__(self) -> None:
        self._made: set[tuple[str, ...]] = set()
        self._turns: defaultdict[tuple[str, ...], Lock] = defaultdict(Lock)
        self._lock = Lock()

    def make(self, step: Step, run: Callable[[], Effect]) -> Effect:
        """Run the step, unless its statements have been run already; whoever comes meanwhile waits for it."""
        with self._lock:
            turn = self._turns[step.statements]
        with turn:
            if step.statements in self._made:
                return Effect()
            effect = run()
            self._made.add(step.statements)
            return effect
