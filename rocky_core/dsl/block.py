"""One SELECT in the making: what it reads, what was done to the rows, and which columns they have now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from rocky_core.dsl.rewrite import paths_in, rewrite
from rocky_core.dsl.syntax import Atom, Expression, Join, Name, Path, SortKey, Star
from rocky_core.dsl.traits import traits_of
from rocky_core.ir.replace import replace

# An expression above this size is computed once and referred to by name, so that columns
# built from columns built from columns do not double the text at each step.
_INLINE_SIZE = 60


@dataclass(frozen=True)
class Column:
    """An output column; `shadows` if the table provably has a column of the same name beside it."""

    name: Name | None
    expression: Expression
    shadows: bool = False

    @cached_property
    def is_window(self) -> bool:
        return traits_of(self.expression).window

    @cached_property
    def is_opaque(self) -> bool:
        """Whether later steps must refer to it by name, because repeating it would be wrong or long."""
        traits = traits_of(self.expression)
        return traits.window or traits.volatile or traits.size > _INLINE_SIZE

    @property
    def is_plain(self) -> bool:
        """Whether it is a column of a table under its own name."""
        return (
            isinstance(self.expression, Path)
            and self.name is not None
            and self.expression.parts[-1].key == self.name.key
        )


Part: TypeAlias = Column | Star


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, binding or earlier step in FROM; `known` are its columns where the file itself tells them all."""

    parts: tuple[Name, ...]
    alias: Name | None = None
    join: Join | None = None
    known: tuple[str, ...] | None = None
    # Columns that it has for certain, where `known` is None.
    certain: frozenset[str] = frozenset()

    def surely_has(self, name: Name) -> bool:
        return name.key in self.certain or any(name.key == known.lower() for known in self.known or ())

    @property
    def called(self) -> Name:
        return self.alias or self.parts[-1]


@dataclass(frozen=True)
class Block:
    """The clauses of one SELECT. Names in all expressions are resolved down to columns of the relations."""

    relations: tuple[Relation, ...]
    parts: tuple[Part, ...]
    where: tuple[Expression, ...] = ()
    keys: tuple[Expression, ...] | None = None
    grouped_from: Block | None = None
    having: tuple[Expression, ...] = ()
    qualify: tuple[Expression, ...] = ()
    distinct: bool = False
    order: tuple[SortKey, ...] = ()
    limit: Atom | None = None
    # Columns of tables joined in an earlier step, by the name they were exported under.
    exports: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    # Tables of earlier steps, whose names mean nothing any more.
    gone: frozenset[str] = frozenset()

    @property
    def columns(self) -> Iterator[Column]:
        return (part for part in self.parts if isinstance(part, Column))

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name.key: column for column in self.columns if column.name}

    @cached_property
    def aliases(self) -> Mapping[str, Relation]:
        return {relation.called.key: relation for relation in self.relations}

    @property
    def stars(self) -> tuple[Star, ...]:
        return tuple(part for part in self.parts if isinstance(part, Star))

    @property
    def has_full_star(self) -> bool:
        return any(star.qualifier is None for star in self.stars)

    @cached_property
    def known_names(self) -> tuple[str, ...] | None:
        """The names of all columns, None if a star covers tables whose columns this file does not tell."""
        names: list[str] = []
        for part in self.parts:
            if isinstance(part, Column):
                names.extend([part.name.text] if part.name else [])
                continue
            relations = [self.aliases[part.qualifier.key]] if part.qualifier else list(self.relations)
            for relation in relations:
                if relation.known is None:
                    return None
                names.extend(relation.known)
        return tuple(dict.fromkeys(names))

    @cached_property
    def certain_names(self) -> frozenset[str]:
        """Names that are among the columns for certain, where not all of them are known."""
        if self.known_names is not None:
            return frozenset()
        names = set(self.by_name)
        for star in self.stars:
            for relation in [self.aliases[star.qualifier.key]] if star.qualifier else self.relations:
                names.update(relation.certain, (known.lower() for known in relation.known or ()))
        return frozenset(names)

    @property
    def is_grouped(self) -> bool:
        return self.keys is not None

    @property
    def has_window(self) -> bool:
        """Whether something is computed over neighbouring rows, which a filter would now take away."""
        return any(column.is_window for column in self.columns) or any(
            traits_of(key.expression).window for key in self.order
        )

    @property
    def is_plain_read(self) -> bool:
        """Whether nothing but joins and filters has happened yet."""
        untouched = len(self.parts) == 1 and self.has_full_star
        return untouched and not (self.is_grouped or self.qualify or self.distinct or self.limit)


