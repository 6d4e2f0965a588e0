"""Builds the environments of what stands in for services in tests: each has its own, since their pins clash with ours.

`python -m tools.stand_ins` builds all of them; an environment that is there and was built from the same pins is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PINS: Final = ROOT / "tests" / "stand_ins"
PLACE: Final = ROOT / ".venv" / "stand_ins"
NAMES: Final = ("bqemulator", "fakesnow")


class NotBuilt(Exception):
    """An environment could not be made."""


def interpreter(name: str) -> Path:
    """The Python of a stand-in's environment, which is built first if it must be. Raises NotBuilt."""
    pins, folder = PINS / f"{name}.txt", PLACE / name
    python, stamp = folder / "bin" / "python", folder / ".built-from"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    PLACE.mkdir(parents=True, exist_ok=True)
    with _alone(PLACE / f"{name}.lock"):
        if not (stamp.exists() and stamp.read_text() == wanted):
            _build(folder, python, pins)
            stamp.write_text(wanted)
    return python


def _build(folder: Path, python: Path, pins: Path) -> None:
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    try:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run(  # noqa: S603 — a fixed command line
            [str(python), "-m", "pip", "install", *options, "-r", str(pins)],
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout or "").strip().splitlines()
        raise NotBuilt(f"{folder.name}: {lines[-1] if lines else error}") from error
    except OSError as error:
        raise NotBuilt(f"{folder.name}: {error}") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Test processes that start together build an environment once."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build all; 1 if one could not be built."""
    failed = False
    for name in NAMES:
        try:
            print(f"{name}: {interpreter(name)}")
        except NotBuilt as error:
            print(f"not built: {error}")
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
