"""Seeds, pipelines, models and tests of a project as one graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rocky_core.config.pipelines import TransformationPipeline
from rocky_core.errors import UserError
from rocky_core.ir.graph import Cycle
from rocky_core.ir.project import CompiledProject
from rocky_core.project_files.models_glob import glob_expression
from rocky_core.project_files.read_config import read_config, transformation_pipelines
from rocky_core.project_files.seeds import read_seeds
from rocky_core.results.build_dag import DagInput, build_dag
from rocky_core.results.dag import DagAnswer


def project_graph(
    config_file: Path, seeds_dir: Path, root: Path, project: CompiledProject, *, with_columns: bool
) -> DagAnswer:
    """The graph as it is published.

    Raises:
        UserError: two pipelines build one model, or pipelines wait for each other.

    """
    config = read_config(config_file).value
    seeds = read_seeds(seeds_dir, str(root)).value
    about = DagInput(
        pipelines=config.pipelines if config is not None else {},
        seeds={seed.name: seed.target for seed in seeds},
        pipeline_of=pipeline_of_models(transformation_pipelines(config), project),
    )
    try:
        return build_dag(project, about, with_columns=with_columns)
    except Cycle as circle:
        raise UserError(
            f"the graph has a circle through {', '.join(circle.members)}",
            hint="`rocky validate` shows which pipelines wait for each other",
        ) from circle


def pipeline_of_models(pipelines: Mapping[str, TransformationPipeline], project: CompiledProject) -> dict[str, str]:
    """The pipeline that builds each model; models that none of them means are left out.

    Raises:
        UserError: two pipelines build one model.

    """
    globs = {name: glob_expression(one.models) for name, one in pipelines.items()}
    builders: dict[str, str] = {}
    for name, compiled in project.models.items():
        claims = [pipeline for pipeline, glob in globs.items() if glob.fullmatch(compiled.model.file)]
        if len(claims) > 1:
            raise UserError(
                f"model '{name}' is claimed by the pipelines {' and '.join(claims)}",
                hint="narrow their `models` globs, so that one pipeline builds it",
            )
        if claims:
            builders[name] = claims[0]
    return builders
