"""`rocky playground`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from rocky_core.cli.settings import global_options
from rocky_core.cli.write_starter import write_starter
from rocky_core.errors import UserError

_TEMPLATES: Final = {
    "quickstart": "quickstart",
    "quick": "quickstart",
    "qs": "quickstart",
    "ecommerce": "ecommerce",
    "ecom": "ecommerce",
    "shop": "ecommerce",
    "showcase": "showcase",
    "all": "showcase",
    "full": "showcase",
}
_TO_LOOK_AT: Final = {"quickstart": "daily_sales", "ecommerce": "customer_value", "showcase": "fct_trips"}


@click.command("playground")
@click.argument("path", type=click.Path(path_type=Path), default="rocky-playground", required=False)
@click.option(
    "--template",
    type=click.Choice(tuple(_TEMPLATES)),
    metavar="[quickstart|ecommerce|showcase]",
    default="quickstart",
    show_default=True,
    help="How much of it: a bakery's sales, a web shop, or every feature.",
)
@global_options
def command(path: Path, template: str) -> None:
    """Write a complete sample project with data into PATH (default: rocky-playground), which must not exist yet."""
    if path.exists():
        raise UserError(f"'{path}' already exists", hint="give another folder: `rocky playground NAME`")
    name = _TEMPLATES[template]
    written = write_starter(f"playground_{name}", path)
    if name == "quickstart":
        _create_database(path / "playground.duckdb", (path / "data" / "seed.sql").read_text(encoding="utf-8"))
        written = (*written, Path("playground.duckdb"))
    for file in written:
        click.echo(f"  wrote {path / file}")
    click.echo("")
    click.echo(f"  Next: cd {path}")
    click.echo("        rocky compile --with-seed     types, contracts and dependencies, without a warehouse")
    click.echo("        rocky test                    builds every model in memory and runs the unit tests")
    click.echo("        rocky run                     builds them in playground.duckdb, and makes their checks")
    click.echo(f"        rocky lineage {_TO_LOOK_AT[name]:<15} what its columns are made of, and who reads them")


def _create_database(file: Path, seed: str) -> None:
    import duckdb  # noqa: PLC0415 — only this command needs the driver

    try:
        with duckdb.connect(str(file)) as connection:
            connection.execute(seed)
    except duckdb.Error as error:
        raise UserError(f"cannot create '{file}': {error}") from error
