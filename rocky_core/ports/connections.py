"""Connections that are configured elsewhere, such as resources of an orchestrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Connection:
    """The keys of an adapter as a connection has them; they may hold secrets."""

    adapter_type: str
    told_as: str  # Such as the name of its class.
    settings: Mapping[str, str] = field(repr=False)
    driver_settings: Mapping[str, str | bool | int | float] = field(
        repr=False, default_factory=lambda: MappingProxyType({})
    )


Connect = Callable[[], Connection]
"""Looks up the values of a connection, when they are needed and not before."""
