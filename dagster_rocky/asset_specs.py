"""From a Rocky project to asset specs, without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg

from dagster_rocky.project import RockyProject
from dagster_rocky.translator import RockyDagsterTranslator


def load_rocky_assets(
    project: RockyProject | str | Path, *, translator: RockyDagsterTranslator | None = None, **options: Any
) -> list[dg.AssetSpec]:
    """Every stored model of the project as an asset spec; a model with errors is one spec that says so.

    `options` are those of `RockyProject` where `project` is a folder.
    """
    chosen = translator or RockyDagsterTranslator()
    return [chosen.get_asset_spec(props) for props in RockyProject.of(project, **options).props.values()]
