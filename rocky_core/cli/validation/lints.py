"""What is right but could be said more simply."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from rocky_core.cli.validation.message import lint
from rocky_core.config.pipelines import Pipeline, ReplicationPipeline, SnapshotPipeline
from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.ir.model import Model
from rocky_core.results.validation import ValidateMessage

_MANY: Final = 3
_STATES_SCHEMA: Final = re.compile(r"^[^#\n]*\bschema\s*=", re.MULTILINE)


def config_lints(config: RockyConfig) -> Iterator[ValidateMessage]:
    """L004, L006, L007: only for what the file really says."""
    if "state" in config.sections and config.settings.state.backend == "local":
        message = "state is kept on this machine; a team needs a shared backend"
        yield lint("L004", message, path=("state", "backend"))
    for name, pipeline in config.pipelines.items():
        if isinstance(pipeline, ReplicationPipeline):
            governance = pipeline.target.governance
            for key in ("auto_create_catalogs", "auto_create_schemas"):
                if key in governance.model_fields_set and not getattr(governance, key):
                    message = f"pipeline '{name}': {key} = false, so a new source needs someone to create its place"
                    yield lint("L006", message, path=("pipeline", name, "target", "governance", key))
    adapters = list(config.adapters)
    if len(adapters) == 1 and adapters[0] != "default":
        used = sum(_uses(pipeline, adapters[0]) for pipeline in config.pipelines.values())
        if used > 1:
            message = f"the only adapter is named {used} times; as [adapter] it needs no name"
            yield lint("L007", message, path=("adapter", adapters[0]))


def model_lints(models: Sequence[Model]) -> Iterator[ValidateMessage]:
    """L001, L002, L003, L008: keys that say what is the default anyway."""
    for model in models:
        file = model.sidecar_file or model.file
        if model.name_declared and model.name == PurePosixPath(model.file).stem:
            yield lint("L001", f"model '{model.name}': 'name' repeats the file's name", file=file, path=("name",))
        if model.table_declared and model.target.table == model.name:
            yield lint(
                "L002", f"model '{model.name}': 'target.table' repeats the name", file=file, path=("target", "table")
            )
        if model.contract is not None and model.contract.source == "auto":
            yield lint("L008", f"model '{model.name}' has a contract beside it", file=model.contract.file)
    own = Counter(
        (str(PurePosixPath(model.file).parent), model.target.catalog, model.target.schema)
        for model in models
        if model.sidecar_text is not None and _STATES_SCHEMA.search(model.sidecar_text)
    )
    for (folder, catalog, schema), count in own.items():
        if count >= _MANY:
            message = f"{count} models each say {catalog}.{schema}; say it once in {folder}/_defaults.toml"
            yield lint("L003", message, file=f"{folder}/_defaults.toml")


def _uses(pipeline: Pipeline, adapter: str) -> int:
    named = [pipeline.target.adapter]
    if isinstance(pipeline, ReplicationPipeline | SnapshotPipeline):
        named.append(pipeline.source.adapter)
    if isinstance(pipeline, ReplicationPipeline) and pipeline.source.discovery is not None:
        named.append(pipeline.source.discovery.adapter)
    return sum(name == adapter for name in named)
