"""What can only be seen with all models at hand: colliding targets, orphaned contracts, propagating stars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rocky_core.compiler.check_context import sidecar_place
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.suggest import nearest
from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.outline import ModelOutline
from rocky_core.ir.project import CompiledModel, ProjectSource

Outlines = Mapping[str, ModelOutline]
Models = Mapping[str, CompiledModel]  # Loaded one by one when asked for, so ask for as few as the finding needs.

_SHOWN: Final = 3


def check_orphaned_contracts(
    outlines: Outlines, _models: Models, source: ProjectSource, _dialect: Dialect
) -> Iterable[Diagnostic]:
    """W011: a contract for a model that the project does not have."""
    for contract in sorted(source.explicit_contracts, key=lambda contract: contract.model):
        if contract.model not in outlines:
            close = nearest(contract.model, outlines)
            yield codes.W011.found(
                model=contract.model,
                message=f"contract exists for '{contract.model}' but model was not found",
                span=Span(contract.file, 1, 1),
                suggestion=f"did you mean '{close}'?" if close else "Remove the contract, or restore the model.",
            )


def check_target_collisions(
    outlines: Outlines, models: Models, _source: ProjectSource, _dialect: Dialect
) -> Iterable[Diagnostic]:
    """E036: two models that write the same table; each of them is told."""
    writers: dict[tuple[str, str, str], list[str]] = {}
    for outline in outlines.values():
        if not outline.is_ephemeral:
            writers.setdefault(outline.target.folded(), []).append(outline.name)
    for _, sharing in sorted((target, found) for target, found in writers.items() if len(found) > 1):
        names = sorted(sharing)
        for model in (models[name].model for name in names):
            yield codes.E036.found(
                model=model.name,
                message=f"models [{', '.join(names)}] all target '{model.target}', so one would overwrite the other",
                span=sidecar_place(model, ("target", "table"), ("target",), ("name",)),
                suggestion="Give each model a target table of its own.",
            )


def check_propagating_stars(
    outlines: Outlines, models: Models, _source: ProjectSource, _dialect: Dialect
) -> Iterable[Diagnostic]:
    """P002: a SELECT * whose columns other models consume hands every upstream change on to them."""
    stars = {name for name, outline in outlines.items() if outline.has_star}
    if not stars:
        return
    consumers = _find_consumers(outlines, models, stars)
    for name in outlines:
        if name not in consumers:
            continue
        compiled = models[name]
        places = {column.name: place for place, column in enumerate(compiled.facts.columns)}
        read_by = consumers[name]
        told = ", ".join(
            f"`{reader}` ({_list_columns(sorted(columns, key=lambda column: places.get(column, len(places))))})"
            for reader, columns in read_by.items()
        )
        noun = "consumer" if len(read_by) == 1 else "consumers"
        yield codes.P002.found(
            model=name,
            message=f"SELECT * silently propagates upstream schema changes to {len(read_by)} downstream {noun}: {told}",
            span=_star_place(compiled.facts, compiled.model),
            suggestion="Replace SELECT * by an explicit column list.",
        )


def _find_consumers(outlines: Outlines, models: Models, stars: set[str]) -> dict[str, dict[str, dict[str, None]]]:
    """For each star model its readers and the columns they take, in the order in which they are met."""
    consumers: dict[str, dict[str, dict[str, None]]] = {}
    for reader, outline in outlines.items():
        if stars.isdisjoint(outline.reads):
            continue
        for edge in models[reader].facts.edges:
            if edge.source.model in stars and edge.source.model != reader:
                consumers.setdefault(edge.source.model, {}).setdefault(reader, {})[edge.source.column] = None
    return consumers


def _list_columns(columns: list[str]) -> str:
    rest = len(columns) - _SHOWN
    return ", ".join(columns[:_SHOWN]) + (f", +{rest} more" if rest > 0 else "")


def _star_place(facts: ModelFacts, model: Model) -> Span:
    """The star's own place is the one of the finding that the analysis made of it."""
    for diagnostic in facts.diagnostics:
        if diagnostic.code in {codes.I001.code, codes.W002.code} and diagnostic.span is not None:
            return diagnostic.span
    return Span(model.file, 1, 1)
