"""What the state remembers of the project's tables, for the catalog."""

from __future__ import annotations

from contextlib import closing
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.execution.model_homes import homes_of
from rocky_core.execution.run_options import Site
from rocky_core.ir.project import CompiledProject
from rocky_core.ir.schema import SourceSchemas
from rocky_core.ir.state import RunRecord
from rocky_core.ir.world import Watermark
from rocky_core.results.build_catalog import Known, LastBuild

_RUNS: Final = 50  # Most tables were built in one of the newest; the others are looked up one by one.


class Remembered(Struct, frozen=True):
    """What is known beside the compiled project, and the newest run of all."""

    known: Known
    last_run_id: str | None = None


def read_remembered(site: Site, project: CompiledProject, sources: SourceSchemas) -> Remembered:
    """The newest build of every model and its watermark; every pipeline's state is asked where each has its own."""
    homes = homes_of(site.config, project)
    is_namespaced = site.config.settings.state.namespacing == "pipeline"
    pipelines = tuple(site.config.pipelines) if is_namespaced else (None,)
    builds: dict[str, LastBuild] = {}
    watermarks: dict[str, Watermark] = {}
    newest: RunRecord | None = None
    for pipeline in pipelines:
        store = site.read_state(pipeline)
        if store is None:
            continue
        with closing(store):
            watermarks.update(store.watermarks())
            runs = store.run_records(limit=_RUNS)
            if runs and (newest is None or runs[0].started_at > newest.started_at):
                newest = runs[0]
            for run in runs:
                for execution in run.models_executed:
                    builds.setdefault(execution.model_name, LastBuild(run.run_id, execution))
            for name in project.models:
                if name not in builds and (pipeline is None or homes[name].pipeline == pipeline):
                    older = store.model_executions(name, limit=1)
                    if older:
                        builds[name] = LastBuild(None, older[0])
    return Remembered(Known(sources, builds, watermarks), None if newest is None else newest.run_id)


def config_hash(config: RockyConfig) -> str:
    """The configuration's identity, as runs record it."""
    return blake2b(config.document.text.encode(), digest_size=8).hexdigest()
