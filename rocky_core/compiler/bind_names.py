"""Finds the column, field or relation that a name stands for, and reports names that stand for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from rocky_core.compiler.scope import NOTHING_KNOWN, Pass, Relation, Scope, Value
from rocky_core.compiler.trace_lineage import DIRECT, through_expression
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.suggest import nearest
from rocky_core.dialects.base import Operand
from rocky_core.ir.types import BIGINT, STRING_LITERAL, UNKNOWN, Field, StructOf, UnionOf

if TYPE_CHECKING:
    from rocky_core.diagnostics.diagnostic import Span

_AT_LEAST_A_STRUCT: Final = 2
_PSEUDO_COLUMNS: Final = frozenset(
    {
        "rowid",
        "user",
        "current_schema",
        "current_database",
        "current_catalog",
        "current_role",
        "session_user",
        "filename",
        "file_row_number",
        "file_index",
        "level",
        "sysdate",
        "rownum",
        "value",
        "key",
        "this",
    }
)


def infer_column(work: Pass, node: exp.Expr, scope: Scope) -> Value:
    """A column reference, however many parts it has."""
    arguments = node.args
    identifier = arguments["this"]
    if "table" not in arguments or arguments["table"] is None:
        if type(identifier) is not exp.Identifier:
            return NOTHING_KNOWN
        return infer_bare_name(work, identifier, scope)
    parts = [arguments[part] for part in ("catalog", "db", "table") if arguments.get(part) is not None]
    if type(identifier) is not exp.Identifier:
        return NOTHING_KNOWN  # `t.$2`
    parts.append(identifier)
    return _qualified(work, parts, scope)


def infer_bare_name(work: Pass, identifier: exp.Expr, scope: Scope) -> Value:
    """A name without a qualifier: a column, a lambda's parameter, an alias of the select list, or a whole row."""
    refuse_reserved(work, identifier)
    found = find_bare(work, identifier, scope)
    if found is None:
        found = _whole_row(work, work.key_of(identifier), scope)
    if found is None:
        return _nothing_of_this_name(work, identifier, scope)
    if work.rules.reference_keeps_spelling and found.name and found.name != identifier.args["this"]:
        return found._replace(name=identifier.args["this"])
    return found


def find_bare(work: Pass, identifier: exp.Expr, scope: Scope, *, aliases: bool = True) -> Value | None:
    """The value of an unqualified name, innermost scope first; None if no scope has it."""
    key = work.key_of(identifier)
    at: Scope | None = scope
    while at is not None:
        found = _in_scope(work, key, at, identifier, aliases=aliases)
        if found is not None:
            return found
        at = at.parent
    return None


def locate(work: Pass, node: exp.Expr, scope: Scope) -> tuple[Relation, int] | None:
    """The relation and position of a plain column of this very scope."""
    if type(node) is not exp.Column or type(node.args["this"]) is not exp.Identifier or node.args.get("db"):
        return None
    key = work.key_of(node.args["this"])
    table = node.args.get("table")
    qualifier = work.key_of(table) if table is not None else None
    for relation in scope.relations:
        if qualifier is None or relation.key == qualifier:
            position = relation.position_of(key, work)
            if position is not None:
                return relation, position
    return None


def keep_from_null(work: Pass, node: exp.Expr, scope: Scope) -> None:
    """Note that a filter of this very scope lets no NULL of a column pass."""
    found = locate(work, node, scope)
    if found is not None:
        found[0].override(found[1], nullable=False)
        return
    holder = _unlisted_in(work, node, scope)
    if holder is not None:
        holder.kept_by_filters = {*(holder.kept_by_filters or ()), work.key_of(node.args["this"])}


def field_of(work: Pass, base: Value, name: str) -> Value | None:
    """A struct's field by name; None if the struct has no such field."""
    found = base.data_type
    if isinstance(found, StructOf | UnionOf):
        wanted = work.key(name, quoted=True)
        members = found.fields if isinstance(found, StructOf) else found.members
        for member in members:
            if work.key(member.name, quoted=True) == wanted:
                return Value(member.data_type, True, through_expression((base,)), None, member.name)
        return None
    if found == UNKNOWN:
        return Value(UNKNOWN, True, through_expression((base,)), None, name)
    outcome = work.dialect.operator(
        ".", (Operand(found, nullable=base.nullable), Operand(STRING_LITERAL, constant=name))
    )
    return Value(outcome.data_type, True, through_expression((base,)), None, name)


def span_of(work: Pass, identifier: exp.Expr) -> Span | None:
    """The place of a name in the model's file."""
    place = identifier.meta
    if "start" not in place:
        return None
    start = int(place["start"])
    return work.model.source.span_at(start, int(place["end"]) - start + 1)


def report_missing(work: Pass, identifier: exp.Expr, message: str, candidates: list[str]) -> None:
    """Report a name that provably stands for nothing; one that a warehouse made of an expression proves nothing."""
    if "(" in identifier.args["this"]:
        return
    nearby = nearest(str(identifier.args["this"]), candidates)
    work.findings[
        codes.E039.found(
            model=work.model.name,
            message=message,
            span=span_of(work, identifier),
            suggestion=f"did you mean '{nearby}'?" if nearby else None,
        )
    ] = None


