"""Whether a model declares what its owners must: masking for tagged columns, freshness for data that ages."""

from __future__ import annotations

from collections.abc import Iterable

from rocky_core.compiler.check_context import CheckContext, output_name_place, sidecar_place
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.types import TEMPORAL


def check_classification(model: Model, _facts: ModelFacts, context: CheckContext) -> Iterable[Diagnostic]:
    """W004: every classification tag has a masking strategy or is allowed to go without."""
    if not model.classification:
        return
    handled = {tag.casefold() for tag in (*context.rules.mask_tags, *context.rules.allow_unmasked)}
    for column, tag in model.classification.items():
        if tag.casefold() not in handled:
            yield codes.W004.found(
                model=model.name,
                message=f"classification tag '{tag}' on column '{column}' has no matching `[mask]` strategy",
                span=sidecar_place(model, ("classification", column), ("classification",)),
                suggestion=f"Add {tag} = \"<strategy>\" under [mask], or list '{tag}' in "
                "[classifications] allow_unmasked.",
            )


def check_freshness(model: Model, facts: ModelFacts, context: CheckContext) -> Iterable[Diagnostic]:
    """W005: a model with temporal columns says how old its newest row may be."""
    if model.freshness is not None or context.rules.has_project_freshness:
        return
    temporal = [column.name for column in facts.columns if column.data_type in TEMPORAL]
    if temporal:
        yield codes.W005.found(
            model=model.name,
            message=f"model '{model.name}' has temporal column(s) ({', '.join(temporal)}) "
            "but no `freshness` block declared",
            span=output_name_place(model, temporal[0]),
            suggestion=f'[freshness]\nmax_lag_seconds = 86400\ntime_column = "{temporal[0]}"',
        )
