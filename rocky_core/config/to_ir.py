"""Turns validated sections into the frozen values that the floors below and above speak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, assert_never

from rocky_core.config import strategies as table
from rocky_core.config.data_tests import DataTest
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.config.settings import BudgetSettings
from rocky_core.config.sidecar import ContractFile, FormatOptions, FreshnessTable, Sidecar, UnitTestTable, UseTest
from rocky_core.config.toml_document import TomlDocument
from rocky_core.ir.checks import CheckSeverity, DeclarativeTest, UnitTest, UnitTestInput
from rocky_core.ir.contract import Contract, ContractColumn
from rocky_core.ir.model import Budget, Freshness, SkipRule, SurrogateKey, TableFormat
from rocky_core.ir.project import ProjectRules
from rocky_core.ir.strategy import (
    ContentAddressed,
    DeleteInsert,
    DynamicTable,
    Ephemeral,
    FullRefresh,
    Granularity,
    Incremental,
    MaterializedView,
    Merge,
    Microbatch,
    Strategy,
    TimeInterval,
    View,
)

_RETENTION: Final = re.compile(r"([0-9]+)([dy])")
_MOST_DAYS: Final = 2**32 - 1
_COMMON_TEST_KEYS: Final = frozenset({"type", "column", "severity", "filter"})


def to_strategy(declared: table.StrategyTable) -> Strategy:
    match declared:
        case table.FullRefreshTable():
            return FullRefresh()
        case table.IncrementalTable():
            return Incremental(declared.timestamp_column, declared.unique_key)
        case table.MergeTable():
            return Merge(declared.unique_key, declared.update_columns)
        case table.TimeIntervalTable():
            return TimeInterval(
                declared.time_column,
                Granularity(declared.granularity),
                declared.lookback,
                declared.batch_size,
                declared.first_partition,
            )
        case table.EphemeralTable():
            return Ephemeral()
        case table.DeleteInsertTable():
            return DeleteInsert(declared.partition_by)
        case table.MicrobatchTable():
            return Microbatch(declared.timestamp_column, Granularity(declared.granularity))
        case table.ViewTable():
            return View()
        case table.MaterializedViewTable():
            return MaterializedView()
        case table.DynamicTableTable():
            return DynamicTable(declared.target_lag)
        case table.ContentAddressedTable():
            return ContentAddressed(declared.storage_prefix, declared.partition_columns)
        case _:
            assert_never(declared)


def to_test(declared: DataTest) -> DeclarativeTest:
    """A test by its kind, with the parameters that are the kind's own."""
    fields = type(declared).model_fields
    own = {name: getattr(declared, name) for name in fields if name not in _COMMON_TEST_KEYS}
    return DeclarativeTest(
        kind=getattr(declared, "type", ""),
        column=declared.column,
        severity=CheckSeverity(declared.severity),
        filter=declared.filter,
        parameters=MappingProxyType({name: value for name, value in own.items() if value is not None}),
    )


def to_used_test(definition: DataTest, use: UseTest) -> DeclarativeTest:
    """A named definition as one model uses it: severity and filter are the model's own, the column may be."""
    return to_test(
        definition.model_copy(
            update={"column": use.column or definition.column, "severity": use.severity, "filter": use.filter}
        )
    )


def to_unit_test(declared: UnitTestTable) -> UnitTest:
    return UnitTest(
        name=declared.name,
        given=tuple(UnitTestInput(given.ref, given.rows) for given in declared.given),
        expect_rows=declared.expect.rows,
        ordered=declared.expect.ordered,
        description=declared.description,
    )


def to_freshness(declared: FreshnessTable) -> Freshness:
    return Freshness(declared.max_lag_seconds, declared.time_column, declared.severity)


def to_budget(declared: BudgetSettings) -> Budget:
    return Budget(declared.max_usd, declared.max_duration_ms, declared.max_bytes_scanned, declared.on_breach)


def to_skip_rule(sidecar: Sidecar) -> SkipRule:
    return SkipRule() if sidecar.skip is None else SkipRule(sidecar.skip.eligible, sidecar.skip.deterministic)


def to_table_format(name: str | None, options: FormatOptions | None) -> TableFormat:
    if options is None:
        return TableFormat(format=name)
    return TableFormat(name, options.partition_by, options.cluster_by, options.table_properties, options.comment)


def to_surrogate_keys(sidecar: Sidecar) -> tuple[SurrogateKey, ...]:
    return tuple(SurrogateKey(key.name, key.columns) for key in sidecar.surrogate_key)


def to_retention_days(text: str) -> int | None:
    """`90d` or `2y` in days; None for anything else, zero and what no warehouse can count."""
    found = _RETENTION.fullmatch(text)
    if found is None or len(found.group(1)) > len(str(_MOST_DAYS)):
        return None
    days = int(found.group(1)) * (365 if found.group(2) == "y" else 1)
    return days if 0 < days <= _MOST_DAYS else None


def to_contract(model: str, source: str, contract: ContractFile, document: TomlDocument) -> Contract:
    return Contract(
        model=model,
        file=document.file,
        source=source,
        columns=tuple(
            ContractColumn(
                column.name,
                column.type,
                column.nullable,
                column.description,
                document.place(("columns", index, "name")),
            )
            for index, column in enumerate(contract.columns)
        ),
        required=contract.rules.required,
        protected=contract.rules.protected,
        no_new_nullable=contract.rules.no_new_nullable,
        text=document.text,
    )


def to_project_rules(config: RockyConfig | None) -> ProjectRules:
    """What the checks need to know; a classification is masked if any environment masks it."""
    if config is None:
        return ProjectRules()
    settings = config.settings
    return ProjectRules(
        mask_tags=frozenset(_mask_tags(settings.mask)),
        allow_unmasked=frozenset(settings.classifications.allow_unmasked),
        has_project_freshness=settings.freshness.expected_lag_seconds is not None,
        portability_target=settings.portability.target_dialect,
        portability_allow=frozenset(label.strip().upper() for label in settings.portability.allow),
    )


def _mask_tags(mask: Mapping[str, str | Mapping[str, str]]) -> Iterable[str]:
    for key, value in mask.items():
        if isinstance(value, str):
            yield key
        else:
            yield from value
