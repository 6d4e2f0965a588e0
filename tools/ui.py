"""`make ui`: Dagster's web interface on the example project, with a home of its own that is gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETTINGS = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"


def main() -> int:
    """Serve until interrupted; PORT chooses another port than 3000."""
    port = os.environ.get("PORT", "3000")
    with tempfile.TemporaryDirectory(prefix="rocky-ui-") as home:
        Path(home, "dagster.yaml").write_text(SETTINGS, encoding="utf-8")
        programs = str(Path(sys.executable).parent)
        environment = {**os.environ, "DAGSTER_HOME": home, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        print(f"the asset graph: http://127.0.0.1:{port}/asset-groups (Ctrl-C ends it)", flush=True)
        try:
            return subprocess.run(  # noqa: S603 — a fixed command line
                [
                    *(sys.executable, "-m", "dagster", "dev"),
                    *("-w", str(ROOT / "workspace.yaml")),
                    *("-h", "127.0.0.1", "-p", port),
                ],
                env=environment,
                check=False,
            ).returncode
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
