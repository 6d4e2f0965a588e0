"""`dg scaffold defs dagster_rocky.RockyComponent NAME`: a component, and with `--init true` a project to start from."""

import os
from pathlib import Path
from typing import Any

import click
import dagster as dg
from dagster.components.component_scaffolding import scaffold_component
from pydantic import BaseModel, Field

_FILES = {
    "rocky.toml": """\
[adapter]
type = "duckdb"
path = "{name}.duckdb"

[pipeline.{name}]
type = "transformation"
models = "models/**"
""",
    "models/_defaults.toml": """\
[target]
catalog = "{name}"
schema = "main"
""",
    "models/numbers.sql": "SELECT range AS number\nFROM range(10)\n",
    "models/squares.sql": "SELECT number, number * number AS square\nFROM numbers\n",
    "models/squares.toml": """\
intent = "Numbers with their squares."

[[tests]]
type = "unique"
column = "square"
""",
}


class RockyScaffoldParams(BaseModel):
    """What may be given on the command line."""

    project_dir: str | None = Field(default=None, description="The folder of rocky.toml, from where you are.")
    init: bool = Field(default=False, description="true: start a project in a folder beside the component.")


class RockyScaffolder(dg.Scaffolder[RockyScaffoldParams]):
    """Writes `defs.yaml`, and with `init` a small project beside it."""

    @classmethod
    def get_scaffold_params(cls) -> type[RockyScaffoldParams]:
        return RockyScaffoldParams

    def scaffold(self, request: dg.ScaffoldRequest[RockyScaffoldParams]) -> None:
        """Write the files.

        Raises:
            click.UsageError: both or none of the two ways are asked for, or there is no project where it should be.

        """
        params = request.params
        if params.init == (params.project_dir is not None):
            raise click.UsageError(
                "give either --project-dir with the folder of rocky.toml, or --init true to start a project"
            )
        # Steps, state and resource are named after it, so that components scaffolded side by side load together.
        name = "".join(one if one.isalnum() else "_" for one in request.target_path.name)
        if params.init:
            folder = request.target_path / name
            _start(folder, name)
        else:
            folder = Path(str(params.project_dir)).absolute()
            if not (folder / "rocky.toml").is_file():
                raise click.UsageError(f"there is no rocky.toml in '{params.project_dir}'")
        attributes: dict[str, Any] = {"project_dir": os.path.relpath(folder, request.target_path), "resource_key": name}
        scaffold_component(request, attributes)


def _start(folder: Path, name: str) -> None:
    for file, text in _FILES.items():
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            raise click.UsageError(f"'{place}' is there already; nothing was written over it")
        place.write_text(text.replace("{name}", name), encoding="utf-8")
