"""The hooks of one run: told of its events where they happen, and heard where they object."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from rocky_core.hooks.moments import ChecksStarting, Moment
from rocky_core.ir.hooks import Abort, Reach
from rocky_core.ir.run import HookFired, RunEvent

if TYPE_CHECKING:  # A project without hooks loads nothing of them.
    from rocky_core.hooks.dispatch import Dispatcher

Emit = Callable[[RunEvent], None]


class RunHooks:
    """Asked by all threads of a run; without a dispatcher nothing is hooked, and asking costs nothing."""

    def __init__(self, dispatcher: Dispatcher | None = None, tables_with_checks: int = 0) -> None:
        self._dispatcher = dispatcher
        self._tables_with_checks = tables_with_checks
        self._turn = Lock()
        self._reported = 0
        self._checks_began = False
        self._objection: str | None = None

    @property
    def objection(self) -> str | None:
        """Why the run counts as failed whatever it has written."""
        return self._objection

    def ask(self, event: RunEvent | Moment, emit: Emit) -> str | None:
        """Fire what is hooked to the event, and wait; why things must not go on as they would, if a hook objects."""
        if self._dispatcher is None:
            return None
        verdict = self._dispatcher.feed(event)
        self._report(emit)
        if not isinstance(verdict, Abort):
            return None
        if verdict.reach is not Reach.TABLE:
            self.note_objection(verdict.reason)
        return verdict.reason

    def ask_before_checks(self, emit: Emit) -> None:
        """Fire what is to happen before the first check of the run; it cannot keep checks from being made."""
        if self._dispatcher is None:
            return
        with self._turn:
            is_first, self._checks_began = not self._checks_began, True
        if is_first:
            self.ask(ChecksStarting(self._tables_with_checks), emit)

    def note_objection(self, reason: str) -> None:
        """Let the run end as a failure, for the first reason that is given."""
        with self._turn:
            self._objection = self._objection or reason

    def _report(self, emit: Emit) -> None:
        """Tell what became of hooks, each once."""
        if self._dispatcher is None:
            return
        with self._turn:
            results = self._dispatcher.results
            new, self._reported = results[self._reported :], len(results)
        for result in new:
            emit(HookFired(result))
