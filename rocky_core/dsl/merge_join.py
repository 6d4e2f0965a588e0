"""The join step: the rows so far on the left, a table on the right."""

from __future__ import annotations

from rocky_core.dsl.block import Block, Relation, kept_names, with_table
from rocky_core.dsl.cursor import Fault
from rocky_core.dsl.resolve import Unmergeable, resolve
from rocky_core.dsl.syntax import Expression, Join, JoinKind
from rocky_core.dsl.traits import traits_of
from rocky_core.ir.replace import replace


def merge_join(step: Join, block: Block) -> Block:
    """The block with one more table, if all it did so far was to read, join and filter.

    Raises:
        Unmergeable: the rows so far must be closed first.
        Fault: the join is wrong.
    """
    if not block.is_plain_read and not _derives_along(step, block):
        raise Unmergeable
    where = _filters_before(step, block)
    called = step.table.called
    if called.key in block.aliases:
        raise Fault(
            f"two tables are called '{called.text}'",
            called.at,
            len(called.text),
            "Give one of them another name: `join table as name`.",
        )
    relation = Relation(step.table.parts, step.table.alias, step)
    joined = replace(block, relations=(*block.relations, relation), where=where, order=())
    conditions = tuple(resolve(condition, joined) for condition in step.conditions)
    for condition in conditions:
        if traits_of(condition).aggregate or traits_of(condition).window:
            raise Fault("a join cannot match on an aggregate or window; derive it first", step.at, len("join"))
    known = None if step.keep is None else tuple(name.text for name in kept_names(step))
    relation = replace(relation, join=replace(step, conditions=conditions), known=known)
    return replace(joined, relations=(*block.relations, relation))


def _filters_before(step: Join, block: Block) -> tuple[Expression, ...]:
    """The filters so far, so written that they mean the same behind the join."""
    if block.where and step.kind in {JoinKind.RIGHT, JoinKind.FULL}:
        # Such a join would fill up with nulls what a filter before it has let through.
        raise Unmergeable
    if len(block.relations) == 1:
        return tuple(with_table(block, condition) for condition in block.where)
    # To which of several tables a bare column belongs, only the warehouse knows; it refuses what is ambiguous.
    return block.where


def _derives_along(step: Join, block: Block) -> bool:
    """Whether joined tables have only been given columns that can be computed after one more join as well.

    Closing the block would be right too, but then the tables' names would be lost to the steps below.
    """
    return (
        len(block.relations) > 1
        and step.kind not in {JoinKind.RIGHT, JoinKind.FULL}
        and block.has_full_star
        and not (block.is_grouped or block.qualify or block.distinct or block.limit)
        and not any(column.is_opaque for column in block.columns)
        and not any(key.key in block.by_name for key in step.keys)
    )
