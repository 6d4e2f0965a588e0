"""Whether each adapter is configured well enough to connect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rocky_core.cli.validation.message import error, ok, warn
from rocky_core.config.adapters import ADAPTER_TYPES, Adapter
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.results.validation import AdapterStatus, ValidateMessage

# Adapter type → (code, key) of what it cannot connect without.
_NEEDED: Final = {
    "databricks": (("V011", "host"), ("V012", "http_path")),
    "fivetran": (("V014", "api_key"), ("V015", "api_secret"), ("V016", "destination_id")),
}


def check_adapters(config: RockyConfig) -> tuple[tuple[AdapterStatus, ...], list[ValidateMessage]]:
    """The state of every adapter, and what is missing."""
    if not config.adapters:
        return (), [warn("V010", "no adapters are defined, so nothing can be run", "adapter")]
    statuses = []
    messages: list[ValidateMessage] = []
    for name, adapter in config.adapters.items():
        found = list(_check(name, adapter))
        statuses.append(AdapterStatus(name, adapter.type, not found))
        messages += found or [ok("V010", f"adapter '{name}' ({adapter.type})")]
    return tuple(statuses), messages


def _check(name: str, adapter: Adapter) -> Iterator[ValidateMessage]:
    if adapter.type not in ADAPTER_TYPES:
        hint = did_you_mean(adapter.type, ADAPTER_TYPES)
        yield error("V017", f"adapter '{name}' has the unknown type '{adapter.type}'{hint}", "adapter", name, "type")
        return
    for code, key in _NEEDED.get(adapter.type, ()):
        if _is_empty(getattr(adapter, key)):
            yield warn(code, f"adapter '{name}' ({adapter.type}) has no '{key}'", "adapter", name, key)
    if adapter.type == "databricks" and _is_empty(adapter.token) and _is_empty(adapter.client_id):
        message = f"adapter '{name}' (databricks) has neither 'token' nor 'client_id' to log in with"
        yield warn("V013", message, "adapter", name, "token")


def _is_empty(value: object) -> bool:
    """Whether a setting is absent or empty; a secret is asked for its length only."""
    return value is None or (hasattr(value, "__len__") and len(value) == 0)
