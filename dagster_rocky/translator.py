"""The one place to override when assets should look different: facts in, an AssetSpec out."""

from __future__ import annotations

import re
from collections.abc import Mapping

import dagster as dg

from dagster_rocky.compat import code_references
from dagster_rocky.props import ColumnProps, RockyModelProps
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
            deps=[self.get_asset_key(target) for target in self._upstream(props)],
            description=props.description,
            group_name=_NOT_IN_A_NAME.sub("_", props.group) if props.group else None,
            code_version=props.recipe_hash,
            tags=_legal_tags(props.tags),
            kinds={"sql", props.warehouse},
            metadata={
                "dagster/table_name": ".".join(props.target),
                "dagster/column_schema": dg.TableSchema([_table_column(column) for column in props.columns]),
                "dagster/column_lineage": self._lineage(props),
                "dagster/code_references": code_references(props.file, props.name),
                "rocky/model": props.name,
                "rocky/strategy": props.strategy,
                **({"rocky/errors": "\n".join(props.errors)} if props.errors else {}),
            },
        )

    def get_asset_key(self, target: tuple[str, ...]) -> dg.AssetKey:
        """The key of a table, by where it is stored; external tables get theirs from the name the SQL gives."""
        return dg.AssetKey(list(target))

    def _upstream(self, props: RockyModelProps) -> list[tuple[str, ...]]:
        models = [props.targets[name] for name in props.depends_on]
        return [*models, *(_parts(table) for table in props.reads_tables)]

    def _lineage(self, props: RockyModelProps) -> dg.TableColumnLineage:
        def dep(parent: ColumnRef) -> dg.TableColumnDep:
            target = props.targets.get(parent.model) or _parts(parent.model)
            return dg.TableColumnDep(asset_key=self.get_asset_key(target), column_name=parent.column)

        return dg.TableColumnLineage(
            {column.name: [dep(parent) for parent in column.parents] for column in props.columns if column.parents}
        )


def _table_column(column: ColumnProps) -> dg.TableColumn:
    return dg.TableColumn(
        column.name,
        column.data_type or "unknown",
        column.description,
        constraints=dg.TableColumnConstraints(nullable=column.nullable),
    )


def _parts(table: str) -> tuple[str, ...]:
    return tuple(part.strip('"`') for part in table.split("."))


def _legal_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Dagster refuses blanks and most signs in tags, so they become underscores."""
    return {
        _NOT_IN_A_TAG.sub("_", key)[:_LONGEST_TAG]: _NOT_IN_A_TAG.sub("_", value)[:_LONGEST_TAG]
        for key, value in tags.items()
    }