def kept_names(join: Join) -> tuple[Name, ...]:
    """The columns that a join with `keep` brings along: those it matches on, then those it names."""
    called = join.table.called.key
    matched = (
        path.parts[1]
        for condition in join.conditions
        for path in paths_in(condition)
        if len(path.parts) > 1 and path.parts[0].key == called
    )
    return tuple({name.key: name for name in (*join.keys, *matched, *(join.keep or ()))}.values())


def provenance(block: Block) -> Mapping[tuple[str, str], Column]:
    """The output columns that are a table's own column, by table and column."""
    found: dict[tuple[str, str], Column] = {}
    only = block.relations[0].called.key if len(block.relations) == 1 else None
    for column in block.columns:
        if column.name is None or not isinstance(column.expression, Path):
            continue
        keys = column.expression.keys
        if len(keys) == 2 and keys[0] in block.aliases:
            found.setdefault((keys[0], keys[1]), column)
        elif len(keys) == 1 and only:
            found.setdefault((only, keys[0]), column)
    return found


def listed_parts(block: Block) -> tuple[Part, ...]:
    """The parts with a star over the block's only table written out, where its columns are known."""
    known = block.relations[0].known
    if known is None:
        return block.parts
    parts: list[Part] = []
    for part in block.parts:
        if isinstance(part, Star):
            named = (Name(name, part.at) for name in known)
            parts.extend(Column(name, Path((name,))) for name in named)
        else:
            parts.append(part)
    return tuple(parts)


def names_itself(block: Block, name: Name, expression: Expression) -> bool:
    """Whether the expression reads a table's column of the very name that it is given."""
    return any(
        path.keys[0] == name.key or (len(path.keys) > 1 and path.keys[0] in block.aliases and path.keys[1] == name.key)
        for path in paths_in(expression)
    )


def aliases_hide_columns(block: Block, expressions: tuple[Expression, ...]) -> bool:
    """Whether a bare column in these expressions has the name of an output column that is something else."""
    computed = {column.name.key for column in block.columns if column.name and not column.is_plain}
    return any(path.keys[0] in computed for expression in expressions for path in paths_in(expression))


def unhidden(block: Block, expression: Expression) -> Expression | None:
    """The expression so written that no output column's name hides what it reads; None if that cannot be."""
    if not aliases_hide_columns(block, (expression,)):
        return expression
    return with_table(block, expression) if len(block.relations) == 1 else None


def output_of(block: Block, expression: Expression) -> Column | None:
    """The named output column that is this very expression, wherever in the file it was written again."""
    for column in block.columns:
        if column.name and (column.expression == expression or _is_same_path(column.expression, expression)):
            return column
    return None


def _is_same_path(left: Expression, right: Expression) -> bool:
    return isinstance(left, Path) and isinstance(right, Path) and left.keys == right.keys


def free_order(block: Block) -> tuple[Expression, ...]:
    """The sort expressions that are no output columns and so are written out in ORDER BY."""
    return tuple(key.expression for key in block.order if output_of(block, key.expression) is None)


def with_table(block: Block, expression: Expression) -> Expression:
    """Bare columns written with the block's only table before them."""
    called = block.relations[0].called

    def qualified(part: Expression) -> Expression | None:
        if isinstance(part, Path) and not (len(part.parts) > 1 and part.parts[0].key in block.aliases):
            return Path((Name(called.text, part.parts[0].at), *part.parts))
        return None

    return rewrite(expression, qualified)


def order_with_table(block: Block) -> tuple[SortKey, ...]:
    """The sort keys with the table's name before each bare column, except those that are output columns."""
    return tuple(
        replace(key, expression=with_table(block, key.expression)) if output_of(block, key.expression) is None else key
        for key in block.order
    )
