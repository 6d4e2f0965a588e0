"""One model's SQL to facts: a single pass over its tree, which is dropped afterwards."""

from __future__ import annotations

import logging
from typing import Final

from sqlglot import exp

from rocky_core.compiler.bind_names import infer_column
from rocky_core.compiler.bind_query import QUERIES
from rocky_core.compiler.catalog import Catalog, Upstream
from rocky_core.compiler.check_context import output_name_place
from rocky_core.compiler.fingerprint import recipe_hash
from rocky_core.compiler.infer_call import CALLS, infer_call_node
from rocky_core.compiler.infer_expression import EXPRESSIONS, infer_scalar_query, infer_unknown
from rocky_core.compiler.infer_nested import NESTED
from rocky_core.compiler.parse import TOO_DEEP, SqlFault, parse_model_sql
from rocky_core.compiler.prove_repeatable import why_unrepeatable
from rocky_core.compiler.scope import Ctes, Handler, Pass, QueryHandler, QueryResult, Scope
from rocky_core.compiler.trace_lineage import edges_of
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.dialects.base import Dialect
from rocky_core.dialects.query_rules import QUERY_RULES
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column, SourceSchemas
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.types import is_known

_LOG: Final = logging.getLogger(__name__)


def analyse_model(model: Model, dialect: Dialect, catalog: Upstream) -> ModelFacts:
    """Everything the compiler keeps of a model, including what is wrong with its SQL."""
    source = model.source
    parsed = parse_model_sql(source.sql, dialect)
    if isinstance(parsed, SqlFault):
        return _unparsed(model, parsed)
    work = Pass(
        model,
        dialect,
        QUERY_RULES[dialect.name],
        catalog,
        _HANDLERS,
        _QUERY_HANDLERS,
        mentions_columns="columns" in source.sql.lower(),
    )
    try:
        result = work.query(parsed.tree, None, {})
    except RecursionError:
        return _unparsed(model, SqlFault(TOO_DEEP, 0))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # The parser lets some malformed texts pass, whose tree then lacks what every query has.
        _LOG.debug("the analysis of %s stumbled", model.name, exc_info=error)
        return _unparsed(model, SqlFault(f"this text cannot be analysed ({type(error).__name__})", 0))
    columns = tuple(Column(value.name, value.data_type, value.nullable) for value in result.columns)
    return ModelFacts(
        name=model.name,
        columns=columns,
        complete=result.complete,
        reads_models=tuple(work.reads_models),
        reads_tables=tuple(work.reads_tables),
        has_star=result.has_star,
        star_models=result.star_models if result.has_star else (),
        edges=edges_of(model.name, result.columns),
        diagnostics=(*_general_findings(work, result, columns, parsed.tree), *work.findings),
        recipe_hash=recipe_hash(model, parsed.tokens, dialect),
        unrepeatable="it reads its own table" if work.reads_itself else why_unrepeatable(parsed.tree, dialect),
    )


def describe_query(sql: str, dialect: Dialect, source_schemas: SourceSchemas) -> tuple[Column, ...]:
    """The output columns of a query over these tables."""
    model = Model("query", SourceText("query.sql", sql, sql), TargetName("", "", "query"))
    return analyse_model(model, dialect, Catalog((), source_schemas, dialect)).columns


def _unparsed(model: Model, fault: SqlFault) -> ModelFacts:
    # A `.rocky` file that cannot be lowered has no SQL, and its own findings say why.
    found = () if model.is_dsl and not model.source.sql else (fault.diagnostic(model.name, model.source),)
    return ModelFacts(name=model.name, diagnostics=found, parsed=False)


def _general_findings(work: Pass, result: QueryResult, columns: tuple[Column, ...], tree: exp.Expr) -> list[Diagnostic]:
    """What can be said of the output as a whole."""
    model = work.model
    found: list[Diagnostic] = []
    unknown = [column.name for column in columns if not is_known(column.data_type)]
    misspelled = any(finding.code == codes.E039.code for finding in work.findings)  # Then no schema would help.
    if 0 < len(unknown) < len(columns) and not misspelled:
        found.append(
            codes.I002.found(
                model=model.name,
                message=f"{len(unknown)} column(s) have unknown types — provide source schemas",
                span=output_name_place(model, unknown[0]),
            )
        )
    if result.has_star:
        star = tree.find(exp.Star)
        place = model.source.span_at(star.meta.get("start", 0)) if star is not None else model.source.span_at(0)
        if set(result.open_from) & set(work.reads_models):
            found.append(
                codes.W002.found(
                    model=model.name,
                    message="SELECT * prevents full type checking — upstream schema unknown",
                    span=place,
                )
            )
        else:
            found.append(
                codes.I001.found(model=model.name, message="SELECT * used — consider explicit column list", span=place)
            )
    return found


class _Handlers(dict[type, Handler]):
    """Handlers by node class; a class met for the first time is given one by its family."""

    def __missing__(self, kind: type) -> Handler:
        if issubclass(kind, exp.Query):
            found: Handler = infer_scalar_query
        elif issubclass(kind, exp.Func):
            found = infer_call_node
        else:
            found = infer_unknown
        self[kind] = found
        return found


class _QueryHandlers(dict[type, QueryHandler]):
    """Handlers of queries; anything else in a query's place yields nothing that is known."""

    def __missing__(self, kind: type) -> QueryHandler:
        self[kind] = _unknown_query
        return _unknown_query


def _unknown_query(work: Pass, node: exp.Expr, outer: Scope | None, ctes: Ctes) -> QueryResult:
    for table in node.find_all(exp.Table):
        work.query(table, outer, ctes)
    return QueryResult([], complete=False)


_HANDLERS: Final = _Handlers({**EXPRESSIONS, **CALLS, **NESTED, exp.Column: infer_column})
_QUERY_HANDLERS: Final = _QueryHandlers(QUERIES)
