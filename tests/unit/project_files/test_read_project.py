"""A whole project from its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.errors import ConfigInvalid, UserError
from rocky_core.ir.names import TargetName
from rocky_core.ir.project import ProjectRules
from rocky_core.project_files.read_config import choose_dialect, read_config, require_config
from rocky_core.project_files.read_project import ProjectOptions, read_project

DEFAULTS = '[target]\ncatalog = "w"\nschema = "s"\n'
TRANSFORM = '[pipeline.t]\ntype = "transformation"\ntarget = { adapter = "a" }\n'


def read(**options):
    return read_project(ProjectOptions(environment={}, **options))


def test_models_are_listed_sql_by_name_then_pipelines_in_walk_order(project):
    project(
        {
            "models/_defaults.toml": DEFAULTS,
            "models/1.sql": "SELECT 1",
            "models/1.toml": 'name = "zebra"',
            "models/2.sql": "SELECT 1",
            "models/2.toml": 'name = "ant"',
            "models/a.rocky": "from ant\n",
            "models/sub/_defaults.toml": DEFAULTS,
            "models/sub/b.sql": "SELECT 1",
        }
    )

    assert [model.name for model in read().source.models] == ["ant", "zebra", "a", "b"]


def test_defaults_are_not_inherited_by_directories_below(project):
    project({"models/_defaults.toml": DEFAULTS, "models/sub/b.sql": "SELECT 1", "models/a.sql": "SELECT 1"})

    assert [(found.code, found.model) for found in read().source.findings] == [("E050", "b")]


def test_a_pipeline_gives_its_target_to_the_models_it_means(project):
    project(
        {
            "rocky.toml": (
                '[adapter.a]\ntype = "duckdb"\n'
                '[pipeline.x]\ntype = "transformation"\nmodels = "models/x/**"\n'
                'target = { adapter = "a", catalog = "cx", schema = "sx" }\n'
                '[pipeline.y]\ntype = "transformation"\nmodels = "models/y/**"\n'
                'target = { adapter = "a", catalog = "cy", schema = "sy" }\n'
            ),
            "models/x/m.sql": "SELECT 1",
            "models/y/n.sql": "SELECT 1",
        }
    )
    source = read().source

    assert ([model.target for model in source.models], source.findings) == (
        [TargetName("cx", "sx", "m"), TargetName("cy", "sy", "n")],
        (),
    )


def test_a_missing_configuration_means_the_defaults(project):
    project({"models/_defaults.toml": DEFAULTS, "models/a.sql": "SELECT 1"})
    found = read()

    assert (found.opened.config, found.opened.dialect_name, found.source.rules) == (None, "duckdb", ProjectRules())
    with pytest.raises(UserError, match=r"No rocky\.toml found at 'rocky\.toml'"):
        require_config(Path("rocky.toml"))


def test_a_malformed_configuration_ends_every_command_with_all_findings(project):
    project({"rocky.toml": "[adaptr]\n[cost]\nx = 1\n", "models/a.sql": "SELECT 1"})

    with pytest.raises(ConfigInvalid) as raised:
        read()
    assert [(found.code, found.span.line) for found in raised.value.diagnostics] == [("E055", 1), ("E055", 3)]


def test_a_configuration_that_is_a_directory_ends_the_command(project):
    project({"rocky.toml/x": ""})

    with pytest.raises(UserError, match="cannot be read as a file"):
        read()


def test_the_rules_of_the_checks_come_from_the_configuration(project):
    project(
        {
            "rocky.toml": (
                '[mask]\npii = "hash"\n[mask.dev]\nkey = "none"\n[classifications]\nallow_unmasked = ["public"]\n'
                '[freshness]\nexpected_lag_seconds = 5\n[portability]\ntarget_dialect = "bigquery"\nallow = [" nvl "]\n'
            ),
            "models/_defaults.toml": DEFAULTS,
            "models/a.sql": "SELECT 1",
        }
    )

    assert read().source.rules == ProjectRules(
        frozenset({"pii", "key"}), frozenset({"public"}), True, "bigquery", frozenset({"NVL"})
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "duckdb"),
        ('[adapter]\ntype = "snowflake"\n', "snowflake"),
        ('[adapter.f]\ntype = "manual"\nkind = "discovery"\n[adapter.b]\ntype = "bigquery"\n', "bigquery"),
        ('[adapter.b]\ntype = "bigquery"\n[adapter.a]\ntype = "databricks"\n' + TRANSFORM, "databricks"),
    ],
)
def test_the_dialect_is_that_of_the_transformations_target(project, text, expected):
    project({"rocky.toml": text})
    chosen = choose_dialect(read_config(Path("rocky.toml"), {}).value)

    assert (chosen.value, chosen.diagnostics) == (expected, ())


def test_an_adapter_without_a_dialect_is_a_finding(project):
    project({"rocky.toml": '[adapter.a]\ntype = "snowflak"\n' + TRANSFORM})
    (found,) = choose_dialect(read_config(Path("rocky.toml"), {}).value).diagnostics

    assert (found.code, found.span.line) == ("E055", 2)
    assert "did you mean 'snowflake'" in found.message


def test_a_name_used_twice_keeps_the_first_model(project):
    project(
        {
            "models/_defaults.toml": DEFAULTS,
            "models/a.sql": "SELECT 1",
            "models/b.sql": "SELECT 2",
            "models/b.toml": 'intent = "x"\nname = "a"\n',
        }
    )
    source = read().source

    assert [model.file for model in source.models] == ["models/a.sql"]
    assert [(found.code, found.model, found.span.file, found.span.line) for found in source.findings] == [
        ("E051", "a", "models/b.toml", 2)
    ]


@pytest.mark.parametrize(("adapter", "code"), [("duckdb", "E051"), ("bigquery", "W021")])
def test_names_that_differ_by_case_clash_where_the_warehouse_folds_them(project, adapter, code):
    project(
        {
            "rocky.toml": f'[adapter]\ntype = "{adapter}"\n',
            "models/_defaults.toml": DEFAULTS,
            "models/Orders.sql": "SELECT 1",
            "models/x.sql": "SELECT 2",
            "models/x.toml": 'name = "orders"\n',
        }
    )
    source = read().source

    assert len(source.models) == 2
    assert [(found.code, found.model, found.span.line) for found in source.findings] == [(code, "orders", 1)]


def test_contracts_of_a_folder_and_those_without_a_model_are_explicit(project):
    project(
        {
            "models/_defaults.toml": DEFAULTS,
            "models/a.sql": "SELECT 1",
            "models/lost.contract.toml": "",
            "contracts/a.contract.toml": '[rules]\nrequired = ["x"]\n',
            "contracts/b.contract.toml": "[rule]\n",
            "contracts/readme.txt": "",
        }
    )
    source = read(contracts_dir=Path("contracts")).source

    assert [
        (contract.model, contract.file, contract.source)
        for contract in sorted(source.explicit_contracts, key=lambda contract: contract.model)
    ] == [
        ("a", "contracts/a.contract.toml", "explicit"),
        ("b", "contracts/b.contract.toml", "explicit"),
        ("lost", "models/lost.contract.toml", "auto"),
    ]
    assert [(found.code, found.span.file) for found in source.findings] == [("W020", "contracts/b.contract.toml")]


def test_models_outside_of_the_configurations_directory_are_their_own_project(project, tmp_path):
    elsewhere = tmp_path / "elsewhere" / "models"
    elsewhere.mkdir(parents=True)
    (elsewhere / "_defaults.toml").write_text(DEFAULTS)
    (elsewhere / "a.sql").write_text("SELECT 1")
    project({"rocky.toml": ""})
    source = read(models_dir=elsewhere).source

    assert ([model.file for model in source.models], source.findings) == (["models/a.sql"], ())
