"""The lock beside the state file: shared by everyone who has it open, exclusive for replacing the whole file.

It says nothing about runs (leases do); the system drops it with the process, so a left-over file is harmless.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path
from typing import Final

from rocky_core.errors import StateLocked, StateUnavailable

_ATTEMPTS: Final = 5
_PAUSE_SECONDS: Final = 0.05
_LOCKS: Final = Path("/proc/locks")  # One line for each lock of the system.


def lock_path(path: Path) -> Path:
    """Where the lock of a state file is."""
    return path.with_name(f"{path.name}.lock")


def lock_shared(path: Path, *, may_be_missing: bool = False) -> int | None:
    """A descriptor that keeps the file from being replaced; with `may_be_missing` None where no lock can be made."""
    try:
        return _lock(path, fcntl.LOCK_SH, f"state file locked: another program is replacing {path}")
    except StateUnavailable:
        if may_be_missing:
            return None
        raise


def lock_exclusive(path: Path) -> int:
    """A descriptor that keeps everybody else from opening the file. Raises StateLocked while anyone has it open."""
    return _lock(path, fcntl.LOCK_EX, f"state file locked: other programs have {path} open; stop them and try again")


def is_open_elsewhere(path: Path) -> bool:
    """Whether any process, this one included, has the state file open."""
    if not lock_path(path).exists():
        return False
    try:
        unlock(_lock(path, fcntl.LOCK_EX, "held", attempts=1))
    except StateLocked:
        return True
    return False


def processes_holding(path: Path) -> tuple[int, ...]:
    """The processes that have the state file open, as far as this system tells."""
    try:
        found = lock_path(path).stat()
        lines = _LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ()
    inode = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    held = (fields for line in lines if len(fields := line.split()) > 5)
    numbers = (int(fields[4]) for fields in held if fields[1] == "FLOCK" and fields[5] == inode)
    return tuple(dict.fromkeys(number for number in numbers if number > 0))


def unlock(descriptor: int | None) -> None:
    """Give a lock back."""
    if descriptor is not None:
        os.close(descriptor)


def _lock(path: Path, mode: int, message: str, *, attempts: int = _ATTEMPTS) -> int:
    try:
        descriptor = os.open(lock_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StateUnavailable(f"state file {path} cannot be used: {error.strerror}: {lock_path(path)}") from error
    for attempt in range(attempts):
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                os.close(descriptor)
                raise StateUnavailable(f"state file {path} cannot be locked: {error.strerror}") from error
            if attempt + 1 < attempts:
                time.sleep(_PAUSE_SECONDS)
        else:
            return descriptor
    os.close(descriptor)
    raise StateLocked(message)
