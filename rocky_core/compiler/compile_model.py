"""All that can be said of one model: its analysis and the checks that need no other model."""

from __future__ import annotations

from rocky_core.compiler.analyse_model import analyse_model
from rocky_core.compiler.catalog import Upstream
from rocky_core.compiler.checks import MODEL_CHECKS, CheckContext
from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.types import VARCHAR


def compile_model(
    model: Model,
    dialect: Dialect,
    catalog: Upstream,
    rules: ProjectRules,
    accepted_columns: tuple[Column, ...] | None = None,
) -> ModelFacts:
    """Analyse the SQL, add the surrogate keys to the output, run the model's own checks."""
    facts = _with_surrogate_keys(model, analyse_model(model, dialect, catalog))
    context = CheckContext(dialect, rules, accepted_columns)
    found = [diagnostic for check in MODEL_CHECKS for diagnostic in check(model, facts, context)]
    return replace(facts, diagnostics=(*facts.diagnostics, *found)) if found else facts


def _with_surrogate_keys(model: Model, facts: ModelFacts) -> ModelFacts:
    if not model.surrogate_keys:
        return facts
    keys = tuple(Column(key.name, VARCHAR, nullable=False) for key in model.surrogate_keys)
    return replace(facts, columns=(*facts.columns, *keys))
