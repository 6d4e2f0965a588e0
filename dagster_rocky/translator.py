"""The one place to override when assets should look different: facts in, an AssetSpec out."""

from __future__ import annotations

import re
from collections.abc import Mapping

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.compat import code_references
from dagster_rocky.props import RockyModelProps
from rocky_core.ir.lineage import ColumnRef

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]")
_NOT_IN_A_TAG = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_TAG = 63


class RockyDagsterTranslator:
    """Override `get_asset_spec`, take what `super()` gives and replace what should differ."""

    def get_asset_spec(self, props: RockyModelProps) -> dg.AssetSpec:
        """A model as an asset: key, dependencies, group, tags, version, schema and lineage."""
        return dg.AssetSpec(
            key=self.get_asset_key(props.target),
            deps=self.get_deps(props),
            description=props.description,
            group_name=_NOT_IN_A_NAME.sub("_", props.group) if props.group else None,
            code_version=props.recipe_hash,
            tags=_legal_tags(props.tags),
            kinds={"sql", props.warehouse},
            metadata={
                "dagster/table_name": ".".join(props.target),
                "dagster/storage_kind": props.warehouse,
                "dagster/column_schema": names.table_schema(props.columns),
                "dagster/column_lineage": self.get_column_lineage(props),
                "dagster/code_references": code_references(props.file, props.name),
                names.MODEL: props.name,
                names.STRATEGY: props.strategy,
                **({names.ERRORS: "\n".join(props.errors)} if props.errors else {}),
            },
        )

    def get_asset_check_spec(self, props: RockyModelProps, spec: dg.AssetCheckSpec) -> dg.AssetCheckSpec | None:
        """A check of the model as Dagster shows it; None leaves it out, and its results too. Keep name and asset."""
        del props
        return spec

    def get_asset_key(self, target: tuple[str, ...]) -> dg.AssetKey:
        """The key of a table, by where it is stored; external tables get theirs from the name the SQL gives."""
        return dg.AssetKey(list(target))

    def get_deps(self, props: RockyModelProps) -> list[dg.AssetKey]:
        """The assets that the model reads."""
        models = [self.get_asset_key(props.targets[name]) for name in props.depends_on]
        return list(dict.fromkeys((*models, *(self.get_source_key(props, table) for table in props.reads_tables))))

    def get_source_key(self, props: RockyModelProps, table: str) -> dg.AssetKey:
        """The key of a table that no model builds: another team's, as the sources map it, or that of its name."""
        mapped = (props.sources or {}).get(table)
        return self.get_asset_key(_parts(table)) if mapped is None else dg.AssetKey(list(mapped))

    def get_column_lineage(self, props: RockyModelProps) -> dg.TableColumnLineage:
        """Which columns each column is made of."""

        def dep(parent: ColumnRef) -> dg.TableColumnDep:
            target = props.targets.get(parent.model)
            key = self.get_source_key(props, parent.model) if target is None else self.get_asset_key(target)
            return dg.TableColumnDep(asset_key=key, column_name=parent.column)

        return dg.TableColumnLineage(
            {column.name: [dep(parent) for parent in column.parents] for column in props.columns if column.parents}
        )


def _parts(table: str) -> tuple[str, ...]:
    return tuple(part.strip('"`') for part in table.split("."))


def _legal_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Dagster refuses blanks and most signs in tags, so they become underscores."""
    return {
        _NOT_IN_A_TAG.sub("_", key)[:_LONGEST_TAG]: _NOT_IN_A_TAG.sub("_", value)[:_LONGEST_TAG]
        for key, value in tags.items()
    }
