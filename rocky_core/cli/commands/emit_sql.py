"""`rocky emit-sql`."""

from __future__ import annotations

from pathlib import Path

import click

from rocky_core.api import Compilation, open_project
from rocky_core.cli.output import counted, print_lines
from rocky_core.cli.settings import global_options, project_options
from rocky_core.dialects.statements.rendered import Refused
from rocky_core.errors import CompileFailed, UserError
from rocky_core.ir.names import is_identifier
from rocky_core.ir.strategy import Ephemeral, strategy_name


@click.command("emit-sql")
@click.option("--model", metavar="NAME", help="Only this model.")
@click.option(
    "--out-dir", type=click.Path(path_type=Path, file_okay=False), help="Write one NAME.sql per model into this folder."
)
@click.option("--first-build", is_flag=True, help="The statements for a warehouse that has none of the tables yet.")
@click.option("--with-seed", is_flag=True, help="Take the types of source tables from data/seed.sql.")
@global_options
def command(model: str | None, out_dir: Path | None, *, first_build: bool, with_seed: bool) -> int:
    """Print the SQL that builds the models, in the order in which they must run.

    Always text. Ephemeral models, models that the warehouse cannot build, and options that it has no words for are
    named on stderr. Values that only a run knows stand as @start_date, @end_date and @watermark. Refuses a project
    with errors.
    """
    compilation = open_project(project_options(with_seed=with_seed)).compile()
    if model is not None:
        compilation.model(model)
    errors = tuple(found for found in compilation.diagnostics if found.is_error)
    if errors:
        listed = "".join(f"\n  {found.code}: {found.message} ({found.model or 'project'})" for found in errors)
        raise CompileFailed(
            f"no SQL is printed for a project with errors:{listed}", hint="`rocky compile` shows where they are"
        )
    names = (model,) if model is not None else compilation.project.order
    scripts = {
        name: script for name in names if (script := _script(compilation, name, first_build=first_build)) is not None
    }
    if out_dir is not None:
        _write(out_dir, scripts)
    else:
        print_lines("\n".join((f"-- model: {name}", script)) for name, script in scripts.items())
    return int(model is not None and not scripts)


def _script(compilation: Compilation, name: str, *, first_build: bool) -> str | None:
    strategy = compilation.model(name).model.strategy
    if isinstance(strategy, Ephemeral):
        _say(name, "ephemeral: its readers inline it, so there is nothing to run")
        return None
    rendered = compilation.render_sql(name)
    if isinstance(rendered, Refused):
        _say(name, rendered.reason)
        return None
    for option in rendered.left_out:
        _say(f"{option} of {name}", f"{compilation.dialect_of(name).name} has no words for it")
    statements = (rendered.first_build or rendered.statements) if first_build else rendered.statements
    note = []
    if rendered.first_build and not first_build:
        note = [
            f"-- NOTE: {strategy_name(strategy)} changes rows of a table that is there, and a run fills in each @name.",
            "-- These are the statements of every build but the first;",
            f"-- `rocky emit-sql --first-build --model {name}` prints the one that creates the table.",
        ]
    return "\n".join([*note, "\n\n".join(f"{statement};" for statement in statements), ""])


def _write(folder: Path, scripts: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, script in scripts.items():
            if is_identifier(name):
                (folder / f"{name}.sql").write_text(script, encoding="utf-8")
            else:
                _say(name, "its name is no safe file name")
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {error.strerror}") from error
    click.echo(f"{counted(sum(map(is_identifier, scripts)), 'file')} written to {folder}")


def _say(name: str, reason: str) -> None:
    click.echo(f"left out: {name} — {reason}", err=True)
