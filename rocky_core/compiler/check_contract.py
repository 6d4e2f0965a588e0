"""Whether a model keeps the promises of its contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from rocky_core.compiler.check_context import CheckContext, OutputColumns
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.suggest import nearest
from rocky_core.ir.contract import Contract, ContractColumn
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.rocky_type import CONTRACT_TYPES, contract_matches, contract_type_exists, debug
from rocky_core.ir.schema import Column
from rocky_core.ir.types import is_known

_WAREHOUSE_NAMES: Final = {
    "BOOL": "Boolean",
    "TINYINT": "Int32",
    "SMALLINT": "Int32",
    "INT": "Int32",
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "LONG": "Int64",
    "HUGEINT": "Int64",
    "REAL": "Float32",
    "FLOAT": "Float32",
    "DOUBLE": "Float64",
    "NUMERIC": "Decimal",
    "NUMBER": "Decimal",
    "CHAR": "String",
    "TEXT": "String",
    "VARCHAR": "String",
    "BLOB": "Binary",
    "BYTES": "Binary",
    "DATETIME": "TimestampNtz",
    "TIMESTAMP_NTZ": "TimestampNtz",
    "TIMESTAMPTZ": "Timestamp",
    "JSON": "Variant",
}


def check_contract(model: Model, facts: ModelFacts, context: CheckContext) -> Iterable[Diagnostic]:
    """Required columns, then each described column, then protected ones, then new nullable ones."""
    contract = model.contract
    if contract is None or not facts.parsed:
        return ()
    output = OutputColumns(facts.columns, context.dialect)
    return (
        *_check_required(contract, facts, output),
        *(
            finding
            for number in range(len(contract.columns))
            for finding in _check_column(contract, number, facts, output, context)
        ),
        *_check_protected(contract, facts, output),
        *_check_new_nullable(contract, facts, context),
    )


def _check_required(contract: Contract, facts: ModelFacts, output: OutputColumns) -> Iterator[Diagnostic]:
    for number, name in enumerate(contract.required):
        if output.find(name) is not None:
            continue
        span = contract.span_of("rules", "required", number)
        if not facts.complete:
            yield _absence_not_provable(facts, name, span)
            continue
        yield codes.E010.found(
            model=facts.name,
            message=f"required column '{name}' missing from model output",
            span=span,
            suggestion=_name_nearest(name, output, facts)
            or f"Add '{name}' to the SELECT list, or drop it from rules.required.",
        )


def _check_column(
    contract: Contract, number: int, facts: ModelFacts, output: OutputColumns, context: CheckContext
) -> Iterator[Diagnostic]:
    promised = contract.columns[number]
    if promised.data_type is not None and not contract_type_exists(promised.data_type):
        yield codes.E011.found(
            model=facts.name,
            message=f"column '{promised.name}': the contract's type '{promised.data_type}' does not exist",
            span=contract.span_of("columns", number, "type"),
            suggestion=_name_contract_types(promised.data_type),
        )
    column = output.find(promised.name)
    if column is None:
        yield from _report_absent(contract, number, facts, output)
        return
    yield from _check_type(contract, number, promised, column, context)
    yield from _check_nullability(contract, number, promised, column, facts.name)


def _report_absent(contract: Contract, number: int, facts: ModelFacts, output: OutputColumns) -> Iterator[Diagnostic]:
    promised = contract.columns[number]
    if promised.name in contract.required:
        return
    span = contract.span_of("columns", number, "name")
    if not facts.complete:
        yield _absence_not_provable(facts, promised.name, span)
        return
    yield codes.W010.found(
        model=facts.name,
        message=f"contract column '{promised.name}' not found in model output",
        span=span,
        suggestion=_name_nearest(promised.name, output, facts),
    )


def _check_type(
    contract: Contract, number: int, promised: ContractColumn, column: Column, context: CheckContext
) -> Iterator[Diagnostic]:
    if promised.data_type is None or not contract_type_exists(promised.data_type):
        return
    found = context.dialect.rocky_type(column.data_type)
    verdict = contract_matches(promised.data_type, found)
    if verdict is True:
        return
    span = contract.span_of("columns", number, "type")
    if found.name == "Unknown" and is_known(column.data_type):
        # TIME, INTERVAL and their kin have no counterpart among the contract's types, so none can match.
        yield _wrong_type(contract, promised, context.dialect.spell_type(column.data_type) or "another type", span)
        return
    if verdict is False:
        yield _wrong_type(contract, promised, debug(found), span)
        return
    yield codes.I003.found(
        model=contract.model,
        message=f"column '{promised.name}' was not compared with its contract type {promised.data_type}: "
        "the inferred type is unknown",
        span=span,
        suggestion="Make the sources' schemas known, or CAST the column.",
    )


def _wrong_type(contract: Contract, promised: ContractColumn, found: str, span: Span) -> Diagnostic:
    return codes.E011.found(
        model=contract.model,
        message=f"column '{promised.name}' type mismatch: contract expects {promised.data_type}, got {found}",
        span=span,
        suggestion=f"CAST '{promised.name}' to the promised type, or change the contract.",
    )


def _check_nullability(
    contract: Contract, number: int, promised: ContractColumn, column: Column, model: str
) -> Iterator[Diagnostic]:
    if promised.nullable is not False or not column.nullable:
        return
    span = contract.span_of("columns", number, "nullable")
    if is_known(column.data_type):
        yield codes.E012.found(
            model=model,
            message=f"column '{promised.name}' must be non-nullable per contract, but is nullable",
            span=span,
            suggestion="Filter NULLs out or wrap the column in COALESCE, or relax the contract.",
        )
    elif promised.data_type is None:
        # With a type promised, the same column is reported once already.
        yield codes.I003.found(
            model=model,
            message=f"column '{promised.name}' was not checked for NULLs: too little is known of where it comes from",
            span=span,
            suggestion="Make the sources' schemas known.",
        )


def _check_protected(contract: Contract, facts: ModelFacts, output: OutputColumns) -> Iterator[Diagnostic]:
    told = {*contract.required, *(column.name for column in contract.columns)}
    for number, name in enumerate(contract.protected):
        if output.find(name) is not None:
            continue
        span = contract.span_of("rules", "protected", number)
        if facts.complete:
            yield codes.E013.found(
                model=facts.name,
                message=f"protected column '{name}' has been removed",
                span=span,
                suggestion=f"Restore '{name}', or drop it from rules.protected if nobody reads it any more.",
            )
        elif name not in told:
            yield _absence_not_provable(facts, name, span)


def _check_new_nullable(contract: Contract, facts: ModelFacts, context: CheckContext) -> Iterator[Diagnostic]:
    if not contract.no_new_nullable:
        return
    span = contract.span_of("rules", "no_new_nullable")
    if context.accepted_columns is None:
        yield codes.W013.found(
            model=facts.name,
            message="no_new_nullable was not checked: there is no earlier compile of this model to compare with",
            span=span,
            suggestion="Nothing to do: the next compile compares with this one, once it is free of errors.",
        )
        return
    accepted = OutputColumns(context.accepted_columns, context.dialect)
    for column in facts.columns:
        before = accepted.find(column.name)
        if not column.nullable or not is_known(column.data_type) or (before is not None and before.nullable):
            continue
        change = "is new and nullable" if before is None else "was non-nullable and is nullable now"
        yield codes.E014.found(
            model=facts.name,
            message=f"column '{column.name}' {change}, which the contract forbids",
            span=span,
            suggestion=f"Wrap '{column.name}' in COALESCE or filter its NULLs out, or lift no_new_nullable.",
        )


def _absence_not_provable(facts: ModelFacts, name: str, span: Span) -> Diagnostic:
    return codes.I003.found(
        model=facts.name,
        message=f"column '{name}' was not compared with its contract: not all output columns are known",
        span=span,
        suggestion="List the columns instead of SELECT *, or make the sources' schemas known.",
    )


def _name_nearest(name: str, output: OutputColumns, facts: ModelFacts) -> str | None:
    close = output.nearest(name)
    return f"did you mean '{close}'?" if close else output.listed() if facts.columns else None


def _name_contract_types(written: str) -> str:
    bare = re.split(r"[(<]", written, maxsplit=1)[0].strip()
    meant = _WAREHOUSE_NAMES.get(bare.upper()) or nearest(bare, CONTRACT_TYPES)
    similar = [meant] if meant else get_close_matches(bare, CONTRACT_TYPES, 1)
    return f"did you mean '{similar[0]}'?" if similar else f"Contract types: {', '.join(CONTRACT_TYPES)}"
