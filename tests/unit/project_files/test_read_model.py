"""One model from its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.ir.checks import CheckSeverity, DeclarativeTest, UnitTest, UnitTestInput
from rocky_core.ir.contract import Contract, ContractColumn
from rocky_core.ir.model import Budget, Freshness, Model, SkipRule, SurrogateKey, TableFormat
from rocky_core.ir.names import TargetName
from rocky_core.ir.replace import replace
from rocky_core.ir.source_text import Segment, SourceText
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
    TimeInterval,
    View,
)
from rocky_core.project_files.read_project import ProjectOptions, read_project

DEFAULTS = '[target]\ncatalog = "w"\nschema = "s"\n'


@pytest.fixture
def read(project):
    """A function from files to the only model and its findings."""

    def read_files(files, **options):
        project({"models/_defaults.toml": DEFAULTS, **{f"models/{name}": text for name, text in files.items()}})
        source = read_project(ProjectOptions(environment={"DAYS": "90"}, **options)).source
        assert len(source.models) == 1
        return source.models[0], source.findings

    return read_files


def shown(findings):
    return [
        (found.code, found.span.file.removeprefix("models/"), found.span.line, found.span.col, found.message)
        for found in findings
    ]


def test_a_bare_file_takes_its_target_from_the_defaults(read):
    model, findings = read({"m.sql": "\n\n SELECT 1 AS a\n"})

    assert findings == ()
    assert model == Model(
        name="m",
        source=SourceText("models/m.sql", "SELECT 1 AS a", "\n\n SELECT 1 AS a\n", (Segment(0, 3),)),
        target=TargetName("w", "s", "m"),
    )
    assert model.source.span_at(0) == Span("models/m.sql", 3, 2)


def test_everything_a_sidecar_may_say_is_understood(read):
    sidecar = """
