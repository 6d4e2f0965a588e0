"""FROM and JOIN: which relations a SELECT reads and how joining changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from rocky_core.compiler.bind_names import refuse_reserved, report_missing
from rocky_core.compiler.bind_pivot import pivoted
from rocky_core.compiler.bind_star import everything
from rocky_core.compiler.bind_table_function import bind_function, bind_lateral, bind_unnest
from rocky_core.compiler.compare_types import check_join_key
from rocky_core.compiler.infer_expression import common_type
from rocky_core.compiler.name_columns import alias_of, column_aliases, numbered, renamed
from rocky_core.compiler.scope import Ctes, Merged, Pass, QueryResult, Relation, Scope, Value
from rocky_core.compiler.trace_lineage import merge
from rocky_core.dialects.base import FunctionKind

_INVISIBLE: Final = frozenset({"SEMI", "ANTI"})


def bind_from_clause(work: Pass, select: exp.Expr, scope: Scope) -> None:
    """Add what FROM, its joins and its lateral views read to the scope."""
    arguments = select.args
    from_clause = arguments.get("from_")
    if from_clause is not None:
        bind_relation(work, from_clause.args["this"], scope)
    group = scope  # `FROM a, b JOIN c`: a join binds tighter than a comma, so its left side is b alone.
    for join in arguments.get("joins") or ():
        if _is_comma(join):
            _add_group(group, scope)
            group = Scope(scope, scope.ctes)
            bind_relation(work, join.args["this"], group)
        else:
            bind_join(work, join, group)
    _add_group(group, scope)
    for lateral in arguments.get("laterals") or ():
        scope.relations.append(bind_lateral(work, lateral, scope))


def _is_comma(join: exp.Expr) -> bool:
    return not any(join.args.get(part) for part in ("kind", "side", "method", "on", "using"))


def _add_group(group: Scope, scope: Scope) -> None:
    """Add what stands between two commas of FROM to the whole."""
    if group is scope:
        return
    scope.relations.extend(group.relations)
    for key, merged in group.merged.items():
        # A second key of this name is ambiguous by itself, but a star still shows its columns once.
        scope.merged[key if key not in scope.merged else f"{key},{len(scope.merged)}"] = merged


def bind_relation(work: Pass, node: exp.Expr, scope: Scope) -> None:
    """Add one item of FROM, with the joins that hang on it, to the scope."""
    kind = type(node)
    if kind is exp.Subquery and type(node.args["this"]) is exp.Table and not node.args.get("alias"):
        inner = node.args["this"]
        if not node.args.get("pivots"):  # Parentheses around joins hide nothing.
            nested = Scope(scope.parent, scope.ctes)
            bind_relation(work, inner, nested)
            scope.relations.extend(nested.relations)
            scope.merged.update(nested.merged)
            for join in node.args.get("joins") or ():
                bind_join(work, join, scope)
            return
    scope.relations.append(_relation(work, node, scope))
    for join in node.args.get("joins") or ():
        bind_join(work, join, scope)


def bind_join(work: Pass, join: exp.Expr, scope: Scope) -> None:
    """Add the right side of a join, and widen what the join may leave without a partner."""
    arguments = join.args
    kind, side, method = arguments.get("kind") or "", arguments.get("side") or "", arguments.get("method") or ""
    left = Scope(None, scope.ctes)
    left.relations, left.merged = list(scope.relations), dict(scope.merged)
    right = Scope(scope, scope.ctes)
    bind_relation(work, arguments["this"], right)
    # ON sees both sides; SELECT sees what a SEMI or ANTI join leaves.
    scope.relations.extend(right.relations)
    scope.merged.update(right.merged)
    condition = arguments.get("on")
    if condition is not None:
        work.infer(condition, scope)
    using = arguments.get("using")
    if using:
        _merge(work, [(work.key_of(identifier), identifier) for identifier in using], left, right, scope, side)
    elif method == "NATURAL":
        _merge(work, _shared_names(work, left, right), left, right, scope, side)
    if kind in _INVISIBLE:
        scope.relations, scope.merged = left.relations, left.merged
        return
    if method == "POSITIONAL" or side == "FULL":
        _widen(left.relations, scope)
        _widen(right.relations, scope)
    elif side == "LEFT":
        _widen(right.relations, scope)
    elif side == "RIGHT":
        _widen(left.relations, scope)


def relation_result(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    """A relation where a query is expected: all its columns."""
    scope = Scope(outer, ctes)
    bind_relation(work, node, scope)
    return every_column(scope)


def every_column(scope: Scope) -> QueryResult:
    """What `*` stands for in this scope."""
    found = everything(scope.relations, scope.merged)
    return QueryResult(found.columns, found.complete, found.open_from, has_star=True, star_models=found.star_models)


def _relation(work: Pass, node: exp.Expr, scope: Scope) -> Relation:
    kind = type(node)
    if kind is exp.Table:
        inner = node.args["this"]
        if isinstance(inner, exp.Identifier):
            found = _table(work, node, scope)
        else:
            queried = _queried_table(work, inner, scope)
            found = queried if queried is not None else bind_function(work, node, inner, scope)
    elif kind is exp.Unnest:
        found = bind_unnest(work, node, scope)
    elif kind is exp.Lateral:
        found = bind_lateral(work, node, scope)
    else:
        found = _derived(work, node, scope)
    for pivot in node.args.get("pivots") or ():
        found = pivoted(work, found, pivot, scope)
    return found


def _queried_table(work: Pass, call: exp.Expr, scope: Scope) -> Relation | None:
    """`query_table('t')` as the table that it names; None if the call is another."""
    name = call.name.lower() if isinstance(call, exp.Anonymous) else ""
    if name != "query_table" or work.dialect.function_kind(name) is not FunctionKind.TABLE:
        return None
    arguments = call.args.get("expressions") or ()
    first = arguments[0] if arguments else None
    if not isinstance(first, exp.Literal) or not first.is_string or len(arguments) > 1:
        return None
    parts = [exp.to_identifier(part) for part in first.name.split(".")]
    return _known_table(work, parts, work.key(name, quoted=False), scope)


def _table(work: Pass, node: exp.Expr, scope: Scope) -> Relation:
    arguments = node.args
    alias = arguments.get("alias")
    identifiers = [arguments[part] for part in ("catalog", "db", "this") if arguments.get(part) is not None]
    last = identifiers[-1]
    refuse_reserved(work, identifiers[0])
    if alias is not None and alias.args.get("this"):
        refuse_reserved(work, alias.args["this"])
    key = work.key_of(alias.args["this"]) if alias is not None and alias.args.get("this") else work.key_of(last)
    found = _known_table(work, identifiers, key, scope)
    if alias is None:
        found.qualifier = tuple(work.key_of(part) for part in identifiers[:-1])
    elif alias.args.get("columns"):
        found = _with_columns(work, found, alias.args["columns"])
    return found


def _known_table(work: Pass, identifiers: Sequence[exp.Expr], key: str, scope: Scope) -> Relation:
    if len(identifiers) == 1:
        cte = scope.ctes.get(work.key_of(identifiers[0]))
        if cte is not None:
            return derived_relation(key, identifiers[0].name, cte)
    parts = tuple((part.name, bool(part.args.get("quoted"))) for part in identifiers)
    written = ".".join(name for name, _ in parts)
    if len(parts) == 1 and parts[0][1] and "." in written:
        parts = tuple((part, True) for part in written.split("."))  # BigQuery's `project.dataset.table`.
    schema = work.upstream.find(parts)
    own = schema is not None and schema.is_model and schema.name == work.model.name
    view = work.dialect.system_view([name for name, _ in parts]) if schema is None else None
    if view is not None:
        found = Relation(key, written, columns=view)
        work.reads_tables[written] = None
    elif schema is None or own:
        found = Relation(key, written, complete=False)
        if own:
            work.reads_itself = True
        else:
            work.reads_tables[written] = None
    else:
        found = Relation(key, schema.name if schema.is_model else written, columns=schema.columns)
        found.complete = schema.complete
        found.is_model = schema.is_model
        (work.reads_models if schema.is_model else work.reads_tables)[found.name] = None
    if found.is_model:
        found.star_models = (found.name,)
    if not found.complete:
        found.open_from = (found.name,)
    return found


def derived_relation(key: str, name: str, result: QueryResult) -> Relation:
    """A query's result as a relation."""
    found = Relation(key, name, values=result.columns, complete=result.complete)
    found.open_from = result.open_from
    found.star_models = result.star_models if result.has_star else ()
    return found


