"""Which folders a project's models are read from."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.project_files.read_project import ProjectOptions, open_project
from rocky_core.project_files.scan_pipelines import model_folders

ROOT = Path("/p")


@pytest.mark.parametrize(
    ("globs", "folders"),
    [
        ([], ["models"]),
        (["models/**"], ["models"]),
        (["**/*.sql"], ["models"]),
        (["models/staging/**", "models/marts/**"], ["models"]),
        (["sql/**"], ["sql"]),
        (["sql/**", "models/**"], ["sql", "models"]),
        (["sql/marts/**", "sql/**", "sql/marts/one.sql"], ["sql"]),
        (["sql/a/*.sql", "sql/b/*.sql"], ["sql/a", "sql/b"]),
    ],
)
def test_each_folder_is_walked_once(globs, folders):
    assert model_folders(globs, ROOT / "models", ROOT) == tuple(ROOT / folder for folder in folders)


def test_models_are_those_that_the_pipelines_build(project):
    root = project(
        {
            "rocky.toml": (
                "[adapter]\ntype = 'duckdb'\n"
                "[pipeline.a]\ntype = 'transformation'\nmodels = 'sql/staging/**'\n"
                "[pipeline.b]\ntype = 'transformation'\nmodels = 'sql/marts/*.sql'\n"
            ),
            "sql/staging/deep/s.sql": "",
            "sql/marts/m.sql": "",
            "sql/marts/not_claimed.rocky": "",
            "sql/marts/deep/not_claimed.sql": "",
            "models/another_tools.sql": "",
        }
    )

    def files(options: ProjectOptions) -> list[str]:
        scan = open_project(options).scan
        return [model.source.file for directory in scan.directories for model in directory.models]

    config, models = Path(root, "rocky.toml"), Path(root, "models")
    assert files(ProjectOptions(models, config_file=config, follow_pipelines=True)) == [
        "sql/staging/deep/s.sql",
        "sql/marts/m.sql",
    ]
    assert files(ProjectOptions(models, config_file=config)) == ["models/another_tools.sql"]


def test_a_model_that_no_pipeline_builds_yet_is_read_from_the_folder_that_pipelines_build_from(project):
    root = project(
        {
            "rocky.toml": (
                "[adapter]\ntype = 'duckdb'\n[pipeline.a]\ntype = 'transformation'\nmodels = 'models/marts/**'\n"
            ),
            "models/marts/m.sql": "",
            "models/staging/s.sql": "",
        }
    )
    options = ProjectOptions(Path(root, "models"), config_file=Path(root, "rocky.toml"), follow_pipelines=True)
    found = open_project(options).scan.directories
    assert [directory.directory for directory in found] == ["models/marts", "models/staging"]
