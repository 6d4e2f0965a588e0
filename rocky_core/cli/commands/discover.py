"""`rocky discover`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rocky_core.cli.output import counted, markdown_lines, print_answer
from rocky_core.cli.settings import global_options, project_options

if TYPE_CHECKING:
    from rocky_core.execution.discover_sources import Discovered
    from rocky_core.results.discover import DiscoverAnswer, FoundSource
    from rocky_core.sources.match_pattern import MatchedSource


@click.command("discover")
@click.option("--pipeline", metavar="NAME", help="The replication; needed when there are several.")
@click.option("--with-schemas", is_flag=True, help="Also describe the tables, and remember their columns.")
@global_options
def command(*, pipeline: str | None, with_schemas: bool) -> int:
    """Show the sources of a replication and their tables; nothing is copied.

    Exits with 1 when some source could not be looked at or described.
    """
    from rocky_core.api import open_project  # noqa: PLC0415 — `--help` needs no engine

    found = open_project(project_options()).discover(pipeline, with_schemas=with_schemas)
    print_answer(
        lambda: _answer(found),
        lambda: _text(found),
        lambda: markdown_lines(
            ("Source", "Type", "Tables"),
            [
                (one.source.id, one.source.source_type, ", ".join(table.name for table in one.source.tables))
                for one in found.sources
            ],
        ),
    )
    return int(bool(found.failed or found.undescribed or (found.collisions and found.collisions_fail)))


def _answer(found: Discovered) -> DiscoverAnswer:
    from msgspec import UNSET  # noqa: PLC0415 — text needs no encoder

    from rocky_core.results import discover as wire  # noqa: PLC0415 — same

    checks = {
        "/".join(key): tuple(wire.CheckName(one.name, one.kind, one.is_candidate or UNSET) for one in named)
        for key, named in found.checks.items()
    }
    seconds = found.freshness_seconds
    freshness = UNSET if seconds is None else wire.FreshnessThreshold(seconds)
    return wire.DiscoverAnswer(
        pipeline=found.pipeline,
        sources=tuple(_source(one, found.variadic) for one in found.sources),
        checks=wire.ChecksInfo(freshness, checks or UNSET) if checks or seconds is not None else UNSET,
        excluded_tables=tuple(
            wire.LeftOutTable(one.asset_key, one.source_schema, one.table, one.reason) for one in found.excluded
        ),
        failed_sources=tuple(
            wire.FailedSourceInfo(
                one.id,
                one.schema,
                one.source_type,
                one.error_class.value,
                one.message,
                UNSET if one.cooldown_seconds is None else round(one.cooldown_seconds),
            )
            for one in found.failed
        ),
        schemas_cached=UNSET if found.schemas_cached is None else found.schemas_cached,
        schema_errors=tuple(wire.SchemaError(one.id, one.message) for one in found.undescribed),
        new_sources=found.new_sources,
        collision_candidates=tuple(wire.Collision(*one) for one in found.collisions),
        warnings=found.warnings,
    )


def _source(matched: MatchedSource, variadic: tuple[str, ...]) -> FoundSource:
    from msgspec import UNSET  # noqa: PLC0415 — see `_answer`

    from rocky_core.results.discover import FoundSource, SourceTable  # noqa: PLC0415 — same

    source = matched.source
    return FoundSource(
        id=source.id,
        components={name: parts if name in variadic else parts[0] for name, parts in matched.components},
        source_type=source.source_type,
        tables=tuple(
            SourceTable(table.name, UNSET if table.row_count is None else table.row_count) for table in source.tables
        ),
        last_sync_at=UNSET if source.last_sync_at is None else source.last_sync_at,
        metadata=dict(source.metadata) or UNSET,
    )


def _text(found: Discovered) -> Iterator[str]:
    for warning in found.warnings:
        yield click.style(f"  ! {warning}", fg="yellow")
    for matched in found.sources:
        is_new = click.style("  new", fg="green") if matched.source.schema in found.new_sources else ""
        names = ", ".join(f"{name} = {'/'.join(parts)}" for name, parts in matched.components)
        yield f"  {click.style(matched.source.id, bold=True)}  {names}{is_new}"
        yield f"      {', '.join(table.name for table in matched.source.tables) or 'no tables'}"
    for one in found.excluded:
        yield f"  · {one.source_schema}.{one.table}: left out, {one.reason}"
    for source in found.failed:
        yield click.style(f"  ✗ {source.id} ({source.error_class.value}): {source.message}", fg="red")
    for undescribed in found.undescribed:
        yield click.style(f"  ✗ {undescribed.id} could not be described: {undescribed.message}", fg="red")
    for external, ids in found.collisions:
        yield click.style(f"  ! '{external}' is brought by several sources: {', '.join(ids)}", fg="yellow")
    tables = sum(len(one.source.tables) for one in found.sources)
    cached = "" if found.schemas_cached is None else f", {counted(found.schemas_cached, 'schema')} remembered"
    yield ""
    yield f"  {counted(len(found.sources), 'source')} with {counted(tables, 'table')}{cached}."
