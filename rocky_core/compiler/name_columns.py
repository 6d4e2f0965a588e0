"""The names under which an outer query sees a result's columns."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from rocky_core.compiler.scope import Pass, QueryResult, Value


def numbered(work: Pass, result: QueryResult) -> QueryResult:
    """The result with repeated names told apart, where the warehouse does so."""
    if not work.rules.numbers_repeated_names:
        return result
    keys = [work.key(column.name, quoted=True) for column in result.columns]
    if len(set(keys)) == len(keys):
        return result
    values = list(result.columns)
    taken: dict[str, int] = {}
    for position, key in enumerate(keys):
        if key not in taken:
            taken[key] = 1
            continue
        fresh = key
        while fresh in taken:
            name = f"{result.columns[position].name}_{taken[key]}"
            taken[key] += 1
            fresh = work.key(name, quoted=True)
        taken[fresh] = 1
        values[position] = values[position]._replace(name=name)
    return _with_values(result, values)


def renamed(work: Pass, result: QueryResult, columns: Sequence[exp.Expr]) -> QueryResult:
    """The result with the column names that an alias lists; the rest keep theirs."""
    if not columns:
        return result
    values = list(result.columns)
    for position, identifier in enumerate(columns[: len(values)]):
        name = work.dialect.stored_name(identifier.name, quoted=bool(identifier.args.get("quoted")))
        values[position] = values[position]._replace(name=name)
    return _with_values(result, values)


def alias_of(node: exp.Expr) -> exp.Expr | None:
    """The identifier that names a relation in FROM, if it has one of its own."""
    alias = node.args.get("alias")
    return alias.args.get("this") if alias is not None else None


def column_aliases(node: exp.Expr) -> Sequence[exp.Expr]:
    """The column names that a relation's alias lists."""
    alias = node.args.get("alias")
    return (alias.args.get("columns") or ()) if alias is not None else ()


def _with_values(result: QueryResult, values: list[Value]) -> QueryResult:
    return QueryResult(values, result.complete, result.open_from, result.has_star, result.star_models)
