"""What the configuration says of a pipeline's tables, whatever its type: which drift may pass, what is checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rocky_core.config.checks import KINDS_NEVER_RUN
from rocky_core.config.checks_to_ir import to_pipeline_checks
from rocky_core.config.pipelines import Pipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.diagnostics.hide_secrets import hide_tokens
from rocky_core.errors import UserError
from rocky_core.execution.check_rules import CheckRules
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.ir.checks import PipelineChecks
from rocky_core.ir.drift import DriftMode, DriftPolicy
from rocky_core.ir.replace import replace

_DATABASE_KEYS: Final = ("type", "path", "host", "account", "database", "project_id", "location", "catalog")


def check_rules(site: Site, settings: Pipeline, options: RunOptions) -> CheckRules:
    """What is checked, and what is shown of classified columns in the chosen environment."""
    checks = to_pipeline_checks(settings.checks)
    if settings.type == "quality":  # What a quality pipeline never measures is told by `idle_settings`.
        checks = replace(checks, freshness=None, null_rate=None, column_match=None, overlap=None)
    return CheckRules(
        masks=site.config.masks(options.environment),
        pipeline=checks if _are_on(settings) else PipelineChecks(),
        publishes_audited=site.config.execution_of(settings).publish == "audited",
    )


def drift_policy(config: RockyConfig, settings: Pipeline) -> DriftPolicy:
    """What may be done about drift: the pipeline's word before the project's."""
    return DriftPolicy(
        mode=DriftMode(config.drift_mode(settings)),
        grace_period_days=config.settings.schema_evolution.grace_period_days,
    )


def idle_settings(config: RockyConfig, settings: Pipeline, dialect_name: str) -> Iterator[str]:
    """What the pipeline asks for and its runs do not do: said, never passed over."""
    for kind in KINDS_NEVER_RUN[settings.type]:
        if kind in settings.checks.model_fields_set:
            yield f"a {settings.type} pipeline never runs the check '{kind}'"
    if settings.type != "transformation" and config.execution_of(settings).publish == "audited":
        yield 'publish = "audited" holds for models; other tables are published when they are written'
    governance = getattr(settings.target, "governance", None)
    if governance is not None:
        asked = [name for name in ("tags", "grants", "schema_grants", "isolation") if getattr(governance, name)]
        if asked:
            yield f"{dialect_name} has no {', '.join(asked)}: that part of 'governance' is not applied"


def refuse_models(pipeline: ChosenPipeline, options: RunOptions) -> None:
    """Raises UserError: models were asked for in a pipeline that has none."""
    if options.models:
        raise UserError(
            f"pipeline '{pipeline.name}' is of type '{pipeline.settings.type}' and builds no models",
            hint="leave --model out, or choose another with --pipeline NAME",
        )


def _are_on(settings: Pipeline) -> bool:
    """Each check is switched on by itself, unless the section as a whole is switched off in so many words."""
    return settings.checks.enabled or "enabled" not in settings.checks.model_fields_set


def database_of(config: RockyConfig, adapter: str) -> str:
    """Which database an adapter means, without anything secret; another one is another text."""
    settings = config.adapters.get(adapter)
    if settings is None:
        return adapter
    parts = ((name, getattr(settings, name, None)) for name in _DATABASE_KEYS)
    return repr(tuple((name, hide_tokens(value)) for name, value in parts if value is not None))
