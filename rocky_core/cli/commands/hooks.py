"""`rocky hooks …`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click
from msgspec import UNSET

from rocky_core.api import open_project
from rocky_core.cli.output import counted, markdown_lines, print_answer, table_lines
from rocky_core.cli.settings import global_options, project_options
from rocky_core.execution.system_clock import SystemClock
from rocky_core.hooks.definition import CommandHook, Hook, HookTable
from rocky_core.hooks.fire import Fired
from rocky_core.hooks.load_hooks import load_hooks
from rocky_core.hooks.local import local_outside
from rocky_core.hooks.rehearse import hook_key, rehearse
from rocky_core.ir.hooks import HookResult, HookStatus
from rocky_core.results.hooks import HookEntry, HooksAnswer, HooksTestAnswer, to_hook_result

_COLORS: Final = {HookStatus.SUCCEEDED: "green", HookStatus.FAILED: "red", HookStatus.SKIPPED: "yellow"}
_HEADINGS: Final = ("Event", "Kind", "Target", "Timeout", "On failure")


@click.group("hooks")
@global_options
def command() -> None:
    """Commands and webhooks that are told what happens in a run."""


@command.command("list")
@global_options
def list_hooks() -> None:
    """The hooks of rocky.toml, in the order of a run's events."""
    hooks = _table().configured
    rows = [(hook.key, hook.kind, hook.target, f"{hook.timeout_ms} ms", hook.on_failure) for hook in hooks]
    print_answer(
        lambda: HooksAnswer(hooks=tuple(map(_entry, hooks)), total=len(hooks)),
        lambda: table_lines(_HEADINGS, rows) if rows else ["  (none)"],
        lambda: markdown_lines(_HEADINGS, rows),
    )


@command.command("test")
@click.argument("event")
@global_options
def test_hooks(event: str) -> int:
    """Fire the hooks of EVENT with a made-up payload; exits with 1 when one of them fails."""
    key = hook_key(event)
    table = _table()
    pipeline = next(iter(open_project(project_options()).config.pipelines), "test")
    fired = rehearse(table, key, pipeline, local_outside(SystemClock()))
    print_answer(
        lambda: _test_answer(key, fired),
        lambda: _test_lines(key, fired),
        lambda: markdown_lines(
            ("Event", "Target", "Status", "Error"),
            [(one.event, one.target, one.status, one.error or "") for one in fired.results],
        ),
    )
    return int(any(one.status is HookStatus.FAILED for one in fired.results))


def _table() -> HookTable:
    options = project_options()
    return load_hooks(open_project(options).config, options.config_file.absolute().parent)


def _entry(hook: Hook) -> HookEntry:
    if isinstance(hook, CommandHook):
        return HookEntry(
            event=hook.key,
            kind=hook.kind.value,
            command=hook.target,
            timeout_ms=hook.timeout_ms,
            on_failure=hook.on_failure.value.capitalize(),
            env_keys=tuple(sorted(hook.environment)),
        )
    return HookEntry(
        event=hook.key,
        kind=hook.kind.value,
        command=hook.target,
        timeout_ms=hook.timeout_ms,
        on_failure=hook.on_failure.value.capitalize(),
        method=hook.method,
        preset=hook.preset or UNSET,
        is_async=hook.runs_async,
        retry_count=hook.retry_count,
        signed=hook.secret is not None,
    )


def _test_answer(key: str, fired: Fired) -> HooksTestAnswer:
    status = "no_hooks" if not fired.results else "continue" if fired.objection is None else "abort"
    return HooksTestAnswer(
        event=key,
        status=status,
        message=_summary(key, fired.results),
        result=UNSET if fired.objection is None else fired.objection,
        hook_results=tuple(map(to_hook_result, fired.results)),
    )


def _summary(key: str, results: tuple[HookResult, ...]) -> str:
    if not results:
        return f"no hooks are configured for {key}"
    counts = ((status, sum(one.status is status for one in results)) for status in HookStatus)
    parts = (f"{number} {status.value.lower()}" for status, number in counts if number)
    return f"{counted(len(results), 'hook')}: {', '.join(parts)}"


def _test_lines(key: str, fired: Fired) -> Iterator[str]:
    for one in fired.results:
        status = click.style(one.status.value.lower(), fg=_COLORS[one.status])
        yield f"  {status}  {one.event}  {one.target}  ({one.duration_ms} ms)"
        if one.error:
            yield f"      {one.error}"
        for name, text in (("stdout", one.stdout), ("stderr", one.stderr)):
            for line in (text or "").splitlines():
                yield f"      {name}: {line}"
    yield _summary(key, fired.results)
    if fired.objection is not None:
        yield 'in a run this would abort: its hook says on_failure = "abort"'
