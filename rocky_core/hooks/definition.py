"""The hooks of a project, ready to be fired; nothing that is shown of them is secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from rocky_core.config.hook_template import Template
from rocky_core.ir.hooks import HookKind, OnFailure


@dataclass(frozen=True, slots=True)
class CommandHook:
    """A line for the shell."""

    key: str  # As configured: `on_pipeline_end`.
    target: str
    on_failure: OnFailure
    timeout_ms: int
    line: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    kind = HookKind.COMMAND


@dataclass(frozen=True, slots=True)
class WebhookHook:
    """A request to an address."""

    key: str
    target: str
    on_failure: OnFailure
    timeout_ms: int
    method: str
    runs_async: bool
    retry_count: int
    retry_delay_ms: int
    preset: str | None
    needs: tuple[str, ...]  # The metadata without which its body is worth nothing.
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    metadata: Mapping[str, str] = field(repr=False)
    template: Template | None = field(repr=False)
    secret: str | None = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    kind = HookKind.WEBHOOK


Hook = CommandHook | WebhookHook


class HookTable(Struct, frozen=True):
    """The hooks of each event in the order in which they fire: commands, then webhooks, each as in the file."""

    by_event: Mapping[str, tuple[Hook, ...]]
    configured: tuple[Hook, ...]  # Each once, in the order of a run's events.
    folder: Path  # Where commands run: that of rocky.toml.

    def of(self, event: str) -> tuple[Hook, ...]:
        return self.by_event.get(event, ())
