"""How a run behaves: what the command line and rocky.toml together say."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from rocky_core.config.pipelines import Execution
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.execution.apply_plan import ApplyRules
from rocky_core.execution.check_gate import CheckGate, checks_gate
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.cost import Prices, prices_of
from rocky_core.execution.end_run import BudgetRules
from rocky_core.execution.retry import RetryRules
from rocky_core.execution.run_options import RunOptions

DEFAULT_PARALLEL: Final = 4
MOST_COPIES: Final = 32


class RunSettings(Struct, frozen=True):
    """What the command line and rocky.toml together say about how a run behaves."""

    rules: ApplyRules
    retry: RetryRules
    is_adaptive: bool
    checks_gate: bool
    prices: Prices
    budgets: BudgetRules


def settings_of(config: RockyConfig, pipeline: ChosenPipeline, options: RunOptions) -> RunSettings:
    """The command line's word first, then the pipeline's, then the project's."""
    execution = config.execution_of(pipeline.settings)
    stated = pipeline.settings.execution.model_fields_set | config.settings.execution.model_fields_set
    resilience = config.settings.resilience
    is_adaptive = options.parallel is None and execution.concurrency == "adaptive"
    retries = execution.table_retries if "table_retries" in stated else resilience.transient_max_retries
    contains = resilience.contain_failures and not execution.fail_fast
    return RunSettings(
        rules=ApplyRules(
            parallel=_parallel(pipeline, execution, options),
            fail_fast=not contains if options.fail_fast is None else options.fail_fast,
            # Failures of models are contained unless somebody asks for a limit in so many words.
            error_rate_abort_pct=execution.error_rate_abort_pct if "error_rate_abort_pct" in stated else None,
            checks_hold_readers=options.checks_hold_readers,
        ),
        retry=RetryRules(
            waits_for_quota=options.waits_for_quota,
            max_retries=retries if resilience.enabled else 0,
            initial_backoff_seconds=resilience.initial_backoff_ms / 1000,
            max_backoff_seconds=resilience.max_backoff_ms / 1000,
            backoff_multiplier=resilience.backoff_multiplier,
            jitter=resilience.jitter,
            breaker_threshold=resilience.circuit_breaker_threshold,
            max_retries_per_run=_least(resilience.max_retries_per_run, config.settings.retry.max_retries_per_run),
            breaker_recovery_seconds=_recovery_seconds(config, pipeline),
        ),
        is_adaptive=is_adaptive,
        checks_gate=checks_gate(
            CheckGate(
                flag=options.fail_on_check_error,
                configured=execution.fail_on_check_error,
                pipeline_type=pipeline.settings.type,
                fail_on_error=pipeline.settings.checks.fail_on_error,
            )
        ),
        prices=prices_of(_adapter_type(config, pipeline), config.settings.cost),
        budgets=BudgetRules(config.settings.budget, options.enforce_budgets),
    )


def _parallel(pipeline: ChosenPipeline, execution: Execution, options: RunOptions) -> int:
    if options.parallel is not None:
        return options.parallel
    if isinstance(execution.concurrency, int):
        return execution.concurrency
    # Copies wait for the warehouse most of the time; models make it work.
    return MOST_COPIES if pipeline.settings.type == "replication" else DEFAULT_PARALLEL


def _least(*limits: int | None) -> int | None:
    """The tighter of two limits; None is no limit."""
    return min((limit for limit in limits if limit is not None), default=None)


def _recovery_seconds(config: RockyConfig, pipeline: ChosenPipeline) -> float | None:
    adapter = config.adapters.get(pipeline.adapter)
    return None if adapter is None else adapter.retry.circuit_breaker_recovery_timeout_secs


def _adapter_type(config: RockyConfig, pipeline: ChosenPipeline) -> str:
    adapter = config.adapters.get(pipeline.adapter)
    return "" if adapter is None else adapter.type
