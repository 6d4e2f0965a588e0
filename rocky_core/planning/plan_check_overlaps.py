"""The check that the same key does not come from two sources; it spans all tables of one name and source type."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct

from rocky_core.dialects.statements.query_text import as_subquery
from rocky_core.ir.checks import MaskStrategy, OverlapCheck
from rocky_core.ir.planned_checks import (
    COMPUTED_KEY,
    COUNTED_ROWS,
    MOST_SAMPLED_ROWS,
    FewOverlaps,
    PlannedCheck,
    SharedCheck,
)
from rocky_core.planning.check_sql import CheckedTable, CheckRefused, CheckSql


class OverlappingTable(Struct, frozen=True):
    """A copied table, and the kind of source that it came from."""

    asset_key: tuple[str, ...]
    name: str  # As the plan knows it.
    source_type: str
    source_table: str
    table: CheckedTable


def plan_overlaps(
    check: OverlapCheck, tables: Sequence[OverlappingTable], dialect_name: str
) -> tuple[SharedCheck, ...]:
    """One check for each group of two or more tables, reported with the first of them."""

    def group(table: OverlappingTable) -> tuple[str, str]:
        return table.source_type, table.source_table.lower()

    planned = []
    for _, members in groupby(sorted(tables, key=group), key=group):
        siblings = tuple(members)
        if len(siblings) > 1:
            needs = tuple(sibling.name for sibling in siblings)
            first = siblings[0]
            planned.append(SharedCheck(first.asset_key, first.name, needs, _overlap(check, siblings, dialect_name)))
    return tuple(planned)


def _overlap(check: OverlapCheck, siblings: Sequence[OverlappingTable], dialect_name: str) -> PlannedCheck:
    first = siblings[0]
    problem = None
    try:
        shared = _shared_keys(check, siblings, dialect_name)
    except CheckRefused as refused:
        shared, problem = "", str(refused)
    shown = min(check.sample, MOST_SAMPLED_ROWS)
    return PlannedCheck(
        name=f"cross_source_overlap:{first.source_type}.{first.source_table}",
        kind="cross_source_overlap",
        severity=check.severity,
        statement=f"SELECT COUNT(*)\nFROM {as_subquery(shared, '_rocky_shared')}" if shared else "",
        judgement=FewOverlaps(check.max_overlap_rows, tuple(str(sibling.table.target) for sibling in siblings)),
        sample_statement=f"{shared}\nLIMIT {shown}" if shared and shown else None,
        problem=problem,
        masks=_masks(siblings),
    )


def _shared_keys(check: OverlapCheck, siblings: Sequence[OverlappingTable], dialect_name: str) -> str:
    """Keys that more than one table holds; a key with a NULL in it is none."""
    writers = [CheckSql(sibling.table, dialect_name) for sibling in siblings]
    names = list(_keys(check, writers[0]))
    parts = "\n  UNION ALL\n".join(
        f"  SELECT {', '.join(f'{key} AS {name}' for name, key in _keys(check, sql).items())}, "
        f"{number} AS _rocky_source FROM {sql.source}"
        for number, sql in enumerate(writers)
    )
    keys = ", ".join(names)
    return (
        f"SELECT {keys}, COUNT(*) AS {COUNTED_ROWS}\nFROM (\n{parts}\n) AS _rocky_all\n"
        f"WHERE {' AND '.join(f'{name} IS NOT NULL' for name in names)}\n"
        f"GROUP BY {keys}\nHAVING COUNT(DISTINCT _rocky_source) > 1"
    )


def _keys(check: OverlapCheck, sql: CheckSql) -> dict[str, str]:
    """The parts of a key by the names that they have in all tables alike."""
    if check.key_expr is not None:
        return {COMPUTED_KEY: sql.fragment(check.key_expr, "key_expr")}
    if not check.keys:
        raise CheckRefused("cross_source_overlap needs 'keys' or 'key_expr'")
    return {sql.shapes.quote(sql.shapes.configured(key)): sql.column(key) for key in check.keys}


def _masks(siblings: Sequence[OverlappingTable]) -> dict[str, MaskStrategy]:
    """A column is hidden if any of the tables hides it."""
    masks: dict[str, MaskStrategy] = {}
    for sibling in siblings:
        for column, mask in sibling.table.masks.items():
            if masks.get(column, MaskStrategy.NONE) is MaskStrategy.NONE:
                masks[column] = mask
    return masks
