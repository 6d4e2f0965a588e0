"""From what discovery has found to the copies of a replication: names, strategies, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from rocky_core.config.pipelines import MetadataColumn, ReplicationPipeline
from rocky_core.config.schema_pattern import placeholders, render_template
from rocky_core.errors import FailureKind, UserError
from rocky_core.execution.run_filter import RunFilter
from rocky_core.execution.table_overrides import TableSettings, settings_of_table, unmatched_overrides
from rocky_core.ir.copy import AddedColumn, TableCopy
from rocky_core.ir.names import TargetName, is_catalog, is_identifier
from rocky_core.ir.plan import LeftOut, OverrideWarning, PlannedTable, Refusal, TableKind
from rocky_core.ir.replace import replace
from rocky_core.ir.sources import DiscoveredSource, Discovery, FailedSource, SourceErrorClass
from rocky_core.sources.match_pattern import MatchedSource, match_sources

DISABLED: Final = "table_override_disabled"
_KINDS: Final = {
    SourceErrorClass.RATE_LIMIT: FailureKind.QUOTA_EXCEEDED,
    SourceErrorClass.TRANSIENT: FailureKind.TRANSIENT,
    SourceErrorClass.TIMEOUT: FailureKind.TRANSIENT,
    SourceErrorClass.AUTH: FailureKind.AUTH_FAILED,
    SourceErrorClass.UNKNOWN: FailureKind.UNKNOWN,
}


class SourceCopy(Struct, frozen=True):
    """A copy with what it is known by where its source is: its kind, its schema, its table."""

    copy: TableCopy
    source_type: str
    source_schema: str
    source_table: str
    timestamp_column: str


class ChosenCopies(Struct, frozen=True):
    """The copies that were asked for, and everything that discovery has found beside them."""

    copies: tuple[SourceCopy, ...]
    everything: tuple[TableCopy, ...]  # Also those that were not asked for.
    refused: tuple[PlannedTable, ...]  # What is known to fail.
    left_out: tuple[LeftOut, ...]
    override_warnings: tuple[OverrideWarning, ...]
    notes: tuple[str, ...]
    discovered: tuple[str, ...]


def choose_copies(
    pipeline: ReplicationPipeline, found: Discovery, wanted: RunFilter | None, catalog: str
) -> ChosenCopies:
    """The copies of all tables of all sources whose names fit the pattern; the sources are in this catalog.

    Raises:
        UserError: two sources would be copied to one target, or one onto itself.

    """
    matched, unmatched = match_sources(pipeline.source.schema_pattern, found.sources)
    entries = [entry for source in matched for entry in _entries(pipeline, source, catalog)]
    copies = [entry for _, entry in entries if isinstance(entry, SourceCopy)]
    _require_one_source_each(copies, catalog)
    asked_for = [entry for source, entry in entries if _is_asked_for(source, entry, wanted)]
    failed = [entry for source in found.failed for entry in _failed(pipeline, source, wanted)]
    notes = [f"not copied, because it is named otherwise: {one.reason}" for one in unmatched]
    if wanted is not None and not asked_for and not failed:
        notes.append(f"{wanted} matches nothing")
    return ChosenCopies(
        copies=tuple(entry for entry in asked_for if isinstance(entry, SourceCopy)),
        everything=tuple(entry.copy for entry in copies),
        refused=(*failed, *(entry for entry in asked_for if isinstance(entry, PlannedTable))),
        left_out=tuple(entry for entry in asked_for if isinstance(entry, LeftOut)),
        override_warnings=unmatched_overrides(pipeline.table_overrides, (one.source for one in matched)),
        notes=tuple(notes),
        discovered=tuple(sorted({*(one.schema for one in found.sources), *(one.schema for one in found.failed)})),
    )


Entry = SourceCopy | PlannedTable | LeftOut


def _is_asked_for(source: MatchedSource, entry: Entry, wanted: RunFilter | None) -> bool:
    if wanted is None:
        return True
    if not wanted.takes_source(source.source.id, dict(source.components)):
        return False
    match entry:
        case SourceCopy():
            return wanted.takes_source_table(entry.source_table)
        case LeftOut():
            return wanted.takes_source_table(entry.table)
        case PlannedTable():
            return wanted.takes_source_table(entry.asset_key[-1])


def _entries(
    pipeline: ReplicationPipeline, matched: MatchedSource, catalog: str
) -> Iterator[tuple[MatchedSource, Entry]]:
    source = matched.source
    added = _added_columns(pipeline.metadata_columns, matched, pipeline)
    for table in source.tables:
        asset_key = (source.source_type, *_flat(matched), table.name)
        settings = settings_of_table(pipeline, source, table.name)
        if not settings.enabled:
            yield matched, LeftOut(asset_key, source.schema, table.name, DISABLED)
            continue
        target = _target(pipeline, matched, table.name)
        copied = _copied(asset_key, TargetName(catalog, source.schema, table.name), target, settings, added)
        if isinstance(copied, PlannedTable):
            yield matched, copied
        else:
            yield matched, SourceCopy(copied, source.source_type, source.schema, table.name, settings.timestamp_column)


def _copied(
    asset_key: tuple[str, ...],
    source: TargetName,
    target: TargetName,
    settings: TableSettings,
    added: tuple[AddedColumn, ...] | str,
) -> TableCopy | PlannedTable:
    """The copy, or its entry in the plan with what stands in its way."""
    parts = (target.schema, target.table)
    invalid = target.catalog if not is_catalog(target.catalog) else None
    invalid = next((part for part in parts if not is_identifier(part)), invalid)
    problem = settings.problem
    if invalid is not None:
        problem = f"'{invalid}' is not a valid name: only letters, digits and '_'"
    elif isinstance(added, str):
        problem = added
    if settings.strategy is None or problem is not None or isinstance(added, str):
        reason = f"{source} cannot be copied to {target}: {problem}"
        refusal = Refusal(FailureKind.COMPILE_ERROR, reason)
        return PlannedTable(asset_key, str(target), target, "unsupported", (), refusal=refusal, kind=TableKind.COPY)
    return TableCopy(asset_key, source, target, settings.strategy, added)


def _target(pipeline: ReplicationPipeline, matched: MatchedSource, table: str) -> TargetName:
    target = pipeline.target
    values = dict(matched.components)
    separator = target.separator if target.separator is not None else pipeline.source.schema_pattern.separator
    catalog = render_template(target.catalog_template, values, separator)
    return TargetName(catalog, render_template(target.schema_template, values, separator), table)


def _added_columns(
    declared: Sequence[MetadataColumn], matched: MatchedSource, pipeline: ReplicationPipeline
) -> tuple[AddedColumn, ...] | str:
    """The columns with the components of the source's name in their values, or why these do not belong in SQL."""
    values = dict(matched.components)
    separator = pipeline.source.schema_pattern.separator
    columns = []
    for column in declared:
        for name in placeholders(column.value):
            strange = [part for part in values.get(name, ()) if not is_identifier(part)]
            if strange:
                return f"'{strange[0]}' in its schema's name must not stand in the value of column '{column.name}'"
        value = render_template(column.value, values, separator)
        columns.append(AddedColumn(column.name, column.type, value))
    return tuple(columns)


