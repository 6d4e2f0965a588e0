"""The options every command shares, accepted before and after the command's name."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from rocky_core.cli.terminal import is_watched

if TYPE_CHECKING:
    from rocky_core.api import ProjectOptions

_META: Final = "rocky_core.cli.settings"
FORMATS: Final = ("json", "table", "markdown")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shared options say, wherever on the command line they stood."""

    config: Path = Path("rocky.toml")
    output: str | None = None
    models: Path | None = None
    contracts: Path | None = None
    state_path: Path | None = None
    state_namespace: str | None = None
    cache_ttl: int | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def format(self) -> str:
        """The format asked for; without one a table on a terminal and JSON for programs."""
        return self.output or ("table" if is_watched() else "json")


def current_settings() -> Settings:
    """The shared options of the running command."""
    said: dict[str, Any] = click.get_current_context().meta.get(_META, {})
    return Settings(**{name: value for name, value in said.items() if name != "debug"})


def project_options(
    *, with_seed: bool = False, target_dialect: str | None = None, use_cache: bool = True
) -> ProjectOptions:
    """The project that the shared options name.

    Raises:
        UserError: they name a rocky.toml that is not there; that there is none in this folder is no mistake.

    """
    from rocky_core.errors import UserError  # noqa: PLC0415 — keeps start-up light
    from rocky_core.ir.replace import replace  # noqa: PLC0415 — same

    settings = current_settings()
    if settings.config != Settings().config and not settings.config.exists():
        raise UserError(f"No rocky.toml found at '{settings.config}'", hint="give its path with --config")
    if settings.contracts is not None and not settings.contracts.is_dir():
        warning = click.style("warning", fg="yellow", bold=True)
        click.echo(f"{warning}: there is no folder '{settings.contracts}', so no contract is read from it", err=True)
    return replace(unchecked_project_options(), with_seed=with_seed, target_dialect=target_dialect, use_cache=use_cache)


def unchecked_project_options() -> ProjectOptions:
    """The project that the shared options name, whether or not it is there."""
    from rocky_core.api import ProjectOptions  # noqa: PLC0415 — `--help` needs no engine

    settings = current_settings()
    return ProjectOptions(
        config_file=settings.config,
        models_dir=settings.models,
        contracts_dir=settings.contracts,
        variables=settings.variables,
        state_path=settings.state_path,
        state_namespace=settings.state_namespace,
        schema_ttl_seconds=settings.cache_ttl,
    )


def global_options(command: F) -> F:
    """Add the shared options to a command or to the group."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether JSON was asked for in words; an error then is JSON too."""
    return any(
        argument in {"--output=json", "-ojson"} or (argument in {"-o", "--output"} and following == "json")
        for argument, following in zip(arguments, (*arguments[1:], ""), strict=True)
    )


def wants_debug(arguments: Sequence[str]) -> bool:
    return "--debug" in arguments or os.environ.get("ROCKY_DEBUG") == "1"


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value is None or value == ():
        return
    said: dict[str, Any] = ctx.meta.setdefault(_META, {})
    assert parameter.name is not None  # noqa: S101 — click names every option
    if parameter.name == "variables":
        value = MappingProxyType({**said.get("variables", {}), **dict(value)})
    said[parameter.name] = value


class _Variable(click.ParamType[tuple[str, str]]):
    """`name=value`, split at the first `=`."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not equals or not name.isidentifier():
            self.fail(f"'{value}' is not of the form name=value", param, ctx)
        return name, text


def _shared(*names: str, **attributes: Any) -> Callable[[F], F]:
    return click.option(*names, callback=_remember, expose_value=False, **attributes)


_OPTIONS: Final = (
    _shared(
        "-c",
        "--config",
        "config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The project's rocky.toml.  [default: rocky.toml]",
    ),
    _shared(
        "-o",
        "--output",
        "output",
        type=click.Choice(FORMATS),
        help="How to print the answer.  [default: table on a terminal, else json]",
    ),
    _shared(
        "--models",
        "models",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Read the models from here, not from where the pipelines say.",
    ),
    _shared(
        "--contracts",
        "contracts",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Also read contracts from here; they win over those beside the models.",
    ),
    _shared(
        "--var",
        "variables",
        type=_Variable(),
        multiple=True,
        metavar="NAME=VALUE",
        help="Set a run variable (`@var(NAME)`); may be repeated.",
    ),
    _shared(
        "--state-path",
        "state_path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Keep the state here instead of beside the models.",
    ),
    _shared("--state-namespace", "state_namespace", metavar="KEY", help="Use a state of its own under this name."),
    _shared(
        "--cache-ttl",
        "cache_ttl",
        type=click.IntRange(min=0),
        metavar="SECONDS",
        help="Believe source tables described by `discover --with-schemas` for so long; 0 forgets them for this call.",
    ),
    _shared("--debug", "debug", is_flag=True, default=None, help="Show the traceback of an internal fault."),
)
