"""The files that findings point into, read when a line of theirs is to be shown."""

from __future__ import annotations

from pathlib import Path


class FileTexts:
    """Texts by the name that spans use, which is relative to the project's root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str | None] = {}

    def get(self, file: str) -> str | None:
        """The file's text; None when it is gone or is no text, and then only the place is shown."""
        if file not in self._texts:
            self._texts[file] = next((text for base in (self._root, Path()) if (text := _read(base / file))), None)
        return self._texts[file]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return None
