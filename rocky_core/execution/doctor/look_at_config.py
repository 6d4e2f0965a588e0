"""rocky.toml, its adapters and its pipelines, without connecting to anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rocky_core.config.adapters import Adapter
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.execution.doctor.health import Outcome, critical, healthy, warning
from rocky_core.execution.doctor.patient import Patient
from rocky_core.project_files.validate_pipelines import validate_adapters, validate_pipelines
from rocky_core.project_files.validation_message import Message, Messages

UNREADABLE: Final = "not looked at, because rocky.toml cannot be read"


def look_at_config(patient: Patient) -> Iterator[Outcome]:
    """Whether rocky.toml is there and can be understood."""
    errors = [found for found in patient.diagnostics if found.is_error]
    if errors:
        places = tuple(
            (f"{found.span.file}:{found.span.line}" if found.span else str(patient.config_file), found.message)
            for found in errors
        )
        first = f"{places[0][0]}: {places[0][1]}"
        more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
        yield critical(
            f"{first}{more}",
            *places,
            suggestion="repair rocky.toml; `rocky validate` shows every problem with its line",
        )
    elif patient.config is None:
        yield critical(
            f"there is no '{patient.config_file}'",
            suggestion="run `rocky init` to write one, or give its path with --config",
        )
    else:
        yield healthy(f"'{patient.config_file}' can be read")


def look_at_adapters(patient: Patient) -> Iterator[Outcome]:
    """Whether every adapter has what it needs to connect."""
    config = patient.config
    if config is None:
        yield critical(UNREADABLE)
        return
    messages = Messages()
    validate_adapters(config, messages)
    wrong = _wrong(messages)
    yield from _told(wrong)
    for name, adapter in config.adapters.items():
        yield from _credentials(name, adapter)
    if not wrong and config.adapters:
        names = ", ".join(f"{name} ({adapter.type})" for name, adapter in config.adapters.items())
        yield healthy(f"every adapter has what it needs to connect: {names}")


def look_at_pipelines(patient: Patient) -> Iterator[Outcome]:
    """Whether the pipelines' patterns, adapters and order make sense."""
    config = patient.config
    if config is None:
        yield critical(UNREADABLE)
        return
    messages = Messages()
    validate_pipelines(config, messages)
    wrong = _wrong(messages)
    yield from _told(wrong)
    if not wrong:
        yield healthy(f"{_counted(config)} well formed")


def _counted(config: RockyConfig) -> str:
    count = len(config.pipelines)
    return "1 pipeline is" if count == 1 else f"{count} pipelines are"


def _wrong(messages: Messages) -> list[Message]:
    return [message for message in messages.listed if message.severity in {"warn", "error"}]


def _told(wrong: Sequence[Message]) -> Iterator[Outcome]:
    for message in wrong:
        place = message.file or message.code
        say = critical if message.severity == "error" else warning
        yield say(
            message.message, (place, message.message), suggestion="`rocky validate` shows what is wrong in rocky.toml"
        )


def _credentials(name: str, adapter: Adapter) -> Iterator[Outcome]:
    """What `validate` leaves to the connection: an account without any way to sign in."""
    match adapter.type:
        case "snowflake":
            keys = (adapter.private_key, adapter.private_key_path)
            ways = (adapter.password, adapter.oauth_token, adapter.pat, *keys)
            if not adapter.account:
                yield _missing(name, adapter, "account")
            if all(way is None for way in ways):
                yield _missing(name, adapter, "password, oauth_token, private_key_path or pat")
        case "bigquery":
            if not adapter.project_id:
                yield _missing(name, adapter, "project_id")
        case "airbyte":
            if not adapter.host:
                yield _missing(name, adapter, "host")
        case "databricks":
            if adapter.client_id is not None and adapter.client_secret is None:
                yield _missing(name, adapter, "client_secret")
        case _:
            return


def _missing(name: str, adapter: Adapter, key: str) -> Outcome:
    first = key.split(",", maxsplit=1)[0]
    return warning(f"adapter '{name}' ({adapter.type}) has no {key}", suggestion=f"add {first} to [adapter.{name}]")