def refuse_reserved(work: Pass, identifier: exp.Expr) -> None:
    """Report a word that names nothing here, although the grammar with which we read takes it for a name."""
    arguments = identifier.args
    if arguments.get("quoted") or str(arguments["this"]).lower() not in work.rules.reserved:
        return
    word = str(arguments["this"])
    work.findings[
        codes.E000.found(
            model=work.model.name,
            message=f"failed to parse: '{word}' is a word of the language and no name",
            span=span_of(work, identifier),
            suggestion=f'write "{word}" in double quotes, or choose another name',
        )
    ] = None


def _unlisted_in(work: Pass, node: exp.Expr, scope: Scope) -> Relation | None:
    """The relation that a plain column, which none of them lists, can only come from."""
    if type(node) is not exp.Column or type(node.args["this"]) is not exp.Identifier or node.args.get("db"):
        return None
    table = node.args.get("table")
    able = [one for one in scope.incomplete if table is None or one.key == work.key_of(table)]
    return able[0] if len(able) == 1 else None


def _in_scope(work: Pass, key: str, scope: Scope, identifier: exp.Expr, *, aliases: bool) -> Value | None:
    if scope.locals and key in scope.locals:
        return scope.locals[key]
    merged = scope.merged.get(key) if scope.merged else None
    found = merged.value if merged is not None else None
    holder = merged.members[0] if merged is not None else None
    for relation in scope.relations:
        position = relation.position_of(key, work)
        if position is None or (merged is not None and relation in merged.members):
            continue
        if holder is not None:
            _report_ambiguous(work, identifier, scope, holder, relation)
            return Value(UNKNOWN, True, name=identifier.args["this"])
        found, holder = relation.value_at(position), relation
        if relation.other_names is not None and key in relation.other_names:
            found = found._replace(name=identifier.args["this"])
    if found is None and aliases:
        found = _alias(work, key, scope)
    if found is None and scope.relations:
        incomplete = scope.incomplete
        if incomplete:
            return _unproven(work, identifier, incomplete)
    return found


def _alias(work: Pass, key: str, scope: Scope) -> Value | None:
    """A select-list alias, inferred now if it stands further down."""
    if key in scope.aliases:
        return scope.aliases[key]
    if key in scope.resolving:
        return None
    for projection in scope.projections:
        if type(projection) is exp.Alias and work.key_of(projection.args["alias"]) == key:
            scope.resolving.add(key)
            scope.aliases[key] = found = work.infer(projection.args["this"], scope)
            scope.resolving.discard(key)
            return found
    return None


def _unproven(work: Pass, identifier: exp.Expr, incomplete: list[Relation]) -> Value:
    """A column of a relation that is not fully known: no type, but a source if only one table can have it."""
    name = identifier.args["this"]
    nullable = len(incomplete) > 1 or work.key_of(identifier) not in (incomplete[0].kept_by_filters or ())
    origins = {origin for relation in incomplete for origin in relation.open_from}
    if len(incomplete) == 1 and len(origins) == 1:
        stored = work.dialect.stored_name(name, quoted=bool(identifier.args.get("quoted")))
        return Value(UNKNOWN, nullable, {(origins.pop(), stored): DIRECT}, None, stored)
    return Value(UNKNOWN, nullable, name=work.dialect.stored_name(name, quoted=bool(identifier.args.get("quoted"))))


def _qualified(work: Pass, parts: list[exp.Expr], scope: Scope) -> Value:
    """A dotted name: as many leading parts as possible name the relation, the rest are column and fields."""
    refuse_reserved(work, parts[0])
    keys = [work.key_of(part) for part in parts]
    for length in range(len(parts) - 1, 0, -1):
        relation = _relation_named(keys[:length], scope)
        if relation is None:
            continue
        found = _column_of(work, relation, parts[length])
        if found is None:
            break
        for part in parts[length + 1 :]:
            found = field_of(work, found, part.args["this"]) or NOTHING_KNOWN
        return found
    else:
        relation = None
    base = find_bare(work, parts[0], scope, aliases=work.rules.alias_has_fields)
    if base is not None:
        for part in parts[1:]:
            following = field_of(work, base, part.args["this"])
            if following is None:
                fields = base.data_type.fields if isinstance(base.data_type, StructOf) else ()
                name = part.args["this"]
                report_missing(
                    work, part, f"'{parts[0].args['this']}' has no field '{name}'", [field.name for field in fields]
                )
                return NOTHING_KNOWN
            base = following
        return base
    if relation is None:
        return _no_relation_of_this_name(work, parts, scope)
    missing = parts[1]
    names = [relation.name_at(position) for position in range(relation.size)]
    report_missing(work, missing, f"column '{missing.args['this']}' does not exist in '{relation.name}'", names)
    return NOTHING_KNOWN


