"""The `rocky` program: runs a command and turns whatever goes wrong into a message and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from collections.abc import Sequence
from typing import Final

from rocky_core.version import VERSION

# A short program that mostly builds what it keeps would spend a fifth of its time looking for garbage: young
# objects are looked at rarely, old ones hardly ever.
_COLLECT_AFTER: Final = (200_000, 50, 1_000)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):  # Answered before anything is imported: scripts ask this often.
        sys.stdout.write(f"rocky {VERSION}\n")
        sys.exit(0)
    gc.set_threshold(*_COLLECT_AFTER)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # Looking for them reads every installed package.
    from rocky_core.cli.run_command import run_command  # noqa: PLC0415 — keeps `--version` free of imports

    sys.exit(run_command(given))


def program() -> None:
    """Run the command line as a process of its own, which ends here."""
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, int):
            _leave(end.code)
        raise


def _leave(code: int) -> None:
    """End the process at once, unless it is not done yet.

    Freeing object after object takes as long as a small command does; what matters has been closed by now, and what
    has asked for it is told that the program ends.
    """
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        return
    atexit._run_exitfuncs()  # noqa: SLF001 — there is no public name for what the interpreter does at its end
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # As where whoever started the program has closed it.
                stream.flush()
    except (OSError, ValueError):  # The interpreter has its own words and exit code for a reader that has gone.
        return
    os._exit(code)


if __name__ == "__main__":
    program()
