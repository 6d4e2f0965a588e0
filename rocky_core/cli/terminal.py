"""Whether somebody looks at what is printed."""

from __future__ import annotations

import sys


def is_watched() -> bool:
    """Whether standard output is a terminal; it may also be closed."""
    return sys.stdout is not None and sys.stdout.isatty()
