"""`rocky init`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from rocky_core.cli.settings import global_options
from rocky_core.cli.write_starter import write_starter
from rocky_core.errors import UserError

_STARTERS: Final = {
    "duckdb": "init_duckdb",
    "databricks-fivetran": "init_databricks_fivetran",
    "snowflake": "init_snowflake",
    "bigquery": "init_bigquery",
}


@click.command("init")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False), default=".", required=False)
@click.option(
    "--template", type=click.Choice(tuple(_STARTERS)), default="duckdb", show_default=True, help="Which warehouse."
)
@global_options
def command(path: Path, template: str) -> None:
    """Start a project in PATH (default: here): rocky.toml, two models with a test, a seed to try them on.

    Refuses where there is a rocky.toml already, and replaces no file.
    """
    if (path / "rocky.toml").exists():
        raise UserError(
            f"'{path / 'rocky.toml'}' already exists: this is a project", hint="`rocky compile` compiles it"
        )
    for file in write_starter(_STARTERS[template], path):
        click.echo(f"  wrote {path / file}")
    click.echo("")
    where = "" if path == Path() else f"cd {path}, then "
    click.echo(f"  Next: {where}`rocky compile --with-seed` checks the models, `rocky test` builds them in memory,")
    click.echo("        `rocky lineage customer_revenue.revenue` shows what a column is made of.")
    if template != "duckdb":
        click.echo("        The connection is read from the environment: see rocky.toml.")
