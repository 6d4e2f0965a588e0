"""`rocky fmt`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from rocky_core.cli.output import counted
from rocky_core.cli.settings import global_options
from rocky_core.dsl.format import format_text
from rocky_core.errors import UserError


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when a file would change.")
@global_options
def command(paths: tuple[Path, ...], *, check: bool) -> int:
    """Format the .rocky files below the given files and folders (by default the current one)."""
    changed = 0
    files = sorted(set(_rocky_files(paths or (Path(),))))
    for file in files:
        text = _read(file)
        formatted = format_text(text)
        if formatted == text:
            continue
        changed += 1
        if check:
            click.echo(f"would reformat: {file}", err=True)
        else:
            _write(file, formatted)
            click.echo(f"reformatted: {file}")
    done = "would change" if check else "changed"
    click.echo(f"{counted(len(files), 'file')} looked at, {changed} {done}", err=check)
    return int(check and changed > 0)


def _rocky_files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*.rocky") if file.is_file())
        elif path.suffix == ".rocky":
            yield path
        else:
            raise UserError(f"{path} is not a .rocky file", hint="only .rocky files are formatted")


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 (byte {error.start})", hint="save it as UTF-8") from error
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror}") from error
