"""The options that `run`, `plan` and `apply` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from rocky_core.cli.settings import current_settings

if TYPE_CHECKING:
    from rocky_core.execution.run_options import RunOptions

F = TypeVar("F", bound=Callable[..., Any])

_WHAT: Final = (
    click.option("--pipeline", metavar="NAME", help="The pipeline; needed when there are several."),
    click.option(
        "--model",
        "selectors",
        multiple=True,
        metavar="SELECTOR",
        help="Only these: NAME, +NAME (and what it reads), NAME+ (and its readers), tag:KEY[=VALUE]; may be repeated.",
    ),
    click.option(
        "--filter",
        "filter",
        metavar="KEY=VALUE",
        help="Only this part: a source by `id` or a component of its name, or tables by `table`, `schema`, `catalog`.",
    ),
    click.option("--all", "all_models", is_flag=True, help="In a replication: also build the project's models."),
    click.option("--no-prune", is_flag=True, help="In a replication: copy tables that have not changed, too."),
    click.option("--partition", metavar="KEY", help="Build this partition of time-partitioned models."),
    click.option("--from", "first", metavar="KEY", help="Build the partitions from here on; needs --to."),
    click.option("--to", "last", metavar="KEY", help="The last partition to build; needs --from."),
    click.option("--latest", is_flag=True, help="Build the partition that holds the present (the default)."),
    click.option("--missing", is_flag=True, help="Build all partitions since first_partition that are not there."),
    click.option(
        "--lookback", type=click.IntRange(min=0), metavar="N", help="Also build the N partitions before the first one."
    ),
    click.option(
        "--skip-unchanged/--no-skip-unchanged",
        default=None,
        help="Leave out models of which it is proven that building them again would change nothing.",
    ),
    click.option(
        "--force-rebuild", is_flag=True, help="Build everything selected, whatever rocky.toml says of skipping."
    ),
    click.option("--shadow", is_flag=True, help="Build beside the real tables, to compare with them."),
    click.option("--shadow-suffix", metavar="TEXT", help="What a shadow's name ends with.  [default: _rocky_shadow]"),
    click.option("--shadow-schema", metavar="SCHEMA", help="Build shadows in this schema, under their own names."),
    click.option("--branch", metavar="NAME", help="Build in the schema of this branch (see `rocky branch`)."),
    click.option("--defer", is_flag=True, help="With --model: read models that are not built where they were built."),
    click.option("--defer-to", metavar="SCHEMA", help="The same, in this schema; needs --defer."),
    click.option("--env", metavar="NAME", help="Show samples of failing rows under the masks of [mask.NAME]."),
)
_HOW: Final = (
    click.option("--parallel", type=click.IntRange(min=1), metavar="N", help="How many models at once.  [default: 4]"),
    click.option(
        "--fail-fast/--no-fail-fast",
        default=None,
        help="Start nothing more after the first failure. Without it a failure stops only what reads the model.",
    ),
    click.option(
        "--fail-on-check-error/--no-fail-on-check-error",
        default=None,
        help="Fail the run when a check of severity error does not pass.",
    ),
    click.option(
        "--enforce-budgets", is_flag=True, help="Fail the run when it, or a model, uses more than its [budget] says."
    ),
    click.option(
        "--idempotency-key",
        envvar="ROCKY_IDEMPOTENCY_KEY",
        metavar="KEY",
        help="Do nothing if a run under this key has succeeded or is at work.  [env: ROCKY_IDEMPOTENCY_KEY]",
    ),
)


def _refuse(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value and ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE:
        raise click.UsageError(f"{parameter.opts[0]} has no meaning here: {_MEANINGLESS[parameter.opts[0]]}", ctx)


def _note(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    del ctx
    if value:
        click.echo(f"note: {parameter.opts[0]} changes nothing: {_ALWAYS_SO[parameter.opts[0]]}", err=True)


# Options that other tools know under these names; whoever gives them is told what holds instead.
_MEANINGLESS: Final = {
    "--semantic": "`rocky lineage-diff REF` shows which columns have changed since a git ref, and who reads them",
    "--base": "`rocky lineage-diff REF` compares with a git ref",
    "--governance-override": "runs apply the governance that rocky.toml states, or say that the warehouse has none",
}
_ALWAYS_SO: Final = {
    "--no-reuse": "tables are never taken over from other projects' builds",
    "--assume-fresh-state": "the state is read where it is kept, and a state that cannot be reached ends the run",
}


def without_meaning(command: F) -> F:
    """Accept options that mean nothing here, to say so."""
    refused = (
        click.option("--semantic", is_flag=True, hidden=True, expose_value=False, callback=_refuse),
        click.option("--base", metavar="REF", hidden=True, expose_value=False, callback=_refuse),
        click.option("--governance-override", metavar="JSON", hidden=True, expose_value=False, callback=_refuse),
    )
    noted = tuple(
        click.option(name, is_flag=True, hidden=True, expose_value=False, callback=_note) for name in _ALWAYS_SO
    )
    return _with((*refused, *noted), command)


def what_to_build(command: F) -> F:
    """Add the options that decide which tables are built."""
    return _with(_WHAT, command)


def how_to_build(command: F) -> F:
    """Add the options that change nothing of what is built."""
    return _with(_HOW, command)


def _with(options: tuple[Callable[[F], F], ...], command: F) -> F:
    for option in reversed(options):
        command = option(command)
    return command


def run_options(  # noqa: PLR0913 — as many as there are options
    *,
    partition: str | None = None,
    first: str | None = None,
    last: str | None = None,
    latest: bool = False,
    missing: bool = False,
    lookback: int | None = None,
    env: str | None = None,
    selectors: tuple[str, ...] = (),
    **wishes: Any,
) -> RunOptions:
    """The wishes on the command line.

    Raises:
        click.UsageError: some of them contradict each other.

    """
    from rocky_core.execution.run_options import RunOptions  # noqa: PLC0415 — `--help` needs no engine
    from rocky_core.planning.partitions import PartitionChoice  # noqa: PLC0415 — same

    ways = [
        name
        for name, given in (
            ("--partition", partition is not None),
            ("--from/--to", first is not None or last is not None),
            ("--latest", latest),
            ("--missing", missing),
        )
        if given
    ]
    if len(ways) > 1:
        raise click.UsageError(f"{' and '.join(ways)} exclude each other")
    if (first is None) != (last is None):
        raise click.UsageError("--from and --to belong together")
    if wishes.get("resume") is not None and wishes.get("resume_latest"):
        raise click.UsageError("--resume and --resume-latest exclude each other")
    if current_settings().models is not None and "all_models" in wishes:
        wishes["all_models"] = True  # Whoever says where the models are wants them built.
    wishes |= _elsewhere(
        shadow=wishes.pop("shadow", False),
        suffix=wishes.pop("shadow_suffix", None),
        schema=wishes.pop("shadow_schema", None),
        branch=wishes.pop("branch", None),
    )
    wishes |= _deferred(defer=wishes.pop("defer", False), schema=wishes.pop("defer_to", None), selectors=selectors)
    choice = PartitionChoice(key=partition, first=first, last=last, missing=missing, lookback=lookback)
    return RunOptions(models=selectors, partitions=choice, environment=env, **wishes)


def _elsewhere(*, shadow: bool, suffix: str | None, schema: str | None, branch: str | None) -> dict[str, Any]:
    """Where the tables are built instead of where they belong."""
    from rocky_core.ir.shadow import DEFAULT_SUFFIX, Shadow  # noqa: PLC0415 — see `run_options`

    if branch is not None and (shadow or suffix is not None or schema is not None):
        raise click.UsageError("--branch and --shadow exclude each other: a branch has a schema of its own")
    if branch is not None:
        return {"shadow": Shadow(branch=branch)}
    if not shadow:
        if suffix is not None or schema is not None:
            raise click.UsageError("--shadow-suffix and --shadow-schema need --shadow")
        return {}
    if suffix is not None and schema is not None:
        raise click.UsageError("--shadow-suffix and --shadow-schema exclude each other")
    for option, name in (("--shadow-suffix", suffix), ("--shadow-schema", schema)):
        _require_name(option, name)
    return {"shadow": Shadow(suffix or DEFAULT_SUFFIX, schema)}


def _deferred(*, defer: bool, schema: str | None, selectors: tuple[str, ...]) -> dict[str, Any]:
    """In which schema models are read that are not built; without one they are read where they belong, as always."""
    if schema is not None and not defer:
        raise click.UsageError("--defer-to needs --defer")
    _require_name("--defer-to", schema)
    return {"defer_to": schema} if schema is not None and selectors else {}


def _require_name(option: str, name: str | None) -> None:
    from rocky_core.ir.names import is_identifier  # noqa: PLC0415 — see `run_options`

    if name is not None and not is_identifier(name):
        raise click.UsageError(f"{option}: '{name}' is not a name; use letters, digits and underscores")
