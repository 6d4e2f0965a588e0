"""What `rocky validate` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.errors import UserError
from rocky_core.project_files.validate_project import validate_project
from rocky_core.project_files.validate_schedules import cron_problem

BASE = """
[adapter.a]
type = "duckdb"
path = "x.duckdb"

[pipeline.t]
type = "transformation"
target = { adapter = "a" }
"""
REPLICATION = """
[adapter.a]
type = "duckdb"
path = "x.duckdb"

[pipeline.r]
source = { adapter = "a", schema_pattern = { prefix = "raw__", separator = "__", components = ["source"] } }
target = { adapter = "a", catalog_template = "c", schema_template = "s__{source}" }
"""
MODELS = {"models/_defaults.toml": '[target]\ncatalog = "w"\nschema = "s"\n', "models/m.sql": "SELECT 1"}


@pytest.fixture
def validate(project):
    """A function from a configuration and model files to the validation."""

    def validate_files(config, files=MODELS):
        project({"rocky.toml": config, **files})
        return validate_project(Path("rocky.toml"), {})

    return validate_files


def test_a_sound_project_is_confirmed(validate):
    found = validate(BASE)

    assert [(message.severity, message.code, message.message) for message in found.messages] == [
        ("ok", "V001", "rocky.toml parsed"),
        ("ok", "V010", "adapter 'a' (duckdb)"),
        ("ok", "V020", "pipeline 't' (transformation)"),
        ("ok", "V030", "pipelines have an order"),
        ("ok", "V030", "1 model loaded"),
        ("ok", "V031", "models have an order by their declared dependencies"),
    ]
    assert found.valid
    assert (found.models.found, found.models.count, found.models.dag_valid) == (True, 1, True)
    assert [(pipeline.name, pipeline.pipeline_type, pipeline.ok) for pipeline in found.pipelines] == [
        ("t", "transformation", True)
    ]


def test_a_missing_file_ends_the_command(project):
    project({})

    with pytest.raises(UserError, match="No rocky"):
        validate_project(Path("rocky.toml"), {})


def test_a_file_that_cannot_be_understood_is_all_there_is_to_say(validate):
    found = validate("[adaptr]\n[stat]\n")

    assert [(message.severity, message.code, message.file) for message in found.messages] == [
        ("error", "V001", "rocky.toml:1:2"),
        ("error", "V001", "rocky.toml:2:2"),
    ]
    assert not found.valid


SCHEDULE = BASE + "[pipeline.t.schedule]\n"
LOAD = '[pipeline.l]\ntype = "load"\nsource_dir = "x"\ntarget = { adapter = "a", catalog = "c", schema = "s" }\n'


@pytest.mark.parametrize(
    ("config", "severity", "code", "place"),
    [
        ("", "warn", "V010", None),
        ("", "warn", "V020", None),
        ('[adapter.d]\ntype = "databricks"\n', "warn", "V011", 2),
        ('[adapter.d]\ntype = "databricks"\nhost = ""\n', "warn", "V011", 2),
        ('[adapter.d]\ntype = "databricks"\n', "warn", "V012", 2),
        ('[adapter.d]\ntype = "databricks"\n', "warn", "V013", 2),
        ('[adapter.f]\ntype = "fivetran"\nkind = "discovery"\n', "warn", "V014", 2),
        ('[adapter.f]\ntype = "fivetran"\nkind = "discovery"\n', "warn", "V015", 2),
        ('[adapter.f]\ntype = "fivetran"\nkind = "discovery"\n', "warn", "V016", 2),
        ('[adapter.x]\ntype = "duckbd"\n', "error", "V017", 2),
        (REPLICATION.replace("{source}", "{sorce}"), "error", "V021", 8),
        (REPLICATION.replace('["source"]', '["id"]'), "error", "V021", 7),
        (REPLICATION.replace('source = { adapter = "a"', 'source = { adapter = "b"'), "error", "V022", 7),
        (BASE.replace('adapter = "a"', 'adapter = "b"'), "error", "V023", 8),
        (BASE.replace("target", 'models = "modles/**"\ntarget'), "warn", "V025", 8),
        (BASE.replace("target", 'models = "../x/**"\ntarget'), "error", "V047", 8),
        (BASE + '[pipeline.q]\ntype = "quality"\ntarget = { adapter = "a" }\nchecks = {}\n', "warn", "V026", 9),
        (BASE + '[pipeline.q]\ntype = "quality"\ntarget = { adapter = "a" }\nchecks = {}\n', "warn", "V027", 12),
        (
            BASE + '[pipeline.s]\ntype = "snapshot"\nunique_key = []\nupdated_at = "u"\n'
            'source = { adapter = "a", catalog = "c", schema = "s", table = "t" }\n'
            'target = { adapter = "a", catalog = "c", schema = "s", table = "t" }\n',
            "error",
            "V028",
            11,
        ),
        (BASE + 'depends_on = ["x"]\n', "error", "V029", 9),
        (
            BASE + 'depends_on = ["t2"]\n[pipeline.t2]\ntype = "transformation"\ndepends_on = ["t"]\n',
            "error",
            "V030",
            9,
        ),
        ('[adapter.f]\ntype = "fivetran"\n', "error", "V032", 2),
        (
            REPLICATION.replace('"duckdb"\npath = "x.duckdb"', '"manual"\nkind = "discovery"'),
            "error",
            "V033",
            7,
        ),
        (BASE + "[pipeline.t.checks]\ncolumn_match = true\n", "warn", "V034", 10),
        (REPLICATION + 'strategy = "incremntal"\n', "error", "V035", 9),
        (SCHEDULE + 'cron = "0 25 * * *"\n', "error", "V036", 10),
        (SCHEDULE + 'cron = "0 5 * * *"\ntimezone = "Mars/Base"\n', "error", "V036", 11),
        ('[schedule]\ntimezone = "Mars/Base"\n', "error", "V036", 2),
        (SCHEDULE + 'cron = "0 5 * * *"\ncatchup = "all"\n', "error", "V037", 11),
        (SCHEDULE + "freshness = true\n", "error", "V038", 10),
        (SCHEDULE + 'after = ["x"]\n', "error", "V039", 10),
        (SCHEDULE, "warn", "V040", 9),
        (
            SCHEDULE + 'after = ["u"]\n[pipeline.u]\ntype = "transformation"\nschedule = { after = ["t"] }\n',
            "error",
            "V042",
            10,
        ),
        (BASE + LOAD + 'schedule = { cron = "0 5 * * *" }\n', "error", "V044", 13),
        (SCHEDULE + 'after = ["l"]\n' + LOAD, "error", "V045", 10),
        (REPLICATION + 'strategy = "merge"\n', "error", "V046", 9),
        (BASE + '[state]\nbackend = "local"\n', "lint", "L004", 10),
        (
            REPLICATION.replace('{source}" }', '{source}", governance = { auto_create_schemas = false } }'),
            "lint",
            "L006",
            8,
        ),
        (REPLICATION, "lint", "L007", 2),
        (BASE + "[policy]\nversion = 1\n", "lint", "I010", 9),
        (BASE + "modls = 1\n", "warn", "W020", 9),
    ],
)
def test_what_the_configuration_gets_wrong_has_its_code_and_line(validate, config, severity, code, place):
    found = validate(config)
    told = [(message.severity, message.file) for message in found.messages if message.code == code]
    expected = None if place is None else f"rocky.toml:{place}:"
    assert any(
        level == severity and (file is None if expected is None else (file or "").startswith(expected))
        for level, file in told
    ), found.messages
    assert found.valid == (not any(message.severity == "error" for message in found.messages))


def test_a_discovery_adapter_that_is_missing_is_told(validate):
    found = validate(
        REPLICATION.replace("components", "components")[:-1].replace(
            '["source"] } }', '["source"] }, discovery = { adapter = "b" } }'
        )
    )

    assert ("error", "V024") in [(message.severity, message.code) for message in found.messages]


@pytest.mark.parametrize(
    ("files", "severity", "code", "file"),
    [
        ({"models/e.sql": " \n"}, "error", "V030", "models/e.sql:1:1"),
        ({"models/m.toml": "x = ["}, "error", "V030", "models/m.toml:1:6"),
        ({"models/m.toml": 'depends_on = ["x"]'}, "error", "V031", "models/m.toml:1:1"),
        ({"models/m.toml": 'depends_on = ["m"]'}, "error", "V031", None),
        ({"models/m.toml": "unknown = 1"}, "warn", "W020", "models/m.toml:1:1"),
        ({"models/m.toml": 'name = "m"'}, "lint", "L001", "models/m.toml:1:1"),
        ({"models/m.toml": '[target]\ntable = "m"'}, "lint", "L002", "models/m.toml:2:1"),
        ({"models/m.contract.toml": ""}, "lint", "L008", "models/m.contract.toml:1:1"),
        (
            {
                f"models/{name}.{ending}": text
                for name in "abc"
                for ending, text in (("sql", "SELECT 1"), ("toml", '[target]\ncatalog = "w"\nschema = "x"\n'))
            },
            "lint",
            "L003",
            None,
        ),
    ],
)
def test_what_a_model_gets_wrong_has_its_code_and_place(validate, files, severity, code, file):
    found = validate(BASE, {**MODELS, **files})

    assert (severity, code, file) in [(message.severity, message.code, message.file) for message in found.messages]


def test_a_seed_and_a_pipeline_may_be_depended_on(validate):
    files = {**MODELS, "models/m.toml": 'depends_on = ["countries", "t"]', "seeds/countries.csv": "a\n1\n"}

    assert validate(BASE, files).valid


def test_what_is_left_out_is_nobodys_mistake(validate):
    found = validate(REPLICATION + "[state.retention]\nmax_age_days = 1\n", {})

    assert {"L001", "L002", "L004", "L006"}.isdisjoint({message.code for message in found.messages})


def test_run_variables_are_not_asked_for(validate):
    assert validate(BASE, {**MODELS, "models/v.sql": "SELECT @var(x)"}).valid


@pytest.mark.parametrize(
    ("cron", "is_sound"),
    [
        ("0 5 * * *", True),
        ("*/15 0-6,22 1 jan-mar MON-FRI", True),
        ("0 0 * * 7", True),
        ("60 * * * *", False),
        ("* * 0 * *", False),
        ("* * * 13 *", False),
        ("* * * * 8", False),
        ("*/0 * * * *", False),
        ("5-1 * * * *", False),
        ("* * * *", False),
        ("a * * * *", False),
        ("", False),
    ],
)
def test_a_cron_expression_has_five_fields_in_their_ranges(cron, is_sound):
    assert (cron_problem(cron) is None) is is_sound
