"""One function per step: what it adds to the SELECT so far, if it can do so without changing the meaning."""

from __future__ import annotations

from typing import assert_never

from rocky_core.dsl.block import (
    Block,
    Column,
    Part,
    aliases_hide_columns,
    free_order,
    listed_parts,
    names_itself,
    order_with_table,
    output_of,
    unhidden,
)
from rocky_core.dsl.cursor import Fault
from rocky_core.dsl.merge_join import merge_join
from rocky_core.dsl.resolve import Unmergeable, resolve
from rocky_core.dsl.rewrite import children, paths_in, place_of
from rocky_core.dsl.syntax import (
    Call,
    Derive,
    Distinct,
    Expression,
    Group,
    Item,
    Join,
    Name,
    Path,
    Replicate,
    Select,
    Sort,
    SortKey,
    Star,
    Step,
    Take,
    Where,
)
from rocky_core.dsl.traits import traits_of
from rocky_core.ir.replace import replace


def merge(step: Step, block: Block) -> Block:
    """The block with the step done to its rows.

    Raises:
        Unmergeable: the block must be closed and read by a new one first.
        Fault: the step is wrong.
    """
    merged = _apply(step, block)
    if merged.keys == () and not any(traits_of(column.expression).aggregate for column in merged.columns):
        # Without a key, it is the aggregates that make one row of many.
        _require(not block.is_grouped)
    if not merged.order or not aliases_hide_columns(merged, free_order(merged)):
        return merged
    # ORDER BY would take a new output column for the table's column that was meant.
    if len(merged.relations) > 1:
        raise Unmergeable
    return replace(merged, order=order_with_table(merged))


def _apply(step: Step, block: Block) -> Block:
    match step:
        case Where():
            return _where(step, block)
        case Derive():
            return _derive(step, block)
        case Select():
            return _select(step, block)
        case Group():
            return _group(step, block)
        case Join():
            return merge_join(step, block)
        case Sort():
            return _sort(step, block)
        case Take():
            return _take(step, block)
        case Distinct():
            return _distinct(block)
        case Replicate():
            return block
        case _:
            assert_never(step)


def _where(step: Where, block: Block) -> Block:
    _require(not block.limit)
    condition = resolve(step.condition, block)
    traits = traits_of(condition)
    if traits.aggregate and not block.is_grouped:
        raise _misplaced_aggregate(step.condition)
    # A filter must not change what a window function already saw.
    _require(not block.has_window and not block.qualify)
    if traits.window:
        _require(not block.is_grouped and not block.distinct)
        return replace(block, qualify=(*block.qualify, condition))
    clear = unhidden(block, condition)
    if block.is_grouped:
        if clear is None:
            raise Unmergeable
        return replace(block, having=(*block.having, clear))
    # Without a group the warehouses agree that WHERE reads the tables' columns.
    return replace(block, where=(*block.where, clear or condition))


def _derive(step: Derive, block: Block) -> Block:
    for item in step.items:
        if item.name is None:
            continue
        expression = _computed(item.expression, block)
        _require(not block.distinct)
        if len(block.relations) == 1 and block.relations[0].surely_has(item.name):
            block = replace(block, parts=listed_parts(block))
        column = Column(item.name, expression, _shadows(block, item.name, expression))
        known = block.by_name.get(item.name.key)
        parts: tuple[Part, ...] = (
            tuple(column if part is known else part for part in block.parts) if known else (*block.parts, column)
        )
        block = replace(block, parts=parts)
    return block


def _computed(written: Expression, block: Block) -> Expression:
    """An expression that becomes a column beside the others."""
    expression = resolve(written, block)
    traits = traits_of(expression)
    if traits.aggregate and not block.is_grouped:
        raise _misplaced_aggregate(written)
    if traits.window:
        _require(not (block.limit or block.qualify or block.is_grouped or block.distinct))
    if not block.is_grouped:
        return expression
    clear = unhidden(block, expression)
    if clear is None:
        raise Unmergeable
    return clear


def _shadows(block: Block, name: Name, expression: Expression) -> bool:
    """Whether a star of the block provably brings a column of the same name."""
    in_star = any(relation.surely_has(name) for relation in block.relations)
    return bool(block.stars) and (in_star or names_itself(block, name, expression))


def _select(step: Select, block: Block) -> Block:
    _require(not block.distinct)
    if not block.is_grouped and all(_folds_rows(item) for item in step.items):
        return _group(Group(step.at, (), step.items), block)
    parts: list[Part] = []
    for item in step.items:
        if isinstance(item.expression, Star):
            parts.extend(_starred(item.expression, block))
        else:
            parts.append(_selected(item, block))
    _refuse_repeats([part for part in parts if isinstance(part, Column)])
    return replace(block, parts=tuple(parts))


def _folds_rows(item: Item) -> bool:
    return not isinstance(item.expression, Star) and traits_of(item.expression).aggregate


def _starred(star: Star, block: Block) -> tuple[Part, ...]:
    if star.qualifier is None:
        return block.parts
    name = star.qualifier
    if name.key not in block.aliases or not any(
        part.qualifier is None or part.qualifier.key == name.key for part in block.stars
    ):
        raise Fault(f"'{name.text}' is no table at this point", name.at, len(name.text))
    return (star,)


