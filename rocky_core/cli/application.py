"""The command tree: names and one-line helps are here, the commands themselves are imported when one is called."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from rocky_core.cli.settings import global_options
from rocky_core.version import VERSION

# Name → (module under rocky_core.cli.commands, one line for the overview), in the order a project meets them.
_COMMANDS: Final = {
    "init": ("init", "Start a project: rocky.toml, a first model, its data."),
    "playground": ("playground", "Write a complete sample project to try things on."),
    "validate": ("validate", "Check rocky.toml and the project's files, offline."),
    "compile": ("compile", "Resolve, type and check every model, without a warehouse."),
    "test": ("test", "Build the models and run the unit tests in a local DuckDB."),
    "ci": ("ci", "Compile and test in one go, with an exit code for a pipeline."),
    "plan": ("plan", "Show what a run would do now, statement by statement, and store it."),
    "apply": ("apply", "Do what a stored plan says, and just that."),
    "drift": ("drift", "Show how tables differ from what would be loaded into them."),
    "run": ("run", "Build the models of a pipeline in the warehouse, and check them."),
    "discover": ("discover", "Show the sources of a replication and their tables."),
    "seed": ("seed", "Load the CSV files of seeds/ into their tables."),
    "load": ("load", "Load the files of a folder into tables, each once."),
    "doctor": ("doctor", "Look at everything a run needs, and say what is not well."),
    "compare": ("compare", "Compare real tables with the shadows or the branch beside them."),
    "branch": ("branch", "Make, list, promote and forget branches: schemas beside the real ones."),
    "history": ("history", "Show what earlier runs did."),
    "cost": ("cost", "Show what a run took, by model."),
    "trace": ("trace", "Show when each build of a run began, and what ran beside it."),
    "metrics": ("metrics", "Show what the checks of earlier runs have measured of a model."),
    "optimize": ("optimize", "Show which strategies would be cheaper, by the history."),
    "state": ("state", "Show and set how far tables are loaded."),
    "lineage": ("lineage", "Show what a model or a column is made of and who reads it."),
    "lineage-diff": ("lineage_diff", "Show which columns changed since a git ref, and who reads them."),
    "dag": ("dag", "Show the project as one graph of seeds, pipelines, models and tests."),
    "catalog": ("catalog", "Show every table with its columns, lineage, owner and last build."),
    "profile": ("profile", "Measure the columns of a table that is there."),
    "estimate": ("estimate", "Ask the warehouse how it would run the models' queries."),
    "compliance": ("compliance", "Show which classified columns are masked, by environment."),
    "retention-status": ("retention_status", "Show how long tables keep their rows, and what is overdue."),
    "retention-sweep": ("retention_sweep", "Delete rows that are older than their models keep them."),
    "list": ("listing", "List pipelines, adapters, models, sources, and a model's neighbours."),
    "hooks": ("hooks", "List the hooks of rocky.toml, and try them."),
    "emit-sql": ("emit_sql", "Print the SQL that builds the models."),
    "fmt": ("fmt", "Format .rocky files."),
}


class LazyGroup(click.Group):
    """A group whose commands cost nothing until they are called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"rocky_core.cli.commands.{entry[0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from rocky_core.diagnostics.suggest import did_you_mean  # noqa: PLC0415 — only a mistyped command needs it

            raise click.UsageError(f"there is no command '{args[0]}'{did_you_mean(args[0], _COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 something is wrong, 2 a part of a run, 3 `doctor` found something critical, "
    "4 `ci` found warnings only, 130 interrupted.",
)
@click.version_option(VERSION, "-V", "--version", prog_name="rocky", message="%(prog)s %(version)s")
@global_options
def rocky() -> None:
    """Compile, check and run projects of plain SQL models.

    Start with `rocky playground`, or `rocky init` in an empty folder. Every command takes the options below before
    or after its name; `rocky COMMAND --help` tells more.
    """
