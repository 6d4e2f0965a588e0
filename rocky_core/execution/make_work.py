"""From a pipeline and the wishes for a run to the work: the one place that knows all types of pipelines."""

from __future__ import annotations

from typing import assert_never

from rocky_core.config.pipelines import (
    LoadPipeline,
    QualityPipeline,
    ReplicationPipeline,
    SnapshotPipeline,
    TransformationPipeline,
)
from rocky_core.errors import UserError
from rocky_core.execution.choose_pipeline import ChosenPipeline
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.work import Work


def make_work(site: Site, pipeline: ChosenPipeline, options: RunOptions) -> Work:
    """What the pipeline is asked to do; nothing is opened yet.

    Raises:
        UserError: the wishes do not fit the pipeline, or pipelines of its type are not run.

    """
    settings = pipeline.settings
    if options.shadow is not None and not isinstance(settings, TransformationPipeline):
        raise UserError(
            f"pipeline '{pipeline.name}' is of type '{settings.type}', and only models have shadows and branches",
            hint="choose a pipeline that builds models with --pipeline NAME",
        )
    match settings:
        case TransformationPipeline():
            from rocky_core.execution.transformation_work import transformation_work  # noqa: PLC0415 — a run needs the modules of its own type only

            work = transformation_work(site, pipeline, settings, options)
            if options.promotes is None:
                return work
            from rocky_core.execution.promote_work import PromoteWork  # noqa: PLC0415 — same

            return PromoteWork(work, options.promotes)
        case ReplicationPipeline():
            from rocky_core.execution.replication_work import replication_work  # noqa: PLC0415 — same

            return replication_work(site, pipeline, settings, options)
        case SnapshotPipeline():
            from rocky_core.execution.snapshot_work import snapshot_work  # noqa: PLC0415 — same

            return snapshot_work(site, pipeline, settings, options)
        case QualityPipeline():
            from rocky_core.execution.quality_work import quality_work  # noqa: PLC0415 — same

            return quality_work(site, pipeline, settings, options)
        case LoadPipeline():
            from rocky_core.execution.load_work import load_work  # noqa: PLC0415 — same

            return load_work(site, pipeline, settings, options)
        case _:
            assert_never(settings)
