"""What the state knows, and watermarks set by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import StateUnavailable, UserError
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.model_homes import homes_of
from rocky_core.execution.read_watermark import utc_text
from rocky_core.execution.run_options import Site
from rocky_core.execution.run_pipeline import new_run_id
from rocky_core.ir.state import LeaseRequest, ModelExecution, RunRecord, table_key
from rocky_core.ir.strategy import Incremental
from rocky_core.ir.world import Watermark
from rocky_core.state.hold_lease import DEFAULT_TTL, hold_lease
from rocky_core.state.journal import JOURNALS, FoundJournal, find_journals
from rocky_core.state.migrate import supported_version
from rocky_core.state.process import this_process
from rocky_core.state.remote_format import FORMAT

_ZONE: Final = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)$")


class StateReport(Struct, frozen=True):
    """The watermarks, and where they are kept; no version on disk means that there is no state yet."""

    version_supported: int
    version_on_disk: int | None = None
    location: str | None = None
    watermarks: Mapping[str, Watermark] = field(default_factory=lambda: MappingProxyType({}))
    journals: tuple[FoundJournal, ...] = ()  # What runs could not store, because the store did not answer.


def inspect_state(site: Site, pipeline: str | None) -> StateReport:
    """What is known of how far tables are loaded, and what waits to be stored.

    Raises:
        StateError: the state cannot be read; the message says what waits for it.

    """
    journals = find_journals(site.root / JOURNALS)
    try:
        store = site.read_state(pipeline)
        if store is None:
            return StateReport(_supported(site), journals=journals)
        with closing(store):
            marks = store.watermarks()
            return StateReport(_supported(site), store.schema_version, store.location, marks, journals)
    except StateUnavailable as error:
        if not journals:
            raise
        files = ", ".join(str(journal.path) for journal in journals)
        raise type(error)(f"{error}; what runs could not store waits in {files}") from error


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


def set_watermark(site: Site, pipeline: str | None, name: str, instant: str, *, force: bool) -> StateReport:
    """Say up to where a model, or a table that has a watermark, is loaded; its next run loads everything newer again.

    Raises:
        UserError: it has no watermark, or the instant is none, has no zone, or lies in the future.

    """
    value = _checked_instant(instant, site.clock.now(), force=force)
    marked = _marked(site, pipeline, name)
    store, _ = site.open_state(marked.pipeline)
    with closing(store):
        if not marked.is_incremental and marked.key not in store.watermarks():
            raise _unmarked(name, store.watermarks())
        request = LeaseRequest(marked.pipeline, new_run_id(site.clock), this_process(), DEFAULT_TTL)
        with hold_lease(store, request) as held:
            store.set_watermark(held.lease, marked.key, Watermark(value, site.clock.now(), is_set_by_hand=True))
        found = {marked.key: store.watermarks()[marked.key]}
        return StateReport(_supported(site), store.schema_version, store.location, found)


def delete_watermark(site: Site, pipeline: str | None, name: str) -> StateReport:
    """Forget up to where a model or table is loaded; what is left is reported.

    Raises:
        UserError: it has no watermark.

    """
    marked = _marked(site, pipeline, name)
    if not site.has_state(marked.pipeline):
        raise _unmarked(name, {})
    store, _ = site.open_state(marked.pipeline)
    with closing(store):
        request = LeaseRequest(marked.pipeline, new_run_id(site.clock), this_process(), DEFAULT_TTL)
        with hold_lease(store, request) as held:
            if not store.delete_watermark(held.lease, marked.key):
                raise _unmarked(name, store.watermarks())
        return StateReport(_supported(site), store.schema_version, store.location, store.watermarks())


class _Marked(Struct, frozen=True):
    """A table by its key, the pipeline that writes it, and whether its model says that it has a watermark."""

    key: str
    pipeline: str
    is_incremental: bool = False


def _marked(site: Site, pipeline: str | None, name: str) -> _Marked:
    """What a model's name, or a table's with schema and catalog, stands for."""
    try:
        project = site.compile().project
    except UserError:
        if "." not in name:  # It must be a model, and without models there is none.
            raise
        project = None
    if project is None or name not in project.models:
        if project is not None and "." not in name:
            hint = did_you_mean(name, project.models)
            raise UserError(
                f"model '{name}' not found{hint}", hint="name a model, or a table as `rocky state` shows it"
            )
        return _Marked(name.lower(), choose_pipeline(site.config, pipeline).name)
    model = project.models[name].model
    own = homes_of(site.config, project)[name].pipeline
    if own is None or pipeline not in {None, own}:
        builder = "no pipeline builds it" if own is None else f"pipeline '{own}' builds it"
        raise UserError(f"model '{name}' is not of pipeline '{pipeline}': {builder}")
    if not isinstance(model.strategy, Incremental):
        raise UserError(f"model '{name}' has no watermark: only models with the strategy 'incremental' have one")
    return _Marked(table_key(model.target), own, is_incremental=True)


def _supported(site: Site) -> int:
    """The version that this package writes there: a file has numbered migrations, servers have a format."""
    return supported_version() if site.config.settings.state.backend == "local" else FORMAT


def _unmarked(name: str, known: Mapping[str, Watermark]) -> UserError:
    hint = f"these have one: {', '.join(sorted(known))}" if known else "no table has one"
    return UserError(f"table '{name}' has no watermark{did_you_mean(name, known)}", hint=hint)


def _checked_instant(text: str, now: datetime, *, force: bool) -> str:
    value = utc_text(text)
    if value is None:
        raise UserError(f"'{text}' is no point in time", hint="write it like 2026-01-31T08:00:00Z")
    if _ZONE.search(text.strip()) is None:
        raise UserError(
            f"'{text}' has no time zone, so it could be any of many instants",
            hint="write the zone with it: 2026-01-31T08:00:00Z, or 2026-01-31T09:00:00+01:00",
        )
    day = datetime.fromisoformat(value[:19]).replace(tzinfo=UTC)
    if day > now and not force:
        raise UserError(
            f"{value} lies in the future: rows up to then would never be loaded", hint="--force sets it all the same"
        )
    return value
