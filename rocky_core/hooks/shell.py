"""Runs a command hook: the event on its standard input, the verdict in its exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rocky_core.hooks.conceal import scrub, secrets_of_environment
from rocky_core.hooks.definition import CommandHook
from rocky_core.hooks.outside import Outside
from rocky_core.hooks.payload import Payload
from rocky_core.ir.hooks import HookResult, HookStatus
from rocky_core.ports.command_runner import Command, CommandEnd

SHOWN_CHARACTERS: Final = 2000


def run_command_hook(hook: CommandHook, payload: Payload, folder: Path, outside: Outside) -> HookResult:
    """What became of the command; nothing of the event ever enters its line."""
    environment = {**outside.environment, **hook.environment}
    secrets = (*hook.secrets, *secrets_of_environment(environment))
    command = Command(hook.line, payload.to_json(), environment, folder, hook.timeout_ms / 1000)
    started = outside.clock.monotonic()
    fault: str | None
    try:
        end = outside.runner.run(command)
        fault = _fault(end, hook.timeout_ms)
    except (OSError, ValueError) as error:
        end, fault = CommandEnd(None, b"", b""), f"cannot be started: {scrub(str(error), secrets)}"
    return HookResult(
        event=payload.event,
        kind=hook.kind,
        target=hook.target,
        status=HookStatus.SUCCEEDED if fault is None else HookStatus.FAILED,
        duration_ms=round((outside.clock.monotonic() - started) * 1000),
        on_failure=hook.on_failure,
        exit_code=end.exit_code,
        stdout=_shown(end.stdout, secrets),
        stderr=_shown(end.stderr, secrets),
        error=fault,
    )


def _fault(end: CommandEnd, timeout_ms: int) -> str | None:
    if end.exit_code is None:
        return f"not done after {timeout_ms} ms; it and what it started were killed"
    if end.exit_code < 0:
        return f"killed by signal {-end.exit_code}"
    return f"exit code {end.exit_code}" if end.exit_code else None


def _shown(output: bytes, secrets: tuple[str, ...]) -> str:
    """Secrets are covered before the text is cut, so that none is cut in two."""
    return scrub(output.decode("utf-8", "replace"), secrets)[:SHOWN_CHARACTERS]
