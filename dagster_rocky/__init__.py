"""Rocky projects as native Dagster definitions."""

from dagster_rocky.asset_specs import load_rocky_assets
from dagster_rocky.props import RockyModelProps
from dagster_rocky.translator import RockyDagsterTranslator

__all__ = ["RockyDagsterTranslator", "RockyModelProps", "load_rocky_assets"]
