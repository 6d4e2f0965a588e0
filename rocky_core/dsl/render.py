"""Writes SELECTs as SQL text, and notes for every piece which place of the file it stems from."""

from __future__ import annotations

from dataclasses import dataclass

from rocky_core.dsl.block import Block, Column, Relation, kept_names, output_of
from rocky_core.dsl.render_expression import Writer, write_conditions, write_list, write_loose, write_sort_keys
from rocky_core.dsl.rewrite import paths_in, place_of
from rocky_core.dsl.syntax import Expression, Join, Name, Path, SortKey, Star
from rocky_core.ir.replace import replace
from rocky_core.ir.source_text import SourceText


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT, and the name by which later ones read it; the last one has none."""

    name: Name | None
    block: Block


def render_queries(queries: tuple[Query, ...], text: str, file: str) -> SourceText:
    """One statement: all but the last query in WITH, each clause on a line of its own."""
    writer = Writer(text)
    *named, last = queries
    for index, query in enumerate(named):
        if query.name is None:
            continue
        writer.write("WITH " if index == 0 else ",\n", query.name.at)
        writer.write(query.name.text, query.name.at)
        writer.write(" AS (", query.name.at)
        writer.indent = "    "
        _write_block(writer, query.block)
        writer.indent = ""
        writer.write("\n)", query.name.at)
    _write_block(writer, last.block)
    return SourceText(file, writer.sql, text, writer.segments)


def _write_block(writer: Writer, block: Block) -> None:
    first = block.parts[0]
    at = first.at if isinstance(first, Star) else place_of(first.expression)
    writer.start_line("SELECT DISTINCT " if block.distinct else "SELECT ", at)
    for index, part in enumerate(block.parts):
        if index:
            writer.write(", ")
        _write_part(writer, part)
    _write_relations(writer, block.relations)
    _write_conditions(writer, "WHERE", block.where)
    if block.keys:
        writer.start_line("GROUP BY ", place_of(block.keys[0]))
        write_list(writer, block.keys)
    _write_conditions(writer, "HAVING", block.having)
    _write_conditions(writer, "QUALIFY", block.qualify)
    _write_order(writer, block)
    if block.limit:
        writer.start_line("LIMIT ", block.limit.at)
        writer.write(block.limit.sql, block.limit.at)


def _write_part(writer: Writer, part: Column | Star) -> None:
    if isinstance(part, Star):
        if part.qualifier:
            writer.write(part.qualifier.text, part.qualifier.at)
            writer.write(".")
        writer.write("*", part.at)
        return
    write_loose(writer, part.expression)
    if part.name is None or (isinstance(part.expression, Path) and part.expression.parts[-1].text == part.name.text):
        return
    writer.write(" AS ", part.name.at)
    writer.write(part.name.text, part.name.at)


def _write_relations(writer: Writer, relations: tuple[Relation, ...]) -> None:
    for relation in relations:
        join = relation.join
        at = relation.parts[0].at
        writer.start_line(f"{join.kind.value} " if join else "FROM ", join.at if join else at)
        if join and join.keep is not None:
            _write_kept(writer, relation, join)
        else:
            _write_table(writer, relation)
        if relation.alias:
            writer.write(" AS ", relation.alias.at)
            writer.write(relation.alias.text, relation.alias.at)
        if join:
            _write_match(writer, join)


def _write_table(writer: Writer, relation: Relation) -> None:
    for index, name in enumerate(relation.parts):
        if index:
            writer.write(".")
        writer.write(name.text, name.at)


def _write_kept(writer: Writer, relation: Relation, join: Join) -> None:
    """The joined table with only its keys and the columns to keep, so that a star brings no others."""
    writer.write("(SELECT ", join.at)
    for index, name in enumerate(kept_names(join)):
        if index:
            writer.write(", ")
        writer.write(name.text, name.at)
    writer.write(" FROM ", relation.parts[0].at)
    _write_table(writer, relation)
    writer.write(")")
    if relation.alias is None:
        writer.write(" AS ", relation.called.at)
        writer.write(relation.called.text, relation.called.at)


def _write_match(writer: Writer, join: Join) -> None:
    if join.keys:
        writer.write(" USING (", join.keys[0].at)
        for index, key in enumerate(join.keys):
            if index:
                writer.write(", ")
            writer.write(key.text, key.at)
        writer.write(")")
    elif join.conditions:
        writer.write(" ON ", place_of(join.conditions[0]))
        write_conditions(writer, join.conditions)


def _write_conditions(writer: Writer, keyword: str, conditions: tuple[Expression, ...]) -> None:
    if conditions:
        writer.start_line(f"{keyword} ", place_of(conditions[0]))
        write_conditions(writer, conditions)


def _write_order(writer: Writer, block: Block) -> None:
    keys = tuple(key for key in (_order_key(key, block) for key in block.order) if key)
    if keys:
        writer.start_line("ORDER BY ", place_of(keys[0].expression))
        write_sort_keys(writer, keys)


def _order_key(key: SortKey, block: Block) -> SortKey | None:
    """The key as an output column's name where it is one; None for a constant, which orders nothing."""
    column = output_of(block, key.expression)
    if column is not None and column.name and not column.is_plain:
        return replace(key, expression=Path((Name(column.name.text, key.at),)))
    return key if next(paths_in(key.expression), None) else None
