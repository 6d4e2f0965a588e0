"""The select list: items, `*` in all its forms, COLUMNS(…), and functions that yield several columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from rocky_core.compiler.bind_names import find_bare, report_missing
from rocky_core.compiler.bind_table_function import element_type, exploded
from rocky_core.compiler.scope import Merged, Pass, QueryResult, Relation, Scope, Value
from rocky_core.compiler.trace_lineage import through_expression
from rocky_core.ir.types import UNKNOWN, DataType, ListOf, StructOf

if TYPE_CHECKING:
    from rocky_core.compiler.bind_groups import WidenedItems

_PATTERNS: Final = (exp.Like, exp.ILike, exp.Glob, exp.SimilarTo)


@dataclass(slots=True)
class Projected:
    """The output columns met so far."""

    columns: list[Value] = field(default_factory=list)
    complete: bool = True
    open_from: tuple[str, ...] = ()
    has_star: bool = False
    star_models: tuple[str, ...] = ()

    def add_star(self, found: QueryResult) -> None:
        self.columns.extend(found.columns)
        self.complete = self.complete and found.complete
        self.open_from = tuple(dict.fromkeys((*self.open_from, *found.open_from)))
        self.has_star = True
        self.star_models = tuple(dict.fromkeys((*self.star_models, *found.star_models)))


def project(work: Pass, items: Sequence[exp.Expr], scope: Scope, widened: WidenedItems | None) -> Projected:
    """The output of a select list."""
    projected = Projected()
    columns = projected.columns
    for position, item in enumerate(items):
        kind = type(item)
        if kind is exp.Column and type(item.args["this"]) is exp.Identifier:
            value = work.infer(item, scope)
            name = value.name or work.dialect.output_name(item, position)
            # An output column is what its source was: no settling, except of row structs.
            columns.append(value if value.name else work.settled(value, name))
        elif kind is exp.Alias and not work.mentions_columns and type(item.args["this"]) is not exp.Anonymous:
            _project_alias(work, item, item.args["this"], scope, projected)
        elif not _project_many(work, item, scope, projected):
            _project_one(work, item, scope, projected, position)
        if widened and position in widened:
            columns[-1] = columns[-1]._replace(nullable=True)
    return projected


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
        if pattern is not None and not _matches(exp.ILike, value.name, pattern.name):
            continue
        column = value
        if key in replaced:
            used.add(key)
            column = work.settled(work.infer(replaced[key].args["this"], scope), value.name)
        if key in new_names:
            used.add(key)
            column = column._replace(name=_written(work, new_names[key]))
        columns.append(column)
    if found.complete:
        _report_unused(work, star, used, found.columns)
    return QueryResult(columns, found.complete, found.open_from, True, found.star_models)


@dataclass(frozen=True, slots=True)
class Everything:
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


def _project_alias(work: Pass, item: exp.Expr, inner: exp.Expr, scope: Scope, projected: Projected) -> None:
    alias = item.args["alias"]
    name = _written(work, alias)
    value = work.infer(inner, scope)
    column = work.settled(value, name)
    key = work.key_of(alias)
    scope.aliases.setdefault(key, column)
    projected.columns.append(column)


def _project_one(work: Pass, item: exp.Expr, scope: Scope, projected: Projected, position: int) -> None:
    if type(item) is exp.Alias:
        _project_alias(work, item, item.args["this"], scope, projected)
        return
    value = work.infer(item, scope)
    projected.columns.append(work.settled(value, work.dialect.output_name(item, position)))


def _project_many(work: Pass, item: exp.Expr, scope: Scope, projected: Projected) -> bool:
    """Add the columns of an item that stands for several; False if it stands for one."""
    inner = item.args["this"] if type(item) is exp.Alias else item
    kind = type(inner)
    if kind is exp.Star:
        projected.add_star(star_columns(work, inner, scope.relations, scope))
        return True
    if kind is exp.Column and type(inner.args["this"]) is exp.Star:
        return _project_qualified_star(work, inner, scope, projected)
    if kind is exp.Not:
        return _project_pattern(work, inner.args["this"], scope, projected, negated=True)
    if kind in _PATTERNS:
        return _project_pattern(work, inner, scope, projected, negated=False)
    if kind is exp.Anonymous and type(inner.args["this"]) is str:
        spread = _spread(work, inner, scope)
        if spread is not None:
            projected.columns.extend(spread)
            return True
    if kind is exp.Aliases:
        return _project_aliases(work, inner, scope, projected)
    return work.mentions_columns and _project_columns_call(work, item, scope, projected)


def _project_qualified_star(work: Pass, node: exp.Expr, scope: Scope, projected: Projected) -> bool:
    table = node.args["table"]
    key = work.key_of(table)
    at: Scope | None = scope
    while at is not None:
        named = [relation for relation in at.relations if relation.key == key]
        if named:
            bare = Scope(scope, scope.ctes)
            bare.relations = list(scope.relations)
            found = star_columns(work, node.args["this"], named[:1], bare)
            projected.add_star(found)
            return True
        at = at.parent
    base = find_bare(work, table, scope)
    if base is not None and isinstance(base.data_type, StructOf):
        sources = through_expression((base,))
        projected.columns.extend(
            Value(member.data_type, True, sources, None, member.name) for member in base.data_type.fields
        )
        return True
    projected.complete, projected.has_star = False, True
    if base is None and all(relation.complete for relation in scope.relations):
        report_missing(
            work, table, f"'{table.name}' is no table or alias of this query", [each.key for each in scope.relations]
        )
    return True


def _project_pattern(work: Pass, node: exp.Expr, scope: Scope, projected: Projected, *, negated: bool) -> bool:
    """`* LIKE 'a%'` and its kin."""
    kind = type(node)
    if kind not in _PATTERNS or type(node.args["this"]) is not exp.Star:
        return False
    found = star_columns(work, node.args["this"], scope.relations, scope)
    pattern = node.args["expression"].name
    kept = [value for value in found.columns if _matches(kind, value.name, pattern) is not negated]
    projected.add_star(QueryResult(kept, found.complete, found.open_from, True, found.star_models))
    return True


def _spread(work: Pass, node: exp.Expr, scope: Scope) -> list[Value] | None:
    """UNNEST of a struct, and functions that yield several columns in a select list."""
    name = node.args["this"].lower()
    arguments = node.args.get("expressions") or ()
    if not arguments:
        return None
    if name == "unnest":
        return _spread_unnest(work, node, work.infer(arguments[0], scope))
    if name.startswith(("explode", "posexplode", "inline")):
        columns = exploded(work, name, work.infer(arguments[0], scope))
        return columns if columns is not None and len(columns) > 1 else None
    return None


def _spread_unnest(work: Pass, node: exp.Expr, argument: Value) -> list[Value] | None:
    depth, recursive = 1, False
    for option in node.args["expressions"][1:]:
        if type(option) is exp.PropertyEQ:
            label = option.args["this"].name.lower()
            setting = option.args["expression"]
            if label == "recursive":
                recursive = bool(setting.args.get("this"))
            elif label == "max_depth" and setting.name.isdigit():
                depth = int(setting.name)
    current = argument.data_type
    levels = 0
    while isinstance(current, ListOf) and (recursive or levels < depth):
        current = element_type(current)
        levels += 1
    if not isinstance(current, StructOf) or (levels >= depth and not recursive):
        return None
    sources = through_expression((argument,))
    members = _flattened(current) if recursive else [(each.name, each.data_type) for each in current.fields]
    return [Value(data_type, True, sources, None, name) for name, data_type in members]


def _flattened(struct: StructOf) -> list[tuple[str, DataType]]:
    found: list[tuple[str, DataType]] = []
    for member in struct.fields:
        if isinstance(member.data_type, StructOf):
            found.extend(_flattened(member.data_type))
        else:
            found.append((member.name, member.data_type))
    return found


def _project_aliases(work: Pass, node: exp.Expr, scope: Scope, projected: Projected) -> bool:
    """`posexplode(x) AS (a, b)`."""
    inner = node.args["this"]
    spread = _spread(work, inner, scope) if type(inner) is exp.Anonymous else None
    for position, identifier in enumerate(node.args["expressions"]):
        known = spread[position] if spread is not None and position < len(spread) else Value(UNKNOWN)
        projected.columns.append(known._replace(name=_written(work, identifier)))
    return True


def _project_columns_call(work: Pass, item: exp.Expr, scope: Scope, projected: Projected) -> bool:
    """An item that holds COLUMNS(…): once per column that it selects."""
    calls = [
        node
        for node in item.find_all(exp.Anonymous)
        if type(node.args["this"]) is str and node.args["this"].lower() == "columns"
    ]
    if not calls:
        return False
    found, pattern = _selected(work, calls[0], scope)
    if found is None:
        projected.complete, projected.has_star = False, True
        return True
    projected.has_star = True
    start = calls[0].meta.get("start")
    sql = work.model.source.sql
    if isinstance(start, int) and sql[:start].rstrip().endswith("*") and item is not calls[0]:
        work.columns_list = found.columns
        _project_one(work, item, scope, projected, len(projected.columns))
        work.columns_list = ()
        return True
    inner = item.args["this"] if type(item) is exp.Alias else item
    results: list[Value] = []
    for value in found.columns:
        work.columns_value = value
        name = value.name
        if type(item) is exp.Alias:
            name = _substituted(item.args["alias"].name, value.name, pattern)
        results.append(work.settled(work.infer(inner, scope), name))
    work.columns_value = None
    projected.add_star(QueryResult(results, found.complete, found.open_from, True, found.star_models))
    return True


def _selected(work: Pass, node: exp.Expr, scope: Scope) -> tuple[QueryResult | None, re.Pattern[str] | None]:
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
    if kind in _PATTERNS and type(argument.args["this"]) is exp.Star:
        text = argument.args["expression"].name
        return _kept(everything_here, [_matches(kind, each.name, text) for each in everything_here.columns]), None
    if kind is exp.Lambda and type(argument.args["this"]) in _PATTERNS:
        text = argument.args["this"].args["expression"].name
        test = type(argument.args["this"])
        return _kept(everything_here, [_matches(test, each.name, text) for each in everything_here.columns]), None
    return None, None


def _kept(result: QueryResult, keep: Sequence[bool]) -> QueryResult:
    columns = [value for value, kept in zip(result.columns, keep, strict=True) if kept]
    return QueryResult(columns, result.complete, result.open_from, True, result.star_models)


def _substituted(alias: str, name: str, pattern: re.Pattern[str] | None) -> str:
    """The alias with `\\1` and the like replaced by what the pattern caught."""
    if "\\" not in alias:
        return alias
    found = pattern.search(name) if pattern is not None else None
    groups = (name, *found.groups()) if found is not None else (name,)

    def caught(reference: re.Match[str]) -> str:
        number = int(reference.group(1))
        return (groups[number] or "") if number < len(groups) else ""

    return re.sub(r"\\(\d)", caught, alias)


def _matches(kind: type, name: str, pattern: str) -> bool:
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


def _written(work: Pass, identifier: exp.Expr) -> str:
    arguments = identifier.args
    return work.dialect.stored_name(arguments["this"], quoted=bool(arguments.get("quoted")))