def _derived(work: Pass, node: exp.Expr, scope: Scope) -> Relation:
    """A query, VALUES or a group of joins under an alias."""
    alias = alias_of(node)
    if alias is not None:
        refuse_reserved(work, alias)
    key = work.key_of(alias) if alias is not None else ""
    name = alias.name if alias is not None else "subquery"
    inner = node.args["this"] if type(node) is exp.Subquery else node
    if type(inner) is exp.Table:
        nested = Scope(scope.parent, scope.ctes)
        bind_relation(work, inner, nested)
        result = every_column(nested)
    else:
        result = work.query(node if node.args.get("with_") else inner, scope, scope.ctes)
    # Names that the alias lists come first: only what is then repeated gets a number.
    return derived_relation(key, name, numbered(work, renamed(work, result, column_aliases(node))))


def _with_columns(work: Pass, relation: Relation, columns: Sequence[exp.Expr]) -> Relation:
    values = [relation.value_at(position) for position in range(relation.size)]
    result = QueryResult(values, relation.complete, relation.open_from, star_models=relation.star_models)
    found = derived_relation(relation.key, relation.name, renamed(work, result, columns))
    found.star_models = relation.star_models
    return found


def _shared_names(work: Pass, left: Scope, right: Scope) -> list[tuple[str, exp.Expr]]:
    shared: dict[str, exp.Expr] = {}
    for relation in left.relations:
        for position in range(relation.size):
            name = relation.name_at(position)
            key = work.key(name, quoted=True)
            if any(other.position_of(key, work) is not None for other in right.relations):
                shared[key] = exp.to_identifier(name, quoted=True)
    return list(shared.items())


