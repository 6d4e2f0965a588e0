"""`make screenshots`: what the example looks like in Dagster's web interface, as pictures in docs/images."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.browser import Page, browser, chromium
from tools.example import ROOT, copy_example
from tools.served import Served, served

IMAGES: Final = ROOT / "docs" / "images"
LAST_DAY: Final = "2026-05-31"


@dataclass(frozen=True)
class View:
    """One page, and what it must show before it is looked at."""

    name: str
    path: str
    shows: tuple[str, ...]


def views(run_id: str) -> Iterator[View]:
    """The pages that a newcomer should understand."""
    yield View(
        "asset-graph",
        "/locations/birding/asset-groups/marts/lineage",
        ("birding_days", "daily_rivers", "top_observers", "2 / 2 Passed"),
    )
    yield View(
        "asset",
        "/assets/birding/core/fct_sightings",
        ("29,945", "Every sighting with the bird's name", "observation_id", "BIGINT", "non-nullable", "field"),
    )
    yield View(
        "lineage",
        "/assets/birding/core/fct_sightings?view=lineage&lineageScope=neighbors",
        ("stg_observations", "stg_species", "top_observers"),
    )
    yield View(
        "failed-check",
        "/assets/birding/staging/stg_observers?view=checks&checkDetail=regex_match__email",
        ("3 rows fail in 'email'", "rocky/failed_sample", "***", "non-blocking"),
    )
    yield View("retried-run", f"/runs/{run_id}?logs=birding_marts", ("Success", "birding_marts", "STEP_UP_FOR_RETRY"))


def play(server: Served) -> str:
    """Build everything, with a warehouse that is busy for a moment; gives the run that was retried."""
    run_id = server.run("nightly")
    server.run("daily_counts_job", tags={"dagster/partition": LAST_DAY})
    return run_id


def look(page: Page, server: Served, view: View) -> str:
    """Open a page and read it, once it shows what it must."""
    page.goto(f"{server.address}{view.path}")
    return page.wait_for(*view.shows)


def main() -> int:
    """Take all pictures anew."""
    if chromium() is None:
        print("Chromium is not installed: apt-get install chromium", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="rocky-pictures-") as folder:
        project = copy_example(Path(folder) / "birding")
        with served(project, Path(folder) / "home", {"BIRDING_FLAKY": "1"}) as server, browser() as page:
            for view in views(play(server)):
                look(page, server, view)
                page.picture(IMAGES / f"{view.name}.png")
                print(f"docs/images/{view.name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
