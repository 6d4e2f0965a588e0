"""What the configuration says of a pipeline's tables, whatever its type: which drift may pass, what is checked."""

from __future__ import annotations

from rocky_core.config.checks_to_ir import to_pipeline_checks
from rocky_core.config.pipelines import Pipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.execution.attach_checks import CheckRules
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.ir.drift import DriftMode, DriftPolicy


def check_rules(site: Site, settings: Pipeline, options: RunOptions) -> CheckRules:
    """What is checked, and what is shown of classified columns in the chosen environment."""
    return CheckRules(
        masks=site.config.masks(options.environment),
        pipeline=to_pipeline_checks(settings.checks),
        publishes_audited=site.config.execution_of(settings).publish == "audited",
    )


def drift_policy(config: RockyConfig, settings: Pipeline) -> DriftPolicy:
    """What may be done about drift: the pipeline's word before the project's."""
    return DriftPolicy(
        mode=DriftMode(config.drift_mode(settings)),
        grace_period_days=config.settings.schema_evolution.grace_period_days,
    )
