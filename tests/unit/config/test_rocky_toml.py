"""rocky.toml as a typed value, and everything wrong with it at once."""

from __future__ import annotations

import pytest

from rocky_core.config.pipelines import Discovery
from rocky_core.config.rocky_toml import parse_config

REPLICATION = """
[adapter.lake]
type = "duckdb"

[pipeline.bronze]
source = { adapter = "lake", schema_pattern = { prefix = "raw__", separator = "__", components = ["source"] } }
target = { adapter = "lake", catalog_template = "c", schema_template = "s__{source}" }
"""


def parse(text, environment=None):
    return parse_config(text, "rocky.toml", environment or {})


def findings(text):
    return [(found.code, found.span.line, found.span.col, found.message) for found in parse(text).diagnostics]


def test_an_empty_file_gives_every_default():
    config = parse("").value

    assert (config.adapters, config.pipelines, config.hooks.commands) == ({}, {}, {})
    settings = config.settings
    assert settings.resilience.contain_failures is True
    assert (settings.drift.mode, settings.state.backend, settings.cost.compute_cost_per_dbu) == ("apply", "local", 0.4)
    assert (settings.cache.schemas.ttl_seconds, settings.resilience.max_retries_per_run) == (86_400, 8)


@pytest.mark.parametrize("section", ["[adapter]", "[adapter.default]", "[adapters.default]"])
def test_the_shorthand_names_the_adapter_default(section):
    config = parse(f'{section}\ntype = "duckdb"\npath = "x.duckdb"\n').value

    assert {name: (adapter.type, adapter.path) for name, adapter in config.adapters.items()} == {
        "default": ("duckdb", "x.duckdb")
    }
    assert (config.place("adapter", "default", "path").line, config.place("adapter", "default", "path").col) == (3, 1)


def test_the_shorthand_of_a_pipeline_is_told_from_a_pipeline_named_source():
    short = parse('[pipeline]\ntype = "transformation"\n').value
    named = parse('[pipeline.source]\ntype = "transformation"\n').value

    assert (list(short.pipelines), list(named.pipelines)) == (["default"], ["source"])


def test_the_only_adapter_discovers_for_every_replication():
    pipeline = parse(REPLICATION).value.pipelines["bronze"]

    assert pipeline.source.discovery == Discovery(adapter="lake")


def test_secrets_never_print():
    text = """
[adapter.w]
type = "databricks"
token = "s3cret"
client_secret = "s3cret"
[adapter.w.extra]
anything = "s3cret"
[state]
valkey_url = "redis://:s3cret@host"
[[hook.webhooks.on_model_failure]]
url = "https://example/s3cret"
secret = "s3cret"
headers = { Authorization = "s3cret" }
[hook.on_pipeline_start]
command = "true"
env = { PASSWORD = "s3cret" }
"""
    checked = parse(text)

    assert checked.value is not None
    assert "s3cret" not in repr(checked)
    assert checked.value.adapters["w"].token.get_secret_value() == "s3cret"


def test_a_wrong_secret_is_not_quoted_in_its_finding():
    (found,) = parse('[adapter.w]\ntype = "databricks"\ntoken = ["s3cret"]\n').diagnostics

    assert "s3cret" not in repr(found)
    assert (found.span.line, found.message) == (3, "'token' in [adapter.w] must be a text, not a list")