name = "orders"
depends_on = ["b", "a", "b"]
adapter = "other"
intent = "what it is for"
format = "delta_table"
retention = "2y"
[target]
schema = "mart"
table = "orders_v2"
[strategy]
type = "merge"
unique_key = ["id"]
[[sources]]
catalog = "lake"
schema = "raw"
table = "orders"
[freshness]
expected_lag_seconds = 3600
time_column = "ts"
[[tests]]
type = "accepted_values"
column = "status"
values = ["open", 1]
severity = "warn"
filter = "id > 1"
[[use_test]]
name = "positive"
column = "amount"
[[test]]
name = "adds up"
ordered = 1
[[test.given]]
ref = "a"
rows = [{ id = 1 }]
[test.expect]
rows = [{ total = 1.5 }]
ordered = true
[format_options]
partition_by = ["day"]
table_properties = [["k", "v"]]
comment = "c"
[classification]
email = "pii"
[tags]
layer = "mart"
[governance.tags]
owner = "x"
[budget]
max_usd_per_run = 2
on_breach = "error"
[skip]
eligible = false
[[surrogate_key]]
name = "key"
columns = ["id", "day"]
[columns.id]
description = "the id"
"""
    definitions = '[positive]\ntype = "in_range"\nmin = 0\nseverity = "warning"\n'
    model, findings = read({"m.sql": "SELECT 1", "m.toml": sidecar, "test_definitions.toml": definitions})

    assert shown(findings) == [("W020", "m.toml", 32, 1, "unknown key 'ordered' in [test #1]")]
    assert model == replace(
        model,
        name="orders",
        target=TargetName("w", "mart", "orders_v2"),
        strategy=Merge(("id",)),
        depends_on=("b", "a"),
        sources=(TargetName("lake", "raw", "orders"),),
        adapter="other",
        intent="what it is for",
        freshness=Freshness(3600, "ts"),
        tests=(
            DeclarativeTest("accepted_values", "status", CheckSeverity.WARNING, "id > 1", {"values": ("open", "1")}),
            DeclarativeTest("in_range", "amount", CheckSeverity.ERROR, None, {"min": "0"}),
        ),
        unit_tests=(UnitTest("adds up", (UnitTestInput("a", ({"id": 1},)),), ({"total": 1.5},), ordered=True),),
        table_format=TableFormat("delta_table", ("day",), (), (("k", "v"),), "c"),
        classification={"email": "pii"},
        tags={"layer": "mart"},
        governance_tags={"owner": "x"},
        retention_days=730,
        budget=Budget(max_usd=2, on_breach="error"),
        skip=SkipRule(eligible=False),
        surrogate_keys=(SurrogateKey("key", ("id", "day")),),
        column_descriptions={"id": "the id"},
        name_declared=True,
        table_declared=True,
    )
    assert model.span_of("strategy.unique_key") == Span("models/m.toml", 13, 1, 10)
    assert model.span_of("strategy.update_columns") == Span("models/m.sql", 1, 1)


def test_front_matter_is_told_from_the_sql_and_keeps_its_lines(read):
    text = '\n---toml\nname = "front"\nunknown = 1\n---\n\nSELECT @var(x)'
    model, findings = read({"m.sql": text})

    assert (model.name, model.source.sql) == ("front", "SELECT NULL")
    assert shown(findings) == [
        ("W020", "m.sql", 4, 1, "unknown key 'unknown' at the top level"),
        ("E028", "m.sql", 7, 8, "model references run variable `@var(x)`, which has neither a value nor a default"),
    ]
    assert model.span_of("name") == Span("models/m.sql", 3, 1, 4)


def test_run_variables_are_filled_in(read):
    model, findings = read({"m.sql": "SELECT @var(x), @var(y, 2)"}, variables={"x": "7"})

    assert (model.source.sql, findings) == ("SELECT 7, 2", ())


def test_the_environment_is_filled_into_sidecars_but_not_into_sql(read):
    model, findings = read({"m.sql": "SELECT '${DAYS}'", "m.toml": 'retention = "${DAYS}d"'})

    assert (model.source.sql, model.retention_days, findings) == ("SELECT '${DAYS}'", 90, ())


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('type = "full_refresh"', FullRefresh()),
        ('type = "incremental"\ntimestamp_column = "ts"', Incremental("ts")),
        ('type = "merge"\nunique_key = ["a"]\nupdate_columns = ["b"]', Merge(("a",), ("b",))),
        (
            (
                'type = "time_interval"\ntime_column = "d"\ngranularity = "day"\n'
                'lookback = 2\nfirst_partition = "2025-01-01"'
            ),
            TimeInterval("d", Granularity.DAY, 2, 1, "2025-01-01"),
        ),
        ('type = "ephemeral"', Ephemeral()),
        ('type = "delete_insert"\npartition_by = ["d"]', DeleteInsert(("d",))),
        ('type = "microbatch"\ntimestamp_column = "ts"', Microbatch("ts", Granularity.HOUR)),
        ('type = "view"', View()),
        ('type = "materialized_view"', MaterializedView()),
        ('type = "dynamic_table"\ntarget_lag = "1 hour"', DynamicTable("1 hour")),
        ('type = "content_addressed"\nstorage_prefix = "s3://x"', ContentAddressed("s3://x")),
    ],
)
def test_every_strategy_is_understood(read, toml, expected):
    model, findings = read({"m.sql": "SELECT 1", "m.toml": f"[strategy]\n{toml}\n"})

    assert (model.strategy, findings) == (expected, ())


GROUP = """
schema_template = "team_{team}"
[strategy]
type = "view"
[tags]
layer = "gold"
owner = "a"
"""


def test_a_group_gives_schema_strategy_and_tags(read):
    sidecar = 'group = "gold"\n[args]\nteam = "x"\n[tags]\nowner = "b"\n'
    model, findings = read({"m.sql": "SELECT 1", "m.toml": sidecar, "groups/gold.toml": GROUP})

    assert (model.target, model.strategy, dict(model.tags), findings) == (
        TargetName("w", "team_x", "m"),
        View(),
        {"layer": "gold", "owner": "b"},
        (),
    )


def test_a_schema_of_its_own_without_arguments_needs_no_template(read):
    sidecar = 'group = "gold"\n[target]\nschema = "mine"\n'
    model, findings = read({"m.sql": "SELECT 1", "m.toml": sidecar, "groups/gold.toml": GROUP})

    assert (model.target.schema, findings) == ("mine", ())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"m.toml": 'name = "m"\n[stratgey]\n'},
            ("W020", "m.toml", 2, 2, "unknown key 'stratgey' at the top level — did you mean 'strategy'?"),
        ),
        (
            {"m.toml": '[target]\nshema = "x"\n'},
            ("W020", "m.toml", 2, 1, "unknown key 'shema' in [target] — did you mean 'schema'?"),
        ),
        (
            {"m.toml": "[skip]\neligble = true\n"},
            ("E050", "m.toml", 2, 1, "unknown key 'eligble' in [skip] — did you mean 'eligible'?"),
        ),
        ({"m.toml": "x = ["}, ("E050", "m.toml", 1, 6, "not valid TOML: invalid value")),
        ({"m.toml": b"name = 'caf\xe9'"}, ("E054", "m.toml", 1, 12, "'models/m.toml' is not UTF-8: byte 0xe9")),
        (
            {"m.toml": 'depends_on = "a"\n'},
            ("E050", "m.toml", 1, 1, "'depends_on' at the top level must be a list, not a text"),
        ),
        ({"m.toml": 'name = "a-b"\n'}, None),
        (
            {"m.toml": '[strategy]\ntype = "mrge"\n'},
            (
                "E050",
                "m.toml",
                2,
                1,
                (
                    "unknown type 'mrge' in [strategy]: known are 'full_refresh', 'incremental', 'merge', "
                    "'time_interval', 'ephemeral', 'delete_insert', 'microbatch', 'view', 'materialized_view', "
                    "'dynamic_table', 'content_addressed' — did you mean 'merge'?"
                ),
            ),
        ),
        (
            {"m.toml": '[strategy]\ntype = "merge"\n'},
            ("E050", "m.toml", 1, 2, "missing key 'unique_key' in [strategy]"),
        ),
        (
            {"m.toml": '[[tests]]\ntype = "not_null"\n'},
            ("E050", "m.toml", 1, 3, "a not_null test needs a 'column'"),
        ),
        (
            {"m.toml": '[[tests]]\ntype = "in_range"\ncolumn = "a"\nmin = "x"\n'},
            ("E050", "m.toml", 4, 1, "[tests #1]: 'x' is not a number"),
        ),
        (
            {"m.toml": '[[use_test]]\nname = "nope"\n'},
            ("E050", "m.toml", 2, 1, "unknown test definition 'nope'"),
        ),
        ({"m.toml": 'group = "gld"\n'}, ("E050", "m.toml", 1, 1, "unknown group 'gld'")),
        (
            {"m.toml": 'group = "gold"\n', "groups/gold.toml": GROUP},
            ("E050", "m.toml", 1, 1, "group 'gold' needs [args] team"),
        ),
        (
            {"m.toml": 'group = "gold"\n[args]\nteam = "a b"\n', "groups/gold.toml": GROUP},
            ("E050", "m.toml", 2, 2, "group 'gold' gives the schema 'team_a b', which is not a valid identifier"),
        ),
        (
            {
                "m.toml": 'group = "gold"\n[args]\nteam = "x"\n[strategy]\ntype = "merge"\nunique_key = ["a"]\n',
                "groups/gold.toml": "enforce = true\n" + GROUP,
            },
            ("E050", "m.toml", 4, 2, "group 'gold' enforces its strategy; the model must not set one"),
        ),
        (
            {
                "m.toml": 'group = "gold"\n[args]\nteam = "x"\n[target]\nschema = "y"\n',
                "groups/gold.toml": GROUP,
            },
            ("E050", "m.toml", 5, 1, "group 'gold' builds the schema from [args]; the model must not set one"),
        ),
        (
            {"m.toml": 'group = "gold"\n', "groups/gold.toml": "enforced = true\n"},
            ("E050", "groups/gold.toml", 1, 1, "unknown key 'enforced' at the top level — did you mean 'enforce'?"),
        ),
        (
            {"m.toml": 'retention = "3w"\n'},
            ("E050", "m.toml", 1, 1, "retention '3w' is not a number of days or years such as 90d or 2y"),
        ),
        (
            {"m.toml": '[target]\ntable = "a b"\n'},
            (
                "E050",
                "m.toml",
                2,
                1,
                "target table 'a b' is not a valid identifier: only letters, digits and '_'",
            ),
        ),
        (
            {"m.contract.toml": "[[columns]]\ntype = 'Int64'\n"},
            ("E050", "m.contract.toml", 1, 3, "missing key 'name' in [columns #1]"),
        ),
        (
            {"_defaults.toml": DEFAULTS.replace("[target]", 'name = "x"\n[target]')},
            ("E050", "_defaults.toml", 1, 1, "'name' belongs to a single model and cannot be a default"),
        ),
        (
            {"_defaults.toml": '[target]\ncatalog = "w"\n'},
            ("E050", "m.sql", 1, 1, "model 'm' has no target schema"),
        ),
        ({"m.toml": 'retention = "${NO}"\n'}, ("E050", "m.toml", 1, 14, "environment variable 'NO' not set")),
        (
            {"m.sql": '---toml\nname = "m"\n---\nSELECT 1', "m.toml": ""},
            ("E050", "m.sql", 1, 1, "'models/m.sql' has front matter, but 'models/m.toml' is its sidecar"),
        ),
        ({"m.sql": '---toml\nname = "m"\n'}, ("E050", "m.sql", 1, 1, "front matter has no closing '---'")),
        (
            {"test_definitions.toml": '[a]\ntype = "uniqe"\n'},
            None,
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_the_model_lives_on(read, files, expected):
    model, findings = read({"m.sql": "SELECT 1", **files})

    assert model.source.sql in {"SELECT 1", ""}
    if expected is None:
        assert [found.code for found in findings] == ["E050"]
    else:
        assert shown(findings) == [expected]


def test_a_model_with_a_broken_sidecar_keeps_its_name(read):
    model, findings = read(
        {"m.sql": "SELECT 1", "m.toml": 'name = "orders"\n[target]\nx = = 1\n[[tests]]\nname = "no"'}
    )

    assert (model.name, [found.code for found in findings]) == ("orders", ["E050"])


def test_what_is_sound_in_a_broken_sidecar_is_kept(read):
    model, _ = read({"m.sql": "SELECT 1", "m.toml": 'depends_on = ["a"]\nformat = "x"\n[target]\nschema = "mine"\n'})

    assert (model.depends_on, model.target) == (("a",), TargetName("w", "mine", "m"))


def test_a_contract_beside_the_model_is_read_with_its_places(read):
    contract = """
