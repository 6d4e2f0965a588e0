"""The order in which checks are made: those of one model alone, then those of the whole project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from rocky_core.compiler.check_context import CheckContext
from rocky_core.compiler.check_contract import check_contract
from rocky_core.compiler.check_governance import check_classification, check_freshness
from rocky_core.compiler.check_portability import check_portability
from rocky_core.compiler.check_project import (
    check_orphaned_contracts,
    check_propagating_stars,
    check_target_collisions,
)
from rocky_core.compiler.check_strategy_columns import check_key_columns, check_watermark
from rocky_core.compiler.check_table_format import check_iceberg_options
from rocky_core.compiler.check_time_partitions import check_time_partitions
from rocky_core.compiler.hint_cost import check_budgets
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.dialects.base import Dialect
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.outline import ModelOutline
from rocky_core.ir.project import CompiledModel, ProjectSource

__all__ = ["MODEL_CHECKS", "PROJECT_CHECKS", "CheckContext"]

ModelCheck = Callable[[Model, ModelFacts, CheckContext], Iterable[Diagnostic]]
ProjectCheck = Callable[
    [Mapping[str, ModelOutline], Mapping[str, CompiledModel], ProjectSource, Dialect], Iterable[Diagnostic]
]

# A warm compile repeats these only for models whose own files, upstream schemas or rules changed.
MODEL_CHECKS: Final[tuple[ModelCheck, ...]] = (
    check_time_partitions,
    check_key_columns,
    check_watermark,
    check_contract,
    check_classification,
    check_freshness,
    check_iceberg_options,
    check_portability,
)

# These see every model on every compile, so they look at outlines and load a model only to report on it.
PROJECT_CHECKS: Final[tuple[ProjectCheck, ...]] = (
    check_orphaned_contracts,
    check_propagating_stars,
    check_target_collisions,
    check_budgets,
)
