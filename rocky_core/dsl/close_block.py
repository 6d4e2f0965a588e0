"""Ends one SELECT and begins the next that reads it, so that a step finds the rows exactly as they are by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rocky_core.dsl.block import Block, Column, Relation, output_of, provenance
from rocky_core.dsl.cursor import Fault
from rocky_core.dsl.resolve import lost_table
from rocky_core.dsl.rewrite import children, paths_in, place_of
from rocky_core.dsl.syntax import (
    Atom,
    Derive,
    Expression,
    Group,
    Join,
    Name,
    Path,
    Select,
    Sort,
    SortKey,
    Star,
    Step,
    Where,
)
from rocky_core.dsl.traits import is_aggregate, traits_of
from rocky_core.ir.replace import replace


@dataclass(frozen=True, slots=True)
class Closed:
    """The finished SELECT, and a fresh one that reads it under the name `name`."""

    name: Name
    inner: Block
    outer: Block


def close_block(block: Block, rest: Sequence[Step], fresh_name: Callable[[str], str]) -> Closed:
    """Close the block before the steps in `rest`.

    Raises:
        Fault: a later step needs a column that the closed SELECT cannot hand on.
    """
    at = rest[0].at
    if block.known_names is None and (_needs_pruning(block, rest) or any(c.shadows for c in block.columns)):
        block = _pruned(block, rest)
    refuse_shadows(block)
    _refuse_unnamed(block)
    outward = () if isinstance(rest[0], (Join, Group, Sort)) else block.order
    inner, order = _hand_on_order(block, outward, fresh_name)
    if inner.limit is None:
        inner = replace(inner, order=())
    name = Name(fresh_name("step"), at)
    return Closed(name, inner, _reader(block, inner, order, name))


def refuse_shadows(block: Block) -> None:
    """A star and a derived column of the same name would make two columns with one name."""
    for column in block.columns:
        if column.shadows and column.name and block.stars:
            raise Fault(
                f"'{column.name.text}' would be there twice: derive adds a column, and the rows have one of this name",
                column.name.at,
                len(column.name.text),
                "Give the new column another name, or list the columns with select.",
            )


def _refuse_unnamed(block: Block) -> None:
    for column in block.columns:
        if column.name is None:
            raise Fault(
                "this column needs a name, because a later step reads it: write `name: expression`",
                place_of(column.expression),
                1,
            )


def _needs_pruning(block: Block, rest: Sequence[Step]) -> bool:
    """Whether a later step says `c.name` of a joined table, which a star would not hand on."""
    if len(block.relations) == 1:
        return False
    return any(_is_qualified(path, block) for path in _read_before_closing(rest)) or any(
        _is_qualified(path, block) for key in block.order for path in paths_in(key.expression)
    )


def _is_qualified(path: Path, block: Block) -> bool:
    return len(path.parts) > 1 and path.parts[0].key in block.aliases


def _pruned(block: Block, rest: Sequence[Step]) -> Block:
    """The block with only those columns that later steps read, each under a name of its own."""
    last = _closing_step(rest)
    if last is None:
        refuse_shadows(block)
        for path in _read_before_closing(rest):
            if _is_qualified(path, block):
                raise lost_table(path)
        for key in block.order:
            for path in paths_in(key.expression):
                if _is_qualified(path, block):
                    raise lost_table(path)
        return block
    columns: dict[tuple[str, ...], Column] = {}
    names: set[str] = set()
    qualified: list[Path] = []
    for path in _read_before_closing(rest):
        if _is_qualified(path, block):
            qualified.append(path)
            continue
        head = path.parts[0]
        known = block.by_name.get(head.key)
        names.add(head.key)
        columns.setdefault((head.key,), known or Column(head, Path((head,))))
    for path in qualified:
        table, column = path.parts[:2]
        if (table.key, column.key) in columns:
            continue
        text = column.text
        while text.lower() in names:
            text = f"{table.text}_{text}"
        names.add(text.lower())
        columns[table.key, column.key] = Column(Name(text, column.at), Path((table, column)))
    if not columns:
        one = Name("one", rest[0].at)
        columns[()] = Column(one, Atom("1", one.at))
    return replace(block, parts=tuple(replace(column, shadows=False) for column in columns.values()))


def _closing_step(rest: Sequence[Step]) -> int | None:
    """The step after which none of the present columns is needed unless it names it; None if there is none."""
    for index, step in enumerate(rest):
        match step:
            case Group():
                return index
            case Select() if not any(isinstance(item.expression, Star) for item in step.items):
                return index
            case Join() | Select():
                return None
            case _:
                continue
    return None


def _read_before_closing(rest: Sequence[Step]) -> Iterator[Path]:
    """Every name that the steps read from the present rows, up to the step that closes them."""
    defined: set[str] = set()
    grouped = False
    for step in rest:
        if grouped and isinstance(step, (Group, Join)):
            return
        for name, expression in _expressions(step):
            read = _inside_aggregates(expression) if grouped else paths_in(expression)
            yield from (path for path in read if len(path.parts) > 1 or path.parts[0].key not in defined)
            if name is not None and isinstance(step, Derive):
                defined.add(name.key)
        if isinstance(step, Select) and not grouped:
            # What follows sees only the selected columns, by their new names.
            return
        if isinstance(step, Join):
            return
        grouped = grouped or isinstance(step, Group)


def _expressions(step: Step) -> Iterator[tuple[Name | None, Expression]]:
    match step:
        case Where():
            yield None, step.condition
        case Derive() | Select():
            yield from ((item.name, item.expression) for item in step.items)
        case Group():
            yield from ((item.name, item.expression) for item in (*step.keys, *step.outputs))
        case Sort():
            yield from ((None, key.expression) for key in step.keys)
        case Join():
            yield from ((None, condition) for condition in step.conditions)
        case _:
            return


def _inside_aggregates(expression: Expression) -> Iterator[Path]:
    if is_aggregate(expression):
        yield from paths_in(expression)
        return
    for part in children(expression):
        yield from _inside_aggregates(part)


def _hand_on_order(
    block: Block, order: tuple[SortKey, ...], fresh_name: Callable[[str], str]
) -> tuple[Block, tuple[SortKey, ...]]:
    """The block with what its reader needs to keep the rows in order, and the sort keys in the reader's terms."""
    keys: list[SortKey] = []
    for key in order:
        column = output_of(block, key.expression)
        if column is None and next(paths_in(key.expression), None) is None:
            continue
        if column is None and not block.stars:
            column = Column(Name(fresh_name("sort"), key.at), key.expression)
            block = replace(block, parts=(*block.parts, column))
        if column is not None and column.name is not None:
            keys.append(replace(key, expression=Path((Name(column.name.text, key.at),))))
        elif traits_of(key.expression).window or not block.has_full_star:
            raise Fault(
                "the rows cannot stay in this order through the steps below; sort again where it matters",
                key.at,
                1,
            )
        else:
            keys.append(key)
    return block, tuple(keys)


def _reader(block: Block, inner: Block, order: tuple[SortKey, ...], name: Name) -> Block:
    """A SELECT over the closed one that shows the closed one's own columns."""
    keeps_alias = block.known_names is None and len(block.relations) == 1
    alias = block.relations[0].called if keeps_alias else None
    known = None if inner.known_names is None else tuple(inner.known_names)
    relation = Relation((name,), alias, known=known, certain=inner.certain_names)
    hides = len(inner.parts) > len(block.parts)
    parts: tuple[Column | Star, ...] = (block.stars[0] if block.has_full_star else Star(name.at),)
    if hides:
        parts = tuple(Column(column.name, Path((column.name,))) for column in block.columns if column.name)
    origins = {key: column.name.text for key, column in provenance(block).items() if column.name}
    exports = dict(block.exports) if keeps_alias else origins
    if not keeps_alias:
        called = block.relations[0].called.key
        for key, exported in block.exports.items():
            if (called, exported.lower()) in origins:
                exports[key] = origins[called, exported.lower()]
    gone = block.gone if keeps_alias else block.gone | set(block.aliases)
    return Block((relation,), parts, order=order, exports=MappingProxyType(exports), gone=gone)
