"""`[hook]`: which events may be hooked, and the sections under them."""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from rocky_core.config.section import Section
from rocky_core.config.settings import ShellHook, Webhook

EVENTS: Final = (
    "pipeline_start",
    "discover_complete",
    "compile_complete",
    "pipeline_complete",
    "pipeline_error",
    "before_materialize",
    "after_materialize",
    "materialize_error",
    "before_model_run",
    "after_model_run",
    "model_error",
    "before_checks",
    "check_result",
    "after_checks",
    "drift_detected",
    "anomaly_detected",
    "state_synced",
    "budget_breach",
)
EVENT_ALIASES: Final = {
    "pipeline_end": ("pipeline_complete", "pipeline_error"),
    "model_success": ("after_model_run", "after_materialize"),
    "model_failure": ("model_error", "materialize_error"),
}
HOOK_KEYS: Final = tuple(f"on_{event}" for event in (*EVENTS, *EVENT_ALIASES))


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Hooks(Section):
    """Commands and addresses by the key of their event, such as `on_pipeline_start`."""

    commands: dict[str, Annotated[tuple[ShellHook, ...], BeforeValidator(_listed)]] = Field(default_factory=dict)
    webhooks: dict[str, Annotated[tuple[Webhook, ...], BeforeValidator(_listed)]] = Field(default_factory=dict)


def events_of(key: str) -> tuple[str, ...]:
    """The events that a hook's key stands for."""
    name = key.removeprefix("on_")
    return EVENT_ALIASES.get(name, (name,))