def _selected(item: Item, block: Block) -> Column:
    known = _named_column(item.expression, block)
    if known is not None:
        return Column(item.name, known.expression, known.shadows)
    expression = _computed(item.expression, block)
    keeps_star = bool(block.stars) and item.name is not None and not isinstance(item.expression, Path)
    shadows = keeps_star and item.name is not None and names_itself(block, item.name, expression)
    return Column(item.name, expression, shadows)


def _named_column(expression: Expression, block: Block) -> Column | None:
    """The computed column that the expression only names; it need not be computed again."""
    if isinstance(expression, Path) and len(expression.parts) == 1:
        column = block.by_name.get(expression.parts[0].key)
        if column is not None and not traits_of(column.expression).volatile:
            return column
    return None


def _group(step: Group, block: Block) -> Block:
    _require(not (block.is_grouped or block.limit or block.distinct or block.qualify))
    keys: list[Column] = []
    for item in step.keys:
        expression = resolve(item.expression, block)
        traits = traits_of(expression)
        if traits.aggregate:
            raise _misplaced_aggregate(item.expression)
        if traits.window:
            raise Fault("name the window function with derive before grouping by it", place_of(item.expression), 1)
        if next(paths_in(expression), None) is None:
            # A bare number in GROUP BY would be read as the position of a column.
            if isinstance(item.expression, Path):
                raise Unmergeable
            raise Fault("grouping by a constant makes no groups", place_of(item.expression), 1)
        keys.append(Column(item.name, expression))
    outputs: list[Column] = []
    for item in step.outputs:
        expression = resolve(item.expression, block)
        if traits_of(expression).window:
            raise Fault("a window function has no rows inside group; derive it first", place_of(item.expression), 1)
        _refuse_ungrouped(item.expression, expression, keys)
        outputs.append(Column(item.name, expression))
    if not keys and not any(_holds_call(output.expression) for output in outputs):
        raise Fault("group without keys needs an aggregate", step.at, len("group"))
    columns = (*keys, *outputs)
    _refuse_repeats(columns)
    return Block(
        block.relations,
        columns,
        where=block.where,
        keys=tuple(key.expression for key in keys),
        grouped_from=block,
        exports=block.exports,
        gone=block.gone,
    )


def _holds_call(expression: Expression) -> bool:
    return isinstance(expression, Call) or any(_holds_call(part) for part in children(expression))


def _refuse_ungrouped(written: Expression, expression: Expression, keys: list[Column]) -> None:
    """A bare column has many values in a group, unless it is a key."""
    if not isinstance(expression, Path):
        return
    if any(isinstance(key.expression, Path) and key.expression.keys == expression.keys for key in keys):
        return
    raise Fault(
        "this column has many values in each group; choose one of them with an aggregate",
        place_of(written),
        len(expression.parts[-1].text),
        "Write `max(column)`, or name the column among the keys.",
    )


def _refuse_repeats(columns: list[Column] | tuple[Column, ...]) -> None:
    seen: set[str] = set()
    for column in columns:
        if column.name is None:
            continue
        if column.name.key in seen:
            raise Fault(
                f"two columns are named '{column.name.text}'",
                column.name.at,
                len(column.name.text),
                "Give one of them another name: `name: expression`.",
            )
        seen.add(column.name.key)


def _sort(step: Sort, block: Block) -> Block:
    _require(not block.limit)
    keys: list[SortKey] = []
    for key in step.keys:
        known = _named_column(key.expression, block)
        expression = known.expression if known else resolve(key.expression, block)
        traits = traits_of(key.expression)
        if traits.window:
            raise Fault("name the window function with derive before sorting by it", place_of(key.expression), 1)
        if traits.aggregate and not block.is_grouped:
            raise _misplaced_aggregate(key.expression)
        keys.append(replace(key, expression=expression))
    # After DISTINCT, rows can be ordered only by what is left of them.
    _require(not block.distinct or all(_is_output(key, block) for key in keys))
    return replace(block, order=tuple(keys))


def _is_output(key: SortKey, block: Block) -> bool:
    if output_of(block, key.expression) is not None:
        return True
    return block.has_full_star and isinstance(key.expression, Path)


def _take(step: Take, block: Block) -> Block:
    if block.limit is None:
        return replace(block, limit=step.count)
    _require(block.limit.sql.isdigit() and step.count.sql.isdigit())
    return replace(block, limit=min(block.limit, step.count, key=lambda count: int(count.sql)))


def _distinct(block: Block) -> Block:
    _require(not block.limit)
    if block.distinct:
        return block
    kept: list[SortKey] = []
    for key in block.order:
        # An order by something that is not in the rows means nothing once equal rows are one.
        if not _is_output(key, block):
            break
        kept.append(key)
    return replace(block, distinct=True, order=tuple(kept))


def _misplaced_aggregate(expression: Expression) -> Fault:
    return Fault(
        "an aggregate stands only in group, or with 'over'",
        place_of(expression),
        1,
        "Compute it in `group … { name: aggregate }`, or over a window: `sum(x) over (partition k)`.",
    )


def _require(condition: object) -> None:
    """What must hold of the block for the step to become part of it."""
    if not condition:
        raise Unmergeable
