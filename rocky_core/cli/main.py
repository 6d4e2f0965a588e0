"""The `rocky` program: runs a command and turns whatever goes wrong into a message and an exit code."""

from __future__ import annotations

import gc
import os
import sys
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


if __name__ == "__main__":
    main()