@pytest.mark.parametrize("section", ["ai", "fulfill", "gc", "imports", "policy", "reuse"])
def test_sections_for_other_engines_are_ignored_and_said_so(section):
    assert findings(f"[{section}]\nanything = 1\n") == [
        ("I010", 1, 2, f"section [{section}] is read by other engines only and ignored here")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[adaptr]\n", ("E055", 1, 2, "unknown section or key 'adaptr' — did you mean 'adapter'?")),
        (
            '[adapter.x]\ntype = "duckdb"\npth = "x"\n',
            ("E055", 3, 1, "unknown key 'pth' in [adapter.x] — did you mean 'path'?"),
        ),
        (
            '[pipeline.p]\ntype = "transformtion"\n',
            (
                "E055",
                2,
                1,
                (
                    "unknown pipeline type 'transformtion': known are replication, transformation, quality, snapshot, "
                    "load — did you mean 'transformation'?"
                ),
            ),
        ),
        (
            '[pipeline.p]\ntype = "transformation"\nmodls = "x"\n',
            ("W020", 3, 1, "unknown key 'modls' in [pipeline.p] — did you mean 'models'?"),
        ),
        (
            '[pipeline.p]\ntype = "transformation"\n[pipeline.p.target]\nadaptr = "x"\n',
            ("E055", 4, 1, "unknown key 'adaptr' in [pipeline.p.target] — did you mean 'adapter'?"),
        ),
        (
            '[drift]\nmode = "wrn"\n',
            ("E055", 2, 1, "'mode' in [drift] must be 'apply', 'warn' or 'fail', not 'wrn' — did you mean 'warn'?"),
        ),
        (
            '[mask]\npii = "hsh"\n',
            (
                "E055",
                2,
                1,
                "'pii' in [mask] must be 'hash', 'redact', 'partial' or 'none', not 'hsh' — did you mean 'hash'?",
            ),
        ),
        (
            "[run]\nskip_unchanged = 1\n",
            ("E055", 2, 1, "'skip_unchanged' in [run] must be true or false, not a number"),
        ),
        (
            "[cost]\nmin_history_runs = true\n",
            ("E055", 2, 1, "'min_history_runs' in [cost] must be a whole number, not true or false"),
        ),
        ("adapter = 3\n", ("E055", 1, 1, "'adapter' must be a table")),
        (
            "[hook.on_pipline_start]\ncommand = 'x'\n",
            ("W020", 1, 7, "unknown event 'on_pipline_start' in [hook] — did you mean 'on_pipeline_start'?"),
        ),
        (
            '[adapter.f]\ntype = "fivetran"\n',
            ("E055", 2, 1, "adapter 'f' of type fivetran only discovers: it needs kind = \"discovery\""),
        ),
        (
            REPLICATION + 'strategy = "merge"\n',
            ("E055", 8, 1, "pipeline 'bronze' merges, so it needs 'merge_keys' or 'merge_keys_fallback'"),
        ),
        (
            REPLICATION.replace('["source"]', '["source", "table"]'),
            (
                "E055",
                6,
                85,
                "pipeline 'bronze': component 'table' is reserved (table and id are filled in by the engine)",
            ),
        ),
        (
            REPLICATION + "table_overrides = [{ enabled = false }]\n",
            (
                "E055",
                8,
                20,
                "pipeline 'bronze', table override #1 matches nothing: give 'match.connector' or 'match.table'",
            ),
        ),
        (
            '[role.a]\ninherits = ["b"]\n[role.bb]\n',
            ("E055", 2, 1, "role 'a' inherits from 'b', which does not exist — did you mean 'bb'?"),
        ),
        (
            '[roles.a]\ninherits = ["b"]\n[roles.b]\ninherits = ["a"]\n',
            ("E055", 2, 1, "roles inherit from each other in a circle: a, b"),
        ),
        ("x = = 1\n", ("E055", 1, 5, "not valid TOML: invalid value")),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, expected):
    assert findings(text) == [expected]


def test_all_problems_are_told_at_once():
    text = '[adapter.x]\ntyp = "duckdb"\nport = "y"\n[state]\nbackend = "lcal"\n[unknown]\n'

    assert [found[:3] for found in findings(text)] == [
        ("E055", 6, 2),
        ("E055", 1, 10),
        ("E055", 2, 1),
        ("E055", 3, 1),
        ("E055", 5, 1),
    ]


def test_a_pipeline_inherits_execution_and_drift_that_it_does_not_state():
    config = parse(
        """
[execution]
fail_on_check_error = true
table_retries = 5
[drift]
mode = "fail"
[pipeline.a]
type = "transformation"
[pipeline.a.execution]
table_retries = 0
concurrency = 0
[pipeline.b]
type = "transformation"
[pipeline.b.drift]
mode = "warn"
"""
    ).value

    execution = config.execution_of(config.pipelines["a"])
    assert (execution.table_retries, execution.fail_on_check_error, execution.concurrency) == (0, True, 1)
    assert [config.drift_mode(pipeline) for pipeline in config.pipelines.values()] == ["fail", "warn"]


def test_an_environment_overlays_the_general_masks():
    config = parse('[mask]\npii = "hash"\nid = "none"\n[mask.dev]\npii = "none"\n').value

    assert config.masks() == {"pii": "hash", "id": "none"}
    assert config.masks("dev") == {"pii": "none", "id": "none"}


def test_words_of_the_promises_are_accepted_beside_the_formats_own():
    config = parse(
        """
[budget]
max_usd_per_run = 5
[hook.on_pipeline_end]
command = "x"
on_failure = "error"
[pipeline.q]
type = "quality"
[pipeline.q.checks]
row_count = { enabled = true, severity = "warn" }
column_match = true
"""
    ).value

    assert config.settings.budget.max_usd == 5
    assert config.hooks.commands["on_pipeline_end"][0].on_failure == "abort"
    assert config.pipelines["q"].checks.row_count.severity == "warning"
    assert config.pipelines["q"].checks.column_match.enabled is True


def test_a_pipeline_with_an_unknown_key_is_kept_with_all_that_is_known():
    checked = parse('[pipeline.p]\ntype = "transformation"\nmodls = 1\nmodels = "m/**"\n[pipeline.p.extra]\nx = 1\n')

    assert checked.value.pipelines["p"].models == "m/**"
    assert [(found.code, found.span.line) for found in checked.diagnostics] == [("W020", 3), ("W020", 5)]
