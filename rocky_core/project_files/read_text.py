"""Opens a project file and decodes it; whatever is wrong with it is a finding."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.project_files.scan import FileStamp, FoundFile

MAX_BYTES: Final = 10_000_000


def read_text(root: str, found: FoundFile, model: str = "") -> Checked[str | None]:
    """The text without a byte order mark; a file too large is not even opened."""
    if found.stamp.size > MAX_BYTES:
        size = f"{found.stamp.size / 1_000_000:.1f}"
        message = f"'{found.file}' is too large to be read: {size} MB, at most {MAX_BYTES // 1_000_000} MB"
        return Checked(None, (_unreadable(found.file, message, model),))
    try:
        with open(f"{root}/{found.file}", "rb") as file:  # noqa: PTH123 — building a Path costs as much as reading
            content = file.read()
    except OSError as error:
        message = f"'{found.file}' cannot be read: {error.strerror}"
        return Checked(None, (_unreadable(found.file, message, model),))
    try:
        return Checked(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line_start = content.rfind(b"\n", 0, error.start) + 1
        column = len(content[line_start : error.start].decode("utf-8-sig", "replace")) + 1
        span = Span(found.file, content.count(b"\n", 0, error.start) + 1, column)
        message = f"'{found.file}' is not UTF-8: byte 0x{content[error.start]:02x}"
        suggestion = "save the file as UTF-8"
        return Checked(None, (codes.E054.found(model=model, message=message, span=span, suggestion=suggestion),))


def find_file(root: str, file: str) -> FoundFile | None:
    """A single file by its path, if there is one that can be read."""
    path = Path(root, file)
    try:
        status = path.stat()
    except OSError:
        return None
    return FoundFile(file, FileStamp(status.st_mtime_ns, status.st_size, status.st_ino)) if path.is_file() else None


def _unreadable(file: str, message: str, model: str) -> Diagnostic:
    return codes.E054.found(model=model, message=message, span=Span(file, 1, 1))
