"""Folders for rows that are on their way: gone when the work is done, or else when somebody next makes one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = "rocky-load-"
_LOCK: Final = "in-use"  # Held as long as its process lives.


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder that only this user can read; those of processes that were killed are removed first."""
    _remove_abandoned()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name)
        # Locked before it has its name, so that nobody ever finds it free.
        descriptor, unnamed = tempfile.mkstemp(dir=folder)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Path(unnamed).rename(folder / _LOCK)
            yield folder
        finally:
            os.close(descriptor)


def _remove_abandoned() -> None:
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError):  # It is another user's, in use, or being removed by somebody else.
            descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
            finally:
                os.close(descriptor)
