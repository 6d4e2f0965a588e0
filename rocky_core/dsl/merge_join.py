"""The join step: the rows so far on the left, a table on the right."""

from __future__ import annotations

from dataclasses import replace

from rocky_core.dsl.block import Block, Relation, kept_names, with_table
from rocky_core.dsl.cursor import Fault
from rocky_core.dsl.resolve import Unmergeable, resolve
from rocky_core.dsl.syntax import Join, JoinKind
from rocky_core.dsl.traits import traits_of


def merge_join(step: Join, block: Block) -> Block:
    """The block with one more table, if all it did so far was to read, join and filter.

    Raises:
        Unmergeable: the rows so far must be closed first.
        Fault: the join is wrong.
    """
    if not block.is_plain_read:
        raise Unmergeable
    where = block.where
    if where:
        # Which of the tables a filter's bare columns belong to is only clear while there is one table, and
        # a filter moves behind a join only if the join cannot bring filtered rows back.
        if len(block.relations) > 1 or step.kind in {JoinKind.RIGHT, JoinKind.FULL}:
            raise Unmergeable
        where = tuple(with_table(block, condition) for condition in where)
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
