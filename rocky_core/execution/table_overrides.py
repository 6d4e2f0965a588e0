"""The settings of one source table: the most specific override that states one, then the pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from rocky_core.config.load_checks import is_glob
from rocky_core.config.pipelines import REPLICATION_STRATEGIES, ReplicationPipeline, TableOverride
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.ir.copy import CopyStrategy
from rocky_core.ir.plan import OverrideWarning
from rocky_core.ir.sources import DiscoveredSource
from rocky_core.ir.strategy import FullRefresh, Incremental, MaterializedView, Merge, View


class TableSettings(Struct, frozen=True):
    """How one table is copied; `problem` says why it cannot be."""

    strategy: CopyStrategy | None
    timestamp_column: str
    enabled: bool = True
    problem: str | None = None


def settings_of_table(pipeline: ReplicationPipeline, source: DiscoveredSource, table: str) -> TableSettings:
    """Each setting by itself is the one of the most specific override that states it, else the pipeline's."""
    rules = sorted(
        (rule for rule in pipeline.table_overrides if _concerns(rule, source, table)), key=_specificity, reverse=True
    )
    enabled = next((rule.enabled for rule in rules if rule.enabled is not None), True)
    strategy = next((rule.strategy for rule in rules if rule.strategy is not None), pipeline.strategy)
    stamp = next((rule.timestamp_column for rule in rules if rule.timestamp_column), pipeline.timestamp_column)
    keys = (
        *(rule.merge_keys for rule in rules),
        pipeline.merge_keys,
        *(rule.merge_keys_fallback for rule in rules),
        pipeline.merge_keys_fallback,
    )
    key = next((found for found in keys if found), ())
    match strategy:
        case "full_refresh":
            return TableSettings(FullRefresh(), stamp, enabled)
        case "view":
            return TableSettings(View(), stamp, enabled)
        case "materialized_view":
            return TableSettings(MaterializedView(), stamp, enabled)
        case "incremental":
            return TableSettings(Incremental(stamp, key), stamp, enabled)
        case "merge" if key:
            return TableSettings(Merge(key), stamp, enabled)
        case "merge":
            return TableSettings(None, stamp, enabled, "it is merged, and no merge_keys say what a row's key is")
        case _:
            return TableSettings(None, stamp, enabled, f"the strategy '{strategy}' is not one of replications")


def strategy_problems(pipeline: ReplicationPipeline) -> Iterator[str]:
    """Strategies that there are not, wherever the pipeline names them."""
    named = (pipeline.strategy, *(rule.strategy for rule in pipeline.table_overrides))
    for strategy in dict.fromkeys(named):
        if strategy is not None and strategy not in REPLICATION_STRATEGIES:
            yield f"unknown strategy '{strategy}'{did_you_mean(strategy, REPLICATION_STRATEGIES)}"


def unmatched_overrides(
    rules: Sequence[TableOverride], sources: Iterable[DiscoveredSource]
) -> tuple[OverrideWarning, ...]:
    """The overrides that concern no table of any source."""
    sources = tuple(sources)
    warnings = []
    for index, rule in enumerate(rules):
        if any(_concerns(rule, source, table.name) for source in sources for table in source.tables):
            continue
        connector, table = rule.match.connector, rule.match.table
        no_connector = connector is not None and not any(_is_connector(connector, source) for source in sources)
        what = f"there is no source '{connector}'" if no_connector else f"no table is like '{table or '*'}'"
        warnings.append(
            OverrideWarning(
                index,
                "connector_match_empty" if no_connector else "zero_match",
                f"table override #{index + 1} concerns nothing: {what}",
                connector,
                table,
            )
        )
    return tuple(warnings)


def _concerns(rule: TableOverride, source: DiscoveredSource, table: str) -> bool:
    if rule.match.connector is not None and not _is_connector(rule.match.connector, source):
        return False
    return rule.match.table is None or _is_like(table, rule.match.table)


def _is_connector(name: str, source: DiscoveredSource) -> bool:
    return name in {source.id, source.schema}


def _is_like(table: str, pattern: str) -> bool:
    """Equal, or as the pattern with `*` for any text and `?` for any character."""
    wildcards = {"*": ".*", "?": "."}
    expression = "".join(wildcards.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, table, re.DOTALL) is not None


def _specificity(rule: TableOverride) -> int:
    """A connector with a table, then with a pattern, then alone, then tables of any connector."""
    connector, table = rule.match.connector, rule.match.table
    if connector is not None and table is not None:
        return 2 if is_glob(table) else 3
    return 1 if connector is not None else 0
