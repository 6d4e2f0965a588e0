"""Tells which files of a project have changed, by their stamps; nothing is opened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

Stamp = tuple[int, int, int]
"""When the file was changed, how long it is, and which one it is."""

_KINDS: Final = (".sql", ".rocky", ".toml", ".csv")
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site-packages"})


def stamps_below(folders: Iterable[Path]) -> Mapping[str, Stamp]:
    """The stamps of all files in and below these folders that a project may be made of; hidden folders are left out."""
    found: dict[str, Stamp] = {}
    waiting = [str(folder) for folder in folders]
    seen: set[str] = set()
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue  # It may be gone by now, or never have been there.
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                        waiting.append(entry.path)
                elif entry.name.endswith(_KINDS):
                    stat = entry.stat()
                    found[entry.path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            except OSError:
                continue
    return found


def changed_between(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> tuple[str, ...]:
    """The files that were added, changed or removed, in order."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
