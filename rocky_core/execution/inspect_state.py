"""What the state knows, and watermarks set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from rocky_core.config.pipelines import TransformationPipeline
from rocky_core.errors import UserError
from rocky_core.execution.choose_pipeline import choose_pipeline, models_of
from rocky_core.execution.read_watermark import utc_text
from rocky_core.execution.run_options import Site
from rocky_core.execution.run_pipeline import new_run_id
from rocky_core.ir.state import LeaseRequest, ModelExecution, RunRecord, table_key
from rocky_core.ir.strategy import Incremental
from rocky_core.ir.world import Watermark
from rocky_core.state.hold_lease import DEFAULT_TTL, hold_lease
from rocky_core.state.migrate import supported_version
from rocky_core.state.process import this_process


@dataclass(frozen=True, slots=True)
class StateReport:
    """The watermarks, and where they are kept; no version on disk means that there is no state yet."""

    version_supported: int
    version_on_disk: int | None = None
    location: str | None = None
    watermarks: Mapping[str, Watermark] = field(default_factory=lambda: MappingProxyType({}))


def inspect_state(site: Site, pipeline: str | None) -> StateReport:
    """What is known of how far tables are loaded."""
    store = site.read_state(pipeline)
    if store is None:
        return StateReport(supported_version())
    with closing(store):
        return StateReport(supported_version(), store.schema_version, store.location, store.watermarks())


def read_history(site: Site, pipeline: str | None, limit: int, since: str | None = None) -> tuple[RunRecord, ...]:
    """The newest runs, those only that began at an instant or later.

    Raises:
        UserError: the instant is none.

    """
    begin = None if since is None else utc_text(since)
    if since is not None and begin is None:
        raise UserError(f"'{since}' is no point in time", hint="write it like 2026-01-31 or 2026-01-31T08:00:00Z")
    store = site.read_state(pipeline)
    if store is None:
        return ()
    with closing(store):
        return store.run_records(limit=limit, since=None if begin is None else datetime.fromisoformat(begin))


def read_model_history(site: Site, pipeline: str | None, model: str, limit: int) -> tuple[ModelExecution, ...]:
    """The newest builds of a model."""
    store = site.read_state(pipeline)
    if store is None:
        return ()
    with closing(store):
        return store.model_executions(model, limit=limit)


def set_watermark(site: Site, pipeline: str | None, model: str, instant: str, *, force: bool) -> StateReport:
    """Say up to where a model is loaded; its next run loads everything newer again.

    Raises:
        UserError: it is no incremental model, or the instant is none or lies in the future.

    """
    chosen = choose_pipeline(site.config, pipeline)
    value = _checked_instant(instant, site.clock.now(), force=force)
    if not isinstance(chosen.settings, TransformationPipeline):
        raise UserError(
            f"pipeline '{chosen.name}' builds no models, so it has no model '{model}'",
            hint="choose another with --pipeline NAME",
        )
    project = site.compile().project
    if model not in models_of(chosen.settings, project):
        raise UserError(
            f"pipeline '{chosen.name}' has no model '{model}'", hint="`rocky list models` shows all of them"
        )
    declared = project.models[model].model
    if not isinstance(declared.strategy, Incremental):
        raise UserError(f"model '{model}' has no watermark: only models with the strategy 'incremental' have one")
    store, _ = site.open_state(chosen.name)
    key = table_key(declared.target)
    with closing(store):
        request = LeaseRequest(chosen.name, new_run_id(site.clock), this_process(), DEFAULT_TTL)
        with hold_lease(store, request) as held:
            store.set_watermark(held.lease, key, Watermark(value, site.clock.now(), is_set_by_hand=True))
        return StateReport(supported_version(), store.schema_version, store.location, {key: store.watermarks()[key]})


def _checked_instant(text: str, now: datetime, *, force: bool) -> str:
    value = utc_text(text)
    if value is None:
        raise UserError(f"'{text}' is no point in time", hint="write it like 2026-01-31T08:00:00Z")
    day = datetime.fromisoformat(value[:19]).replace(tzinfo=UTC)
    if day > now and not force:
        raise UserError(
            f"{value} lies in the future: rows up to then would never be loaded", hint="--force sets it all the same"
        )
    return value
