"""The `rocky` program: runs a command and turns whatever goes wrong into a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rocky_core.version import VERSION


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):  # Answered before anything is imported: scripts ask this often.
        sys.stdout.write(f"rocky {VERSION}\n")
        sys.exit(0)
    from rocky_core.cli.run_command import run_command  # noqa: PLC0415 — keeps `--version` free of imports

    sys.exit(run_command(given))


if __name__ == "__main__":
    main()
