"""`[hook]`: which events may be hooked, and the sections under them."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from rocky_core.config.hook_template import PATHS, TemplateFault, is_known, parse_template, paths_of
from rocky_core.config.section import Section
from rocky_core.config.settings import ShellHook, Webhook
from rocky_core.config.toml_document import TomlDocument
from rocky_core.config.validation import Locate, validate
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import KeyPath
from rocky_core.ir.replace import replace

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
PRESET_NAMES: Final = ("slack", "pagerduty", "datadog", "teams", "generic")
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


def parse_hooks(table: Any, document: TomlDocument, locate: Locate) -> Checked[Hooks | None]:
    """The hooks of `[hook]`; unknown events and presets are warned of and left out."""
    if not isinstance(table, dict):
        return Checked(None, (codes.E055.found(model="", message="'hook' must be a table", span=locate(("hook",))),))
    webhooks = table.get("webhooks", {})
    places = {
        "commands": (("hook",), {key: value for key, value in table.items() if key != "webhooks"}),
        "webhooks": (("hook", "webhooks"), webhooks if isinstance(webhooks, dict) else {}),
    }
    found: list[Diagnostic] = []
    data: dict[str, dict[str, Any]] = {}
    for kind, (prefix, entries) in places.items():
        data[kind] = {key: value for key, value in entries.items() if key in HOOK_KEYS}
        found += (
            codes.W020.found(
                model="",
                message=f"unknown event '{key}' in [{'.'.join(prefix)}]{did_you_mean(key, HOOK_KEYS)}",
                span=locate((*prefix, key)),
            )
            for key in entries
            if key not in HOOK_KEYS
        )
    for key, value in data["webhooks"].items():
        data["webhooks"][key] = _with_known_presets(("hook", "webhooks", key), value, locate, found)

    def locate_hook(path: KeyPath) -> Span:
        kind, *rest = path or ("commands",)
        return locate((*places[str(kind)][0], *rest))

    checked = _as_written(validate(Hooks, data, document, (), locate_hook)).adding(found)
    if checked.value is None:
        return checked
    faults = tuple(_template_faults(checked.value, data["webhooks"], locate))
    is_broken = any(fault.is_error for fault in faults)
    return Checked(None if is_broken else checked.value, (*checked.diagnostics, *faults))


def _as_written(checked: Checked[Hooks | None]) -> Checked[Hooks | None]:
    """The findings with the names that the sections have in the file."""
    names = (("[commands.", "[hook."), ("[webhooks.", "[hook.webhooks."))
    found = checked.diagnostics
    for ours, theirs in names:
        found = tuple(replace(one, message=one.message.replace(ours, theirs, 1)) for one in found)
    return Checked(checked.value, found)


def _with_known_presets(path: KeyPath, value: Any, locate: Locate, found: list[Diagnostic]) -> Any:
    """A webhook whose preset nobody knows sends the whole event."""
    if isinstance(value, list):
        return [_with_known_presets((*path, number), one, locate, found) for number, one in enumerate(value)]
    preset = value.get("preset") if isinstance(value, dict) else None
    if not isinstance(preset, str) or preset in PRESET_NAMES:
        return value
    message = f"unknown preset '{preset}': known are {', '.join(PRESET_NAMES)}{did_you_mean(preset, PRESET_NAMES)}"
    found.append(codes.W020.found(model="", message=message, span=locate((*path, "preset"))))
    return {name: one for name, one in value.items() if name != "preset"}


def _template_faults(hooks: Hooks, written: dict[str, Any], locate: Locate) -> Iterator[Diagnostic]:
    for key, group in hooks.webhooks.items():
        for number, webhook in enumerate(group):
            if webhook.body_template is None:
                continue
            position = (number,) if isinstance(written[key], list) else ()
            span = locate(("hook", "webhooks", key, *position, "body_template"))
            try:
                template = parse_template(webhook.body_template)
            except TemplateFault as fault:
                yield codes.E055.found(model="", message=f"body_template: {fault}", span=span)
                continue
            for path in dict.fromkeys(path for path in paths_of(template) if not is_known(path)):
                message = f"body_template: no event has a '{path}'{did_you_mean(path, PATHS)}; it is left empty"
                yield codes.W020.found(model="", message=message, span=span)
