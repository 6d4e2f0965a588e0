"""From the configuration to hooks that can be fired."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rocky_core.config.hook_template import parse_template
from rocky_core.config.hooks import EVENTS, Hooks, events_of
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.config.settings import ShellHook, Webhook
from rocky_core.hooks.conceal import (
    is_secret_name,
    secrets_of_command,
    secrets_of_url,
    shown_command,
    shown_url,
)
from rocky_core.hooks.definition import CommandHook, Hook, HookTable, WebhookHook
from rocky_core.hooks.presets import PRESETS
from rocky_core.ir.hooks import OnFailure

Inserted = Sequence[tuple[str, str]]


def load_hooks(config: RockyConfig, folder: Path) -> HookTable:
    """The hooks of rocky.toml; `folder` is where it lies, and where its commands run."""
    return hook_table(config.hooks, folder, config.document.inserted)


def hook_table(hooks: Hooks, folder: Path, inserted: Inserted = ()) -> HookTable:
    """The same, of the section alone; `inserted` are the environment variables it was filled in with."""
    all_hooks: list[Hook] = [_command(key, one, inserted) for key, group in hooks.commands.items() for one in group]
    all_hooks += [_webhook(key, one, inserted) for key, group in hooks.webhooks.items() for one in group]
    by_event = {event: tuple(hook for hook in all_hooks if event in events_of(hook.key)) for event in EVENTS}
    configured = sorted(all_hooks, key=lambda hook: EVENTS.index(events_of(hook.key)[0]))
    return HookTable({event: group for event, group in by_event.items() if group}, tuple(configured), folder)


def _command(key: str, hook: ShellHook, inserted: Inserted) -> CommandHook:
    return CommandHook(
        key=key,
        target=shown_command(hook.command, inserted),
        on_failure=OnFailure(hook.on_failure),
        timeout_ms=hook.timeout_ms,
        line=hook.command,
        environment=hook.env,
        secrets=(*secrets_of_command(hook.command, inserted), *_secret_values(hook.env, inserted)),
    )


def _webhook(key: str, hook: Webhook, inserted: Inserted) -> WebhookHook:
    preset = PRESETS[hook.preset or "generic"]
    given = {name.lower() for name in hook.headers}
    headers = {name: value for name, value in preset.headers.items() if name.lower() not in given}
    secret = None if hook.secret is None else hook.secret.get_secret_value()
    authorisations = [word for value in hook.headers.values() for word in (value, *value.split())]
    return WebhookHook(
        key=key,
        target=shown_url(hook.url, inserted),
        on_failure=OnFailure(hook.on_failure),
        timeout_ms=hook.timeout_ms,
        method=hook.method.upper(),
        runs_async=hook.runs_async,
        retry_count=hook.retry_count,
        retry_delay_ms=hook.retry_delay_ms,
        preset=hook.preset,
        needs=preset.needs if hook.body_template is None else (),
        url=hook.url,
        headers={**headers, **hook.headers},
        metadata=hook.metadata,
        template=preset.template() if hook.body_template is None else parse_template(hook.body_template),
        secret=secret,
        secrets=(*secrets_of_url(hook.url), *authorisations, secret or "", *_secret_values(hook.metadata, inserted)),
    )


def _secret_values(values: dict[str, str], inserted: Inserted) -> tuple[str, ...]:
    """Those whose name says so, and those that came from the environment."""
    filled_in = [value for _, value in inserted if value]
    return tuple(
        value for name, value in values.items() if is_secret_name(name) or any(part in value for part in filled_in)
    )
