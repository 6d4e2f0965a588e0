"""Fires the hooks of an event with a made-up payload, so that they can be tried without a run."""

from __future__ import annotations

from rocky_core.config.hooks import EVENT_ALIASES, EVENTS, HOOK_KEYS, events_of
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.hooks.definition import HookTable
from rocky_core.hooks.fire import Fired, fire
from rocky_core.hooks.outside import Outside
from rocky_core.hooks.payload import Payload


def hook_key(name: str) -> str:
    """The key of an event, with or without its `on_`.

    Raises:
        UserError: there is no such event.

    """
    event = name.removeprefix("on_")
    if event in EVENTS or event in EVENT_ALIASES:
        return f"on_{event}"
    raise UserError(
        f"there is no event '{name}'{did_you_mean(f'on_{event}', HOOK_KEYS)}",
        hint=f"the events are {', '.join(HOOK_KEYS)}",
    )


def rehearse(table: HookTable, key: str, pipeline: str, outside: Outside) -> Fired:
    """Fire everything that is hooked to the key's events and wait for it, asynchronous or not."""
    fired = [fire(table, _made_up(event, pipeline, outside), outside) for event in events_of(key)]
    objections = [one.objection for one in fired if one.objection is not None]
    results = tuple(result for one in fired for result in one.results)
    return Fired(results, objections[0] if objections else None)


def _made_up(event: str, pipeline: str, outside: Outside) -> Payload:
    return Payload(
        event=event,
        run_id="test-run-id",
        pipeline=pipeline,
        timestamp=outside.clock.now(),
        model="example_model",
        table="catalog.schema.table",
        error="example error" if event.endswith("_error") else None,
        duration_ms=1234,
        metadata={"test": True},
    )
