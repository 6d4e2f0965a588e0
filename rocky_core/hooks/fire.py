"""Fires the hooks of one event in order; the first that aborts stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import assert_never

from msgspec import Struct

from rocky_core.hooks.conceal import scrub
from rocky_core.hooks.definition import CommandHook, Hook, HookTable, WebhookHook
from rocky_core.hooks.outside import Outside
from rocky_core.hooks.payload import Payload
from rocky_core.hooks.shell import run_command_hook
from rocky_core.hooks.webhook import deliver_webhook
from rocky_core.ir.hooks import HookResult, HookStatus, OnFailure
from rocky_core.ir.replace import replace

Later = Callable[[Callable[[], HookResult], HookResult], None]
"""Takes what is to be done beside the run, and what is to be said when the run cannot wait for it."""


class Fired(Struct, frozen=True):
    """What became of the hooks that were not put off, and why the event is stopped, if it is."""

    results: tuple[HookResult, ...]
    objection: str | None = None


def fire(table: HookTable, payload: Payload, outside: Outside, later: Later | None = None) -> Fired:
    """Run the hooks of the payload's event; asynchronous ones go to `later` where there is one."""
    results: list[HookResult] = []
    hooks = table.of(payload.event)
    for number, hook in enumerate(hooks, start=1):
        if later is not None and isinstance(hook, WebhookHook) and hook.runs_async:
            later(_put_off(hook, payload, table.folder, outside), _unsent(hook, payload))
            continue
        result = fire_one(hook, payload, table.folder, outside)
        results.append(result)
        if result.status is HookStatus.FAILED and result.on_failure is OnFailure.ABORT:
            results += _skipped(hooks[number:], payload)
            return Fired(tuple(results), f"hook on '{payload.event}' failed: {hook.target}: {result.error}")
    return Fired(tuple(results))


def fire_one(hook: Hook, payload: Payload, folder: Path, outside: Outside) -> HookResult:
    """Run one hook; whatever goes wrong with it is its failure, and never more than that."""
    try:
        match hook:
            case CommandHook():
                return run_command_hook(hook, payload, folder, outside)
            case WebhookHook():
                return deliver_webhook(hook, payload, outside)
            case _:
                assert_never(hook)
    except Exception as error:  # noqa: BLE001 — a fault of ours must not become the run's
        reason = f"could not be fired ({type(error).__name__}): {error}"
        return replace(_skip(hook, payload), status=HookStatus.FAILED, error=scrub(reason, hook.secrets))


def _put_off(hook: WebhookHook, payload: Payload, folder: Path, outside: Outside) -> Callable[[], HookResult]:
    return lambda: fire_one(hook, payload, folder, outside)


def _unsent(hook: WebhookHook, payload: Payload) -> HookResult:
    error = "not known to be delivered when the run ended"
    return replace(_skip(hook, payload), status=HookStatus.FAILED, error=error)


def _skipped(hooks: Iterable[Hook], payload: Payload) -> list[HookResult]:
    return [_skip(hook, payload) for hook in hooks]


def _skip(hook: Hook, payload: Payload) -> HookResult:
    return HookResult(
        event=payload.event,
        kind=hook.kind,
        target=hook.target,
        status=HookStatus.SKIPPED,
        duration_ms=0,
        on_failure=hook.on_failure,
    )
