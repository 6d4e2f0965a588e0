"""The work of a step whose assets somebody else declared, told from the specs alone."""

from __future__ import annotations

import dagster as dg

from dagster_rocky import metadata as names
from dagster_rocky.assets import step_work
from dagster_rocky.declare import DeclaredModel, model_retries
from dagster_rocky.failures import Retries, RetryPolicy
from dagster_rocky.project import RockyProject
from dagster_rocky.step_work import StepWork
from rocky_core.errors import UserError


def work_of_specs(
    context: dg.AssetExecutionContext, project: RockyProject, common: RetryPolicy
) -> tuple[StepWork, Retries]:
    """What a step is asked for, and the retries of its models.

    Raises:
        UserError: a spec is for a model that the project does not have.

    """
    declared = []
    for spec in context.assets_def.specs:
        name = spec.metadata.get(names.MODEL)
        if name is None:
            continue
        props = project.props.get(name)
        if props is None or props.pipeline is None:
            raise UserError(
                f"asset '{spec.key.to_user_string()}' is of model '{name}', which no pipeline of "
                f"'{project.project_dir}' builds",
                hint="give RockyResource the project_dir that the assets were declared from",
            )
        declared.append(DeclaredModel(props, spec, ()))
    return step_work(context, project, declared), Retries(common, model_retries(declared, common))
