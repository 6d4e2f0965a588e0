"""From the facts of models to their specs: the translator's word, the sidecar's, and keys that fit together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.checks import check_specs
from dagster_rocky.failures import RetryPolicy, changed_policy
from dagster_rocky.model_meta import read_model_meta
from dagster_rocky.partitions import canonical_partitions
from dagster_rocky.props import RockyModelProps
from dagster_rocky.translator import RockyDagsterTranslator
from rocky_core.ir.replace import replace


@dataclass(frozen=True, slots=True)
class DeclaredModel:
    """A model with its specs."""

    props: RockyModelProps
    spec: dg.AssetSpec
    checks: tuple[dg.AssetCheckSpec, ...]
    retries: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))  # The model's own changes.


def declare_models(
    props: Iterable[RockyModelProps], translator: RockyDagsterTranslator, *, with_build_check: bool = False
) -> list[DeclaredModel]:
    """The specs of all models; keys that a translator or sidecar changed are followed by who reads the model."""
    given = list(props)
    grids = canonical_partitions(given)
    specified: list[tuple[RockyModelProps, dg.AssetSpec, Mapping[str, Any]]] = []
    moved: dict[dg.AssetKey, dg.AssetKey] = {}
    for stated in given:
        meta = read_model_meta(stated)
        one = replace(stated, errors=(*stated.errors, *meta.errors), refused=True) if meta.errors else stated
        spec = translator.get_asset_spec(one)
        changes = dict(meta.attributes)
        if one.partitions is not None and spec.partitions_def is None:
            changes["partitions_def"] = grids[one.partitions.granularity]
        if "tags" in changes:
            changes["tags"] = {**spec.tags, **changes["tags"]}
        if "kinds" in changes:
            changes["kinds"] = {*spec.kinds, *changes["kinds"]}
        if changes:
            spec = spec.replace_attributes(**changes)
        specified.append((one, spec, meta.retries))
        default = translator.get_asset_key(one.target)
        if spec.key != default:
            moved[default] = spec.key
    return [
        _declared(one, _following(spec, moved), retries, translator, with_build_check=with_build_check)
        for one, spec, retries in specified
    ]


def model_retries(models: Sequence[DeclaredModel], common: RetryPolicy) -> Mapping[str, RetryPolicy]:
    """The retry rules of the models that have their own."""
    return {model.props.name: changed_policy(common, model.retries) for model in models if model.retries}


def _declared(
    props: RockyModelProps,
    spec: dg.AssetSpec,
    retries: Mapping[str, Any],
    translator: RockyDagsterTranslator,
    *,
    with_build_check: bool,
) -> DeclaredModel:
    found = check_specs(props, spec.key, with_build_check=with_build_check)
    shown = (translator.get_asset_check_spec(props, check) for check in found)
    return DeclaredModel(props, spec, tuple(check for check in shown if check is not None), retries)


def _following(spec: dg.AssetSpec, moved: Mapping[dg.AssetKey, dg.AssetKey]) -> dg.AssetSpec:
    """The spec with the keys under which what it reads is known."""
    if not moved:
        return spec
    lineage = spec.metadata.get(names.COLUMN_LINEAGE)
    if isinstance(lineage, dg.TableColumnLineage):
        followed = {
            column: [
                dg.TableColumnDep(asset_key=moved.get(dep.asset_key, dep.asset_key), column_name=dep.column_name)
                for dep in deps
            ]
            for column, deps in lineage.deps_by_column.items()
        }
        spec = spec.merge_attributes(metadata={names.COLUMN_LINEAGE: dg.TableColumnLineage(followed)})
    if not any(dep.asset_key in moved for dep in spec.deps):
        return spec
    return spec.replace_attributes(deps=[moved.get(dep.asset_key, dep) for dep in spec.deps])