[[columns]]
name = "id"
type = "Int64"
nullable = false
[rules]
required = ["id"]
no_new_nullable = true
"""
    model, findings = read({"m.sql": "SELECT 1", "m.contract.toml": contract})

    assert findings == ()
    assert model.contract == Contract(
        "m",
        "models/m.contract.toml",
        "auto",
        (ContractColumn("id", "Int64", False, None, Span("models/m.contract.toml", 3, 1, 4)),),
        required=("id",),
        no_new_nullable=True,
        text=contract,
    )


def test_a_byte_order_mark_is_no_part_of_the_text(read):
    model, findings = read({"m.sql": b"\xef\xbb\xbfSELECT 1", "m.toml": b'\xef\xbb\xbfintent = "x"'})

    assert (model.source.sql, model.source.original, model.intent, findings) == ("SELECT 1", "SELECT 1", "x", ())


def test_a_pipeline_file_without_a_sidecar_has_a_target(project):
    project({"models/p.rocky": "from raw.orders\nselect { id }\n"})
    source = read_project(ProjectOptions(environment={})).source

    assert source.findings == ()
    assert [(model.target, model.is_dsl) for model in source.models] == [
        (TargetName("warehouse", "default", "p"), True)
    ]
    assert "raw.orders" in source.models[0].source.sql


def test_a_pipeline_file_goes_where_the_pipeline_that_builds_it_says(project):
    root = project(
        {
            "rocky.toml": (
                "[adapter]\ntype = 'duckdb'\n"
                "[pipeline]\ntype = 'transformation'\ntarget = { catalog = 'wh', schema = 'main' }\n"
            ),
            "models/p.rocky": "from t",
        }
    )
    source = read_project(ProjectOptions(Path(root, "models"), config_file=Path(root, "rocky.toml"))).source
    assert [model.target for model in source.models] == [TargetName("wh", "main", "p")]


@pytest.mark.parametrize(
    ("adapter", "sql"),
    [
        ("duckdb", "SELECT *\nFROM t\nWHERE a = 'it''s'"),
        ("snowflake", "SELECT *\nFROM t\nWHERE a = 'it''s'"),
        ("bigquery", "SELECT *\nFROM t\nWHERE a = 'it\\'s'"),
        ("databricks", "SELECT *\nFROM t\nWHERE a = 'it\\'s'"),
    ],
)
def test_a_quote_in_a_text_of_a_pipeline_is_written_as_its_warehouse_reads_it(project, adapter, sql):
    root = project(
        {"rocky.toml": f"[adapter]\ntype = '{adapter}'\n", "models/p.rocky": 'from t\nwhere a == "it\'s"\n'},
    )
    source = read_project(ProjectOptions(Path(root, "models"), config_file=Path(root, "rocky.toml"))).source
    assert [model.source.sql for model in source.models] == [sql]