def _merge(
    work: Pass,
    keys: Sequence[tuple[str, exp.Expr]],
    left: Scope,
    right: Scope,
    scope: Scope,
    side: str,
) -> None:
    for key, identifier in keys:
        before = left.merged.get(key)
        left_place = _find(work, key, left.relations)
        right_place = _find(work, key, right.relations)
        left_value = before.value if before is not None else _value(left_place)
        right_value = right.merged[key].value if key in right.merged else _value(right_place)
        if left_value is not None and right_value is not None:
            check_join_key(work, identifier, left_value, right_value)
            value = _merged_value(work, left_value, right_value, side)
            if side == "FULL" and before is not None:
                # The key is then the first of all the relations that has one, whichever joined before.
                value = value._replace(data_type=common_type(work, (*_member_values(before), right_value)))
        else:
            _report_absent_key(work, identifier, left.relations if left_value is None else right.relations)
            known = left_value if left_value is not None else right_value
            if known is None:
                continue
            value = known
        members = list(before.members) if before is not None else []
        positions = list(before.positions) if before is not None else []
        for place in (left_place if before is None else None, right_place):
            if place is not None:
                members.append(place[0])
                positions.append(place[1])
        scope.merged[key] = Merged(value, members, positions)


def _report_absent_key(work: Pass, identifier: exp.Expr, relations: list[Relation]) -> None:
    if all(relation.complete for relation in relations):
        names = [relation.name_at(position) for relation in relations for position in range(relation.size)]
        where = f"'{relations[0].name}'" if len(relations) == 1 else "the joined relations"
        report_missing(work, identifier, f"column '{identifier.name}' does not exist in {where}", names)


def _find(work: Pass, key: str, relations: list[Relation]) -> tuple[Relation, int] | None:
    for relation in relations:
        position = relation.position_of(key, work)
        if position is not None:
            return relation, position
    return None


def _value(place: tuple[Relation, int] | None) -> Value | None:
    return place[0].value_at(place[1]) if place is not None else None


def _member_values(merged: Merged) -> list[Value]:
    return [member.value_at(position) for member, position in zip(merged.members, merged.positions, strict=True)]


def _merged_value(work: Pass, left: Value, right: Value, side: str) -> Value:
    match side:
        case "RIGHT":
            return right._replace(name=left.name)
        case "FULL":
            return Value(
                common_type(work, (left, right)),
                left.nullable or right.nullable,
                merge((left, right)),
                None,
                left.name,
            )
        case "LEFT":
            return left
        case _:
            return left._replace(nullable=left.nullable and right.nullable)


def _widen(relations: Sequence[Relation], scope: Scope) -> None:
    """Columns of these relations may be missing from a row; merged ones are taken care of already."""
    for relation in relations:
        relation.widened = True
    touched = set(map(id, relations))
    for merged in scope.merged.values():
        if all(id(member) in touched for member in merged.members) and not merged.value.nullable:
            merged.value = merged.value._replace(nullable=True)
