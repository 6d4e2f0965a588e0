"""Writes a bundled project into a folder, without ever replacing a file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from rocky_core.errors import UserError

_IGNORED_BY_GIT = "gitignore.txt"


def write_starter(name: str, folder: Path) -> tuple[Path, ...]:
    """Copy the starter's files and a .gitignore; the paths come back relative to the folder.

    Raises:
        UserError: a file of that name is already there, or the folder cannot be written; nothing is replaced.

    """
    bundled = files("rocky_core.cli.starters")
    wanted = dict(_contents(bundled / name, Path()))
    taken = next((path for path in wanted if (folder / path).exists()), None)
    if taken is not None:
        raise UserError(f"'{folder / taken}' already exists, and nothing is replaced", hint="choose an empty folder")
    if not (folder / ".gitignore").exists():
        wanted[Path(".gitignore")] = (bundled / _IGNORED_BY_GIT).read_bytes()
    try:
        for path, content in wanted.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    except OSError as error:
        raise UserError(f"cannot write to '{folder}': {error.strerror}") from error
    return tuple(wanted)


def _contents(place: Traversable, path: Path) -> Iterator[tuple[Path, bytes]]:
    for entry in sorted(place.iterdir(), key=lambda found: found.name):
        if entry.is_dir():
            yield from _contents(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_bytes()
