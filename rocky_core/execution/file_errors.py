"""What a warehouse says about a file that it cannot read, cut down to what the owner of the file needs."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

_CSV_LINE: Final = re.compile(r"CSV Error on Line: (\d+)")
_ORIGINAL: Final = re.compile(r"Original Line: (.*)")
_COLUMN: Final = re.compile(r'Error when converting column "(.*?)"\. ')
_SHOWN: Final = 80  # Characters of the row.
# The sentences that say what is wrong; what stands around them is advice about options that are not ours.
_REASONS: Final = (
    re.compile(r"Expected Number of Columns: \d+ Found: \d+"),
    re.compile(r"Value with unterminated quote found"),
    re.compile(r"Invalid unicode[^.]*\. This file is not utf-8 encoded"),
    re.compile(r"Error when converting column .*"),
    re.compile(r"Maximum line size of \d+ bytes exceeded"),
)


class FileError(Struct, frozen=True):
    """The reason, with the line where it is known, and the column whose value could not be read."""

    reason: str
    column: str | None = None


def tell_file_error(message: str, location: str, path: str) -> FileError:
    """The reason in one line; the file goes by its name in the project."""
    message = message.replace(location, path).replace(f' in file "{path}",', "")
    line = _CSV_LINE.search(message)
    column = _COLUMN.search(message)
    reason = next((found[0] for one in _REASONS if (found := one.search(message))), None)
    if line is None or reason is None:
        return FileError(_first_sentence(message), None if column is None else column[1])
    row = _ORIGINAL.search(message)
    shown = "" if row is None or not row[1].strip() else f" ({row[1].strip()[:_SHOWN]})"
    return FileError(f"line {line[1]}: {reason}{shown}", None if column is None else column[1])


def is_about_layout(message: str) -> bool:
    """Whether the warehouse gave up before it had come to a single row."""
    return "when sniffing file" in message or "automatically detect" in message


def _first_sentence(message: str) -> str:
    first = message.strip().partition("\n")[0].strip()
    return first.removeprefix("Invalid Input Error: ").removeprefix("IO Error: ")
