"""The values that must not come back in what is said of a project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, SecretStr

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.hide_secrets import hide_secrets
from rocky_core.hooks.conceal import is_secret_name, secrets_of_environment

_QUOTED: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_PARAMETER: Final = re.compile(r"[?&]([^=&]+)=([^&]+)")


def known_secrets(config: RockyConfig | None, text: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Secrets of the configuration, of its text where it could not be understood, and of the environment."""
    found = [*secrets_of_environment(environment), *_written(text)]
    if config is not None:
        for adapter in config.adapters.values():
            found += _typed(adapter)
            found += (value for name, value in _PARAMETER.findall(adapter.path or "") if is_secret_name(name))
        found += _typed(config.settings.state)
    return tuple(dict.fromkeys(found))


def _written(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if hide_secrets(line) != line:
            for double, single in _QUOTED.findall(line.partition("=")[2]):
                value = double or single
                if not value.startswith("${"):
                    yield value


def _typed(value: Any) -> Iterator[str]:
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case BaseModel():
            for name in type(value).model_fields:
                yield from _typed(getattr(value, name))
        case dict():
            for inner in value.values():
                yield from _typed(inner)
        case list() | tuple():
            for inner in value:
                yield from _typed(inner)
        case _:
            return
