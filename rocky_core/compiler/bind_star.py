"""`*`: every column of some relations, less EXCLUDE, with REPLACE and RENAME."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from sqlglot import exp

from rocky_core.compiler.bind_names import report_missing
from rocky_core.compiler.scope import Merged, Pass, QueryResult, Relation, Scope, Value

PATTERNS: Final = (exp.Like, exp.ILike, exp.Glob, exp.SimilarTo)


def star_columns(work: Pass, star: exp.Expr, relations: Sequence[Relation], scope: Scope) -> QueryResult:
    """`*` over these relations, less EXCLUDE, with REPLACE and RENAME."""
    found = everything(relations, scope.merged)
    arguments = star.args
    excluded = _excluded(work, arguments.get("except_") or arguments.get("except") or ())
    replaced = {
        work.key_of(item.args["alias"]): item for item in arguments.get("replace") or () if type(item) is exp.Alias
    }
    new_names = {
        work.key_of(_identifier(item.args["this"])): item.args["alias"]
        for item in arguments.get("rename") or ()
        if type(item) is exp.Alias
    }
    pattern = arguments.get("ilike")
    if not (excluded or replaced or new_names or pattern is not None):
        return QueryResult(found.columns, found.complete, found.open_from, True, found.star_models)
    columns: list[Value] = []
    used: set[str] = set()
    for value, owner in zip(found.columns, found.owners, strict=True):
        key = work.key(value.name, quoted=True)
        if (key, owner) in excluded or (key, None) in excluded:
            used.add(key)
            continue
        if pattern is not None and not matches(exp.ILike, value.name, pattern.name):
            continue
        column = value
        if key in replaced:
            if key in used:
                continue  # Two columns of this name are replaced by one.
            used.add(key)
            item = replaced[key]
            column = work.settled(work.infer(item.args["this"], scope), written(work, item.args["alias"]))
        if key in new_names:
            used.add(key)
            column = column._replace(name=written(work, new_names[key]))
        columns.append(column)
    if found.complete:
        _report_unused(work, star, used, found.columns)
    return QueryResult(columns, found.complete, found.open_from, True, found.star_models)


class Everything(Struct, frozen=True):
    """All columns of some relations, each with the relation's key (None where a join merged several)."""

    columns: list[Value]
    owners: list[str | None]
    complete: bool
    open_from: tuple[str, ...]
    star_models: tuple[str, ...]


def everything(relations: Sequence[Relation], merged_columns: dict[str, Merged]) -> Everything:
    """Every column once; those that a join merged stand at their first place."""
    columns: list[Value] = []
    owners: list[str | None] = []
    seen: set[int] = set()
    merged_at = {
        (id(relation), position): merged
        for merged in merged_columns.values()
        for relation, position in zip(merged.members, merged.positions, strict=True)
    }
    for relation in relations:
        for position in range(relation.size):
            merged = merged_at.get((id(relation), position)) if merged_at else None
            if merged is None:
                columns.append(relation.value_at(position))
                owners.append(relation.key)
            elif id(merged) not in seen:
                seen.add(id(merged))
                columns.append(merged.value)
                owners.append(None)
    return Everything(
        columns,
        owners,
        all(relation.complete for relation in relations),
        tuple(dict.fromkeys(name for relation in relations for name in relation.open_from)),
        tuple(dict.fromkeys(name for relation in relations for name in relation.star_models)),
    )


def matches(kind: type, name: str, pattern: str) -> bool:
    match kind:
        case exp.Glob:
            translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        case exp.SimilarTo:
            translated = pattern
        case _:
            translated = re.escape(pattern).replace("%", ".*").replace("_", ".")
    flags = re.IGNORECASE if kind is exp.ILike else 0
    return re.fullmatch(translated, name, flags | re.DOTALL) is not None


def _excluded(work: Pass, items: Sequence[exp.Expr]) -> set[tuple[str, str | None]]:
    found: set[tuple[str, str | None]] = set()
    for item in items:
        table = item.args.get("table") if type(item) is exp.Column else None
        found.add((work.key_of(_identifier(item)), work.key_of(table) if table is not None else None))
    return found


def _report_unused(work: Pass, star: exp.Expr, used: set[str], columns: Sequence[Value]) -> None:
    named = [
        *((_identifier(item), "EXCLUDE") for item in star.args.get("except_") or ()),
        *((item.args["alias"], "REPLACE") for item in star.args.get("replace") or () if type(item) is exp.Alias),
        *(
            (_identifier(item.args["this"]), "RENAME")
            for item in star.args.get("rename") or ()
            if type(item) is exp.Alias
        ),
    ]
    for identifier, clause in named:
        if work.key_of(identifier) not in used:
            report_missing(
                work,
                identifier,
                f"column '{identifier.name}' in {clause} does not exist in what * stands for",
                [value.name for value in columns],
            )


def _identifier(node: exp.Expr) -> exp.Expr:
    inner = node.args.get("this")
    return inner if type(node) is exp.Column and isinstance(inner, exp.Expr) else node


def written(work: Pass, identifier: exp.Expr) -> str:
    arguments = identifier.args
    return work.dialect.stored_name(arguments["this"], quoted=bool(arguments.get("quoted")))
