"""Which warehouse's SQL each model is written in: its own adapter's, its pipeline's, else the project's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.dialects.registry import DIALECT_NAMES
from rocky_core.ir.model import Model
from rocky_core.project_files.models_glob import glob_expression
from rocky_core.project_files.read_config import DEFAULT_DIALECT, transformation_pipelines


class ModelDialects(Struct, frozen=True):
    """Names of dialects; equal values read every model in the same one."""

    project: str = DEFAULT_DIALECT
    of_adapters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    of_files: tuple[tuple[str, str], ...] = ()  # the expression of a pipeline's files, and its dialect

    def of(self, file: str, adapter: str | None) -> str:
        """The dialect of the model in this file, which may name an adapter of its own."""
        if adapter is not None and adapter in self.of_adapters:
            return self.of_adapters[adapter]
        return next((dialect for pattern, dialect in self.of_files if re.fullmatch(pattern, file)), self.project)

    def of_model(self, model: Model) -> str:
        return self.of(model.file, model.adapter)


def read_dialects(config: RockyConfig | None, project: str) -> ModelDialects:
    """The dialects of a project whose models mostly are written for `project`."""
    if config is None:
        return ModelDialects(project)
    adapters = {name: adapter.type for name, adapter in config.adapters.items() if adapter.type in DIALECT_NAMES}
    of_files = tuple(
        (glob_expression(pipeline.models).pattern, adapters[pipeline.target.adapter])
        for pipeline in transformation_pipelines(config).values()
        if pipeline.target.adapter in adapters
    )
    if all(dialect == project for _, dialect in of_files):
        of_files = ()  # Nothing to look for, file by file.
    return ModelDialects(project, MappingProxyType(adapters), of_files)