def _flat(matched: MatchedSource) -> tuple[str, ...]:
    return tuple(part for _, parts in matched.components for part in parts)


def _require_one_source_each(copies: Iterable[SourceCopy], catalog: str) -> None:
    """Refuse the whole run before anything is written: whichever came last would overwrite the other."""
    by_target: dict[tuple[str, str, str], list[TableCopy]] = {}
    sources: dict[tuple[str, str], TargetName] = {}
    for one in copies:
        by_target.setdefault(one.copy.target.folded(), []).append(one.copy)
        sources[one.copy.source.folded()[1:]] = one.copy.source
    clashes = [found for found in by_target.values() if len(found) > 1]
    told = [f"{found[0].target} from {' and '.join(str(copy.source) for copy in found)}" for found in clashes]
    for folded, found in by_target.items():
        source = sources.get(folded[1:])
        # A source without a catalog is in the warehouse's own, as are the targets.
        if source is not None and catalog.lower() in {"", folded[0]}:
            told.append(f"{found[0].target}, which is a source itself")
    if told:
        raise UserError(
            f"nothing was copied, because sources would overwrite each other: {'; '.join(told)}",
            hint="put more components into catalog_template or schema_template, or disable one with a table override",
        )


def _failed(pipeline: ReplicationPipeline, source: FailedSource, wanted: RunFilter | None) -> Iterator[PlannedTable]:
    """A source that cannot be looked at is a failure of its own: nobody knows what should have been copied."""
    stand_in = DiscoveredSource(source.id, source.schema, source.source_type, ())
    matched, _ = match_sources(pipeline.source.schema_pattern, (stand_in,))
    for one in matched:
        if wanted is not None and not wanted.takes_source(source.id, dict(one.components)):
            continue
        reason = f"the tables of source '{source.schema}' cannot be listed: {source.message}"
        entry = PlannedTable(
            (source.source_type, *_flat(one)), source.schema, TargetName("", "", source.schema), "discovery", ()
        )
        yield replace(entry, refusal=Refusal(_KINDS[source.error_class], reason), kind=TableKind.COPY)
