"""The JSON of `hooks …`, and of the hooks of a run."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from rocky_core.ir.hooks import HookResult
from rocky_core.results.wire import Answer, Record


class HookEntry(Record, frozen=True, gc=False, kw_only=True):
    """One hook of rocky.toml; of variables only the names, of addresses only what is not secret."""

    event: str
    kind: str
    command: str  # The line of a command, the address of a webhook.
    timeout_ms: int
    on_failure: str
    env_keys: tuple[str, ...] = ()
    method: str | UnsetType = UNSET
    preset: str | UnsetType = UNSET
    is_async: bool | UnsetType = UNSET
    retry_count: int | UnsetType = UNSET
    signed: bool | UnsetType = UNSET


class HooksAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky hooks list`."""

    command: str = "hooks_list"
    hooks: tuple[HookEntry, ...]
    total: int


class HookResultEntry(Record, frozen=True, gc=False, kw_only=True):
    """One entry of `hook_results`."""

    event: str
    kind: str
    target: str
    status: str
    duration_ms: int
    on_failure: str
    exit_code: int | UnsetType = UNSET
    http_status: int | UnsetType = UNSET
    stdout: str | UnsetType = UNSET
    stderr: str | UnsetType = UNSET
    error: str | UnsetType = UNSET


class HooksTestAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky hooks test EVENT`; `status` is no_hooks, continue or abort."""

    command: str = "hooks_test"
    event: str
    status: str
    message: str | UnsetType = UNSET
    result: str | UnsetType = UNSET
    hook_results: tuple[HookResultEntry, ...] = ()


def to_hook_result(result: HookResult) -> HookResultEntry:
    """The published form of what became of a hook."""
    return HookResultEntry(
        event=result.event,
        kind=result.kind.value,
        target=result.target,
        status=result.status.value,
        duration_ms=result.duration_ms,
        on_failure=result.on_failure.value,
        exit_code=UNSET if result.exit_code is None else result.exit_code,
        http_status=UNSET if result.http_status is None else result.http_status,
        stdout=result.stdout or UNSET,
        stderr=result.stderr or UNSET,
        error=result.error or UNSET,
    )
