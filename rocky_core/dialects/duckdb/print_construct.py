"""Prints the constructs that hold expressions: lists, structs, maps, CASE, lambdas and casts."""

from __future__ import annotations

from rocky_core.dialects.duckdb.keywords import quote_name
from rocky_core.dialects.duckdb.print_type import print_type
from rocky_core.dialects.duckdb.token_cursor import Cursor, Printed


def print_struct(cursor: Cursor) -> Printed:
    """`{'a': 1}`, behind the brace."""
    fields = cursor.take_list(_struct_field, "}")
    return Printed(f"struct_pack({', '.join(f'{quote_name(name)} := {value}' for name, value in fields)})")


def _struct_field(cursor: Cursor) -> tuple[str, str]:
    name = cursor.take().text
    cursor.expect_symbol(":")
    return name, _expression(cursor)


def print_list(cursor: Cursor) -> Printed:
    """`[…]`, behind the bracket: items, or a comprehension."""
    if cursor.take_symbol("]"):
        return Printed("list_value()")
    items = [_expression(cursor)]
    if cursor.take_word("FOR"):
        return _comprehension(cursor, items[0])
    if cursor.take_symbol(","):
        items.extend(cursor.take_list(_expression, "]"))
    else:
        cursor.expect_symbol("]")
    return Printed(f"list_value({', '.join(items)})")


def _comprehension(cursor: Cursor, result: str) -> Printed:
    names = [quote_name(cursor.take_name())]
    while cursor.take_symbol(","):
        names.append(quote_name(cursor.take_name()))
    cursor.expect_word("IN")
    source, parameters = _expression(cursor), ", ".join(names)
    if not cursor.take_word("IF"):
        cursor.expect_symbol("]")
        return Printed(f"list_apply({source}, (lambda {parameters}: {result}))")
    condition = _expression(cursor)
    cursor.expect_symbol("]")
    both = f'(lambda {parameters}: struct_pack("filter" := {condition}, result := {result}))'
    kept = f"list_filter(list_apply({source}, {both}), (lambda elem: struct_extract(elem, 'filter')))"
    return Printed(f"list_apply({kept}, (lambda elem: struct_extract(elem, 'result')))")


def print_case(cursor: Cursor) -> Printed:
    """`CASE … END`."""
    cursor.expect_word("CASE")
    subject = None if cursor.peek().is_word("WHEN") else _expression(cursor)
    text = "CASE "
    while cursor.take_word("WHEN"):
        condition = _expression(cursor)
        cursor.expect_word("THEN")
        test = condition if subject is None else f"({subject} = {condition})"
        text += f" WHEN ({test}) THEN ({_expression(cursor)})"
    other = _expression(cursor) if cursor.take_word("ELSE") else "NULL"
    cursor.expect_word("END")
    return Printed(f"{text} ELSE {other} END")


def print_lambda(cursor: Cursor) -> Printed:
    """`lambda x: …`."""
    cursor.expect_word("LAMBDA")
    names = [quote_name(cursor.take_name())]
    while cursor.take_symbol(","):
        names.append(quote_name(cursor.take_name()))
    cursor.expect_symbol(":")
    return Printed(f"(lambda {', '.join(names)}: {_expression(cursor)})")


def print_map(cursor: Cursor) -> Printed:
    """`MAP {…}`."""
    cursor.at += 2
    entries = cursor.take_list(_map_entry, "}")
    keys, values = (", ".join(entry[i] for entry in entries) for i in (0, 1))
    return Printed(f'"map"(list_value({keys}), list_value({values}))')


def _map_entry(cursor: Cursor) -> tuple[str, str]:
    key = _expression(cursor)
    cursor.expect_symbol(":")
    return key, _expression(cursor)


def print_cast(cursor: Cursor, word: str) -> Printed:
    """`CAST(… AS …)` and `TRY_CAST`."""
    cursor.at += 2
    inner = _expression(cursor)
    cursor.expect_word("AS")
    target = print_type(cursor)
    cursor.expect_symbol(")")
    return Printed(f"{word}({inner} AS {target})")


def _expression(cursor: Cursor) -> str:
    from rocky_core.dialects.duckdb.print_expression import print_expression  # noqa: PLC0415 — they need each other

    return print_expression(cursor).text
