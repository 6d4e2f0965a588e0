"""COLUMNS(…): which columns it stands for, and the names it gives."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from rocky_core.compiler.bind_star import PATTERNS, matches, star_columns
from rocky_core.compiler.scope import Pass, QueryResult, Scope


def selected_columns(work: Pass, node: exp.Expr, scope: Scope) -> tuple[QueryResult | None, re.Pattern[str] | None]:
    """The columns that COLUMNS(…) stands for, and the pattern that its alias may refer to."""
    arguments = node.args.get("expressions") or ()
    argument = arguments[0] if arguments else exp.Star()
    kind = type(argument)
    if kind is exp.Star:
        return star_columns(work, argument, scope.relations, scope), None
    if kind is exp.Column and type(argument.args["this"]) is exp.Star:
        key = work.key_of(argument.args["table"])
        named = [relation for relation in scope.relations if relation.key == key]
        return star_columns(work, argument.args["this"], named[:1], scope), None
    everything_here = star_columns(work, exp.Star(), scope.relations, scope)
    if kind is exp.Literal:
        try:
            pattern = re.compile(argument.name)
        except re.error:
            return None, None
        return _kept(everything_here, [bool(pattern.search(each.name)) for each in everything_here.columns]), pattern
    if kind is exp.Array:
        wanted = {work.key(item.name, quoted=False) for item in argument.args.get("expressions") or ()}
        kept = [work.key(each.name, quoted=True) in wanted for each in everything_here.columns]
        return _kept(everything_here, kept), None
    if kind in PATTERNS and type(argument.args["this"]) is exp.Star:
        text = argument.args["expression"].name
        return _kept(everything_here, [matches(kind, each.name, text) for each in everything_here.columns]), None
    if kind is exp.Lambda and type(argument.args["this"]) in PATTERNS:
        text = argument.args["this"].args["expression"].name
        test = type(argument.args["this"])
        return _kept(everything_here, [matches(test, each.name, text) for each in everything_here.columns]), None
    return None, None


def _kept(result: QueryResult, keep: Sequence[bool]) -> QueryResult:
    columns = [value for value, kept in zip(result.columns, keep, strict=True) if kept]
    return QueryResult(columns, result.complete, result.open_from, True, result.star_models)


def named_after(alias: str, name: str, pattern: re.Pattern[str] | None) -> str:
    r"""The alias with `\1` and the like replaced by what the pattern caught."""
    if "\\" not in alias:
        return alias
    found = pattern.search(name) if pattern is not None else None
    groups = (name, *found.groups()) if found is not None else (name,)

    def caught(reference: re.Match[str]) -> str:
        number = int(reference.group(1))
        return (groups[number] or "") if number < len(groups) else ""

    return re.sub(r"\\(\d)", caught, alias)
