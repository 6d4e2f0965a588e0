"""Replaces the names in a step's expressions by what they stand for at that point of the pipeline."""

from __future__ import annotations

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dsl.block import Block, provenance
from rocky_core.dsl.cursor import Fault
from rocky_core.dsl.rewrite import place_of, rewrite
from rocky_core.dsl.syntax import (
    Atom,
    Call,
    Cast,
    Element,
    Expression,
    Extract,
    Match,
    Member,
    Name,
    Paren,
    Path,
    Star,
)
from rocky_core.dsl.traits import is_aggregate, traits_of

# Text grows when a `match` looks at a `match`; beyond this nobody wrote it on purpose.
_LARGEST_EXPRESSION = 200_000


class Unmergeable(Exception):
    """The step cannot join the SELECT so far without changing the meaning; the SELECT must be closed first."""


def resolve(expression: Expression, block: Block) -> Expression:
    """The expression in terms of the block's relations.

    Raises:
        Fault: a name cannot be meant here.
        Unmergeable: a name stands for something that must not be repeated.
    """

    def meaning(part: Expression) -> Expression | None:
        if isinstance(part, Path):
            return resolve_path(part, block)
        if block.grouped_from and isinstance(part, Call) and is_aggregate(part):
            # An aggregate after `group` can only mean the rows that were grouped.
            source = block.grouped_from
            arguments = tuple(
                argument if isinstance(argument, Star) else resolve(argument, source) for argument in part.arguments
            )
            return Call(part.function, arguments, part.distinct)
        return None

    resolved = rewrite(expression, meaning)
    if traits_of(resolved).size > _LARGEST_EXPRESSION:
        raise Fault("the expression grows too large; name its parts with derive", place_of(expression), 1)
    return resolved


def resolve_path(path: Path, block: Block) -> Expression:
    """What one name stands for."""
    if len(path.parts) > 1:
        path = _exported(path, block)
        if path.parts[0].key in block.aliases:
            return _table_column(path, block)
        if path.parts[0].key in block.gone and path.parts[0].key not in block.by_name:
            raise lost_table(path)
    head = path.parts[0]
    column = block.by_name.get(head.key)
    if column is not None:
        if column.is_opaque:
            raise Unmergeable
        return _with_fields(_at_least_closed(column.expression, head.at), path.parts[1:])
    if block.known_names is not None:
        if head.key not in {name.lower() for name in block.known_names}:
            raise Fault(
                f"no column '{head.text}' at this point{did_you_mean(head.text, block.known_names)}",
                head.at,
                len(head.text),
                f"The steps before leave: {', '.join(block.known_names)}." if block.known_names else None,
            )
    elif not block.has_full_star and len(block.stars) == 1 and len(block.relations) > 1:
        only = block.stars[0].qualifier
        return Path((Name(only.text, head.at), *path.parts)) if only else path
    return path


def lost_table(path: Path) -> Fault:
    """The finding for `c.name` where the row no longer knows which table a column came from."""
    table, column = path.parts[0], path.parts[1]
    return Fault(
        f"'{table.text}' is out of reach here: the steps before made one table of the joined ones",
        table.at,
        column.at + len(column.text) - table.at,
        f"Name the column before them: derive {{ {table.text}_{column.text}: {table.text}.{column.text} }}, "
        f"then use {table.text}_{column.text}.",
    )


def _exported(path: Path, block: Block) -> Path:
    export = block.exports.get((path.parts[0].key, path.parts[1].key))
    if export is None or path.parts[0].key in block.aliases:
        return path
    called = block.relations[0].called
    return Path((Name(called.text, path.parts[0].at), Name(export, path.parts[1].at), *path.parts[2:]))


def _table_column(path: Path, block: Block) -> Expression:
    """`o.amount`, if the row still has it."""
    table, column = path.parts[0], path.parts[1]
    covered = any(star.qualifier is None or star.qualifier.key == table.key for star in block.stars)
    if not covered:
        source = provenance(block).get((table.key, column.key))
        if source is None:
            raise Fault(
                f"'{table.text}.{column.text}' is not among the columns at this point"
                f"{did_you_mean(column.text, block.known_names or ())}",
                table.at,
                column.at + len(column.text) - table.at,
                f"The steps before leave: {', '.join(block.known_names)}." if block.known_names else None,
            )
        return path
    known = block.aliases[table.key].known
    if known is not None and column.key not in {name.lower() for name in known}:
        join = block.aliases[table.key].join
        kept = join is not None and join.keep is not None
        raise Fault(
            f"'{table.text}' {'keeps' if kept else 'has'} no column '{column.text}'{did_you_mean(column.text, known)}",
            column.at,
            len(column.text),
            f"Add it to the join: keep {table.text}.{column.text}." if kept else None,
        )
    return path


def _at_least_closed(expression: Expression, at: int) -> Expression:
    """The expression, in parentheses unless it binds tighter than any operator around it."""
    if isinstance(expression, (Atom, Path, Call, Paren, Cast, Extract, Match, Member, Element)):
        negative = isinstance(expression, Atom) and expression.sql.startswith("-")
        return Paren(at, expression) if negative else expression
    return Paren(at, expression)


def _with_fields(expression: Expression, fields: tuple[Name, ...]) -> Expression:
    if fields and isinstance(expression, Path):
        return Path((*expression.parts, *fields))
    if fields and not isinstance(expression, Paren):
        expression = Paren(fields[0].at, expression)
    for name in fields:
        expression = Member(expression, name)
    return expression