def _relation_named(keys: list[str], scope: Scope) -> Relation | None:
    at: Scope | None = scope
    while at is not None:
        for relation in at.relations:
            if relation.key == keys[-1] and _qualifier_fits(relation, keys[:-1]):
                return relation
        at = at.parent
    return None


def _qualifier_fits(relation: Relation, written: list[str]) -> bool:
    known = relation.qualifier
    shared = min(len(known), len(written))
    return shared == 0 or tuple(known[-shared:]) == tuple(written[-shared:])


def _column_of(work: Pass, relation: Relation, identifier: exp.Expr) -> Value | None:
    position = relation.position_of(work.key_of(identifier), work)
    if position is not None:
        found = relation.value_at(position)
        if relation.other_names is not None:
            return found._replace(name=identifier.args["this"])
        if work.rules.reference_keeps_spelling and found.name != identifier.args["this"]:
            return found._replace(name=identifier.args["this"])
        return found
    if not relation.complete:
        return _unproven(work, identifier, [relation])
    return _pseudo_column(work, identifier)


def _whole_row(work: Pass, key: str, scope: Scope) -> Value | None:
    """`SELECT t FROM t`: the row as a struct."""
    at: Scope | None = scope
    while at is not None:
        for relation in at.relations:
            if relation.key == key:
                values = [relation.value_at(position) for position in range(relation.size)]
                sources = through_expression(values)
                if not relation.complete:
                    return Value(UNKNOWN, True, sources)
                fields = tuple(Field(value.name, work.dialect.settle(value.data_type)) for value in values)
                return Value(StructOf(fields), relation.widened, sources)
        at = at.parent
    return None


def _nothing_of_this_name(work: Pass, identifier: exp.Expr, scope: Scope) -> Value:
    pseudo = _pseudo_column(work, identifier)
    if pseudo is not None:
        return pseudo
    name = identifier.args["this"]
    relations = _visible(scope)
    candidates = [relation.name_at(position) for relation in relations for position in range(relation.size)]
    where = {relation.name for relation in relations}
    place = f" in '{next(iter(where))}'" if len(where) == 1 else " in any relation of this query"
    report_missing(work, identifier, f"column '{name}' does not exist{place}", candidates)
    return NOTHING_KNOWN


def _no_relation_of_this_name(work: Pass, parts: list[exp.Expr], scope: Scope) -> Value:
    relations = _visible(scope)
    if all(relation.complete for relation in relations):
        qualifier = parts[-2] if len(parts) == _AT_LEAST_A_STRUCT else parts[0]
        written = ".".join(part.args["this"] for part in parts)
        if qualifier is parts[0] and find_bare(work, qualifier, scope) is not None:
            name, _, field = written.partition(".")
            message = f"'{written}' does not reach into '{name}', which this very query names: write ({name}).{field}"
            report_missing(work, qualifier, message, [])
            return Value(UNKNOWN, True, name=parts[-1].args["this"])
        report_missing(
            work,
            qualifier,
            f"'{qualifier.args['this']}' of '{written}' is no table or alias of this query",
            [relation.key for relation in relations],
        )
    return Value(UNKNOWN, True, name=parts[-1].args["this"])


def _visible(scope: Scope) -> list[Relation]:
    found: list[Relation] = []
    at: Scope | None = scope
    while at is not None:
        found.extend(at.relations)
        at = at.parent
    return found


def _pseudo_column(work: Pass, identifier: exp.Expr) -> Value | None:
    """A name that the engine knows without any table declaring it."""
    name = identifier.args["this"]
    lowered = name.lower()
    if lowered not in _PSEUDO_COLUMNS and not lowered.startswith("_") and "$" not in lowered:
        return None
    outcome = work.dialect.function(lowered, ())
    if outcome is not None:
        return Value(work.dialect.settle(outcome.data_type), True, name=name)
    return Value(BIGINT if lowered == "rowid" else UNKNOWN, True, name=name)


def _report_ambiguous(work: Pass, identifier: exp.Expr, scope: Scope, first: Relation, second: Relation) -> None:
    name = identifier.args["this"]
    if any(_is_called(work, projection, work.key_of(identifier)) for projection in scope.projections):
        return  # ORDER BY and GROUP BY may mean the select item.
    left, right = first.key, second.key
    finding = codes.E039.found(
        model=work.model.name,
        message=f"column '{name}' is ambiguous: both '{left}' and '{right}' have it",
        span=span_of(work, identifier),
        suggestion=f"write {left}.{name} or {right}.{name}",
    )
    work.findings[finding] = None


def _is_called(work: Pass, projection: exp.Expr, key: str) -> bool:
    """Whether a select item has this name and is no plain mention of it."""
    arguments = projection.args
    if type(projection) is exp.Alias:
        return work.key_of(arguments["alias"]) == key
    if type(projection) is exp.Column and arguments.get("table") is not None:
        return type(arguments["this"]) is exp.Identifier and work.key_of(arguments["this"]) == key
    return False
