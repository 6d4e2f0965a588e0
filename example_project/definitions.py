"""The project's models as a Dagster asset graph: schema, lineage and versions of everything that was compiled."""

from pathlib import Path

import dagster as dg

from dagster_rocky import load_rocky_assets

defs = dg.Definitions(assets=load_rocky_assets(Path(__file__).parent, with_seed=True))
