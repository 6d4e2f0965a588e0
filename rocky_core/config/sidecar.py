"""The TOML beside a model, and the files that models of one directory share."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field

from rocky_core.config.data_tests import AnyDataTest
from rocky_core.config.section import (
    CheckSeverityName,
    Flag,
    LenientSection,
    Section,
    Text,
    Texts,
    Whole,
)
from rocky_core.config.settings import BudgetSettings
from rocky_core.config.strategies import StrategyTable


class TargetTable(LenientSection):
    """`[target]`: parts that are left out come from the group, the defaults, the pipeline or the name."""

    catalog: Text | None = None
    schema_name: Annotated[Text | None, Field(alias="schema")] = None
    table: Text | None = None


class SourceTable(LenientSection):
    """`[[sources]]`: a table the model reads, for documentation."""

    catalog: Text = ""
    schema_name: Annotated[Text, Field(alias="schema")]
    table: Text


class FreshnessTable(LenientSection):
    """`[freshness]`."""

    max_lag_seconds: Annotated[Whole, Field(validation_alias=AliasChoices("max_lag_seconds", "expected_lag_seconds"))]
    time_column: Text | None = None
    severity: CheckSeverityName | None = None


class UseTest(Section):
    """`[[use_test]]`: a named definition of the directory, applied to this model."""

    name: Text
    column: Text | None = None
    severity: CheckSeverityName = "error"
    filter: Text | None = None


class GivenTable(LenientSection):
    """`[[test.given]]`."""

    ref: Text
    rows: tuple[dict[str, Any], ...] = ()


class ExpectTable(LenientSection):
    """`[test.expect]`."""

    rows: tuple[dict[str, Any], ...] = ()
    ordered: Flag = False


class UnitTestTable(LenientSection):
    """`[[test]]`: rows in, rows out."""

    name: Text
    description: Text | None = None
    given: tuple[GivenTable, ...] = ()
    expect: ExpectTable = Field(default_factory=ExpectTable)


class FormatOptions(LenientSection):
    """`[format_options]`."""

    partition_by: Texts = ()
    cluster_by: Texts = ()
    table_properties: tuple[tuple[Text, Text], ...] = ()
    comment: Text | None = None


class GovernanceTags(LenientSection):
    """`[governance]` of a model or group."""

    tags: dict[str, Text] = Field(default_factory=dict)


class SkipTable(Section):
    """`[skip]`."""

    eligible: Flag | None = None
    deterministic: Flag | None = None


class SurrogateKeyTable(Section):
    """`[[surrogate_key]]`."""

    name: Text
    columns: Annotated[Texts, Field(min_length=1)]


class ColumnTable(LenientSection):
    """`[columns.NAME]`."""

    description: Text | None = None


class Sidecar(LenientSection):
    """Everything that may be said of a model beside its SQL."""

    name: Text | None = None
    depends_on: Texts = ()
    target: TargetTable = Field(default_factory=TargetTable)
    strategy: StrategyTable | None = None
    sources: tuple[SourceTable, ...] = ()
    adapter: Text | None = None
    intent: Text | None = None
    freshness: FreshnessTable | None = None
    tests: tuple[AnyDataTest, ...] = ()
    use_test: tuple[UseTest, ...] = ()
    test: tuple[UnitTestTable, ...] = ()
    format: Literal["delta_table", "iceberg_table", "materialized_view", "streaming_table", "table", "view"] | None = (
        None
    )
    format_options: FormatOptions | None = None
    classification: dict[str, Text] = Field(default_factory=dict)
    tags: dict[str, Text] = Field(default_factory=dict)
    governance: GovernanceTags | None = None
    retention: Text | None = None
    budget: BudgetSettings | None = None
    skip: SkipTable | None = None
    group: Text | None = None
    args: dict[str, Text] = Field(default_factory=dict)
    surrogate_key: tuple[SurrogateKeyTable, ...] = ()
    columns: dict[str, ColumnTable] = Field(default_factory=dict)
    meta: dict[str, Any] = Field(default_factory=dict)


class DefaultTarget(LenientSection):
    """`[target]` of the defaults: a table of its own belongs to one model only."""

    catalog: Text | None = None
    schema_name: Annotated[Text | None, Field(alias="schema")] = None


class Defaults(LenientSection):
    """`_defaults.toml`: what the models of one directory share."""

    target: DefaultTarget = Field(default_factory=DefaultTarget)
    strategy: StrategyTable | None = None
    intent: Text | None = None
    freshness: FreshnessTable | None = None


class Group(Section):
    """`groups/NAME.toml`: what the models that name the group share."""

    schema_template: Text | None = None
    strategy: StrategyTable | None = None
    tags: dict[str, Text] = Field(default_factory=dict)
    governance: GovernanceTags | None = None
    enforce: Flag = False


class ContractColumnTable(LenientSection):
    """`[[columns]]` of a contract."""

    name: Text
    type: Text | None = None
    nullable: Flag | None = None
    description: Text | None = None


class ContractRules(LenientSection):
    """`[rules]` of a contract."""

    required: Texts = ()
    protected: Texts = ()
    no_new_nullable: Flag = False


class ContractFile(LenientSection):
    """`MODEL.contract.toml`."""

    columns: tuple[ContractColumnTable, ...] = ()
    rules: ContractRules = Field(default_factory=ContractRules)


class SeedTarget(LenientSection):
    """`[target]` of a seed."""

    schema_name: Annotated[Text, Field(alias="schema")]
    catalog: Text | None = None
    table: Text | None = None


class SeedFile(LenientSection):
    """The TOML beside a seed."""

    name: Text | None = None
    target: SeedTarget | None = None
    strategy: Literal["drop_and_recreate"] = "drop_and_recreate"
    column_types: dict[str, Text] = Field(default_factory=dict)
    pre_hook: Texts = ()
    post_hook: Texts = ()
