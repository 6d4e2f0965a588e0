"""Reads rocky.toml, and says which warehouse's SQL a project is written in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from rocky_core.config.pipelines import Pipeline, ReplicationPipeline, TransformationPipeline
from rocky_core.config.rocky_toml import RockyConfig, parse_config
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.dialects.registry import DIALECT_NAMES
from rocky_core.errors import ConfigInvalid, UserError
from rocky_core.project_files.read_text import find_file, read_text

DEFAULT_DIALECT = "duckdb"


def check_config(path: Path, environment: Mapping[str, str] | None = None) -> Checked[RockyConfig | None]:
    """The configuration with everything that is wrong with it; no value and no finding when there is no file."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 — a link to the file keeps its own place
    found = find_file(str(absolute.parent), absolute.name)
    if found is None and not absolute.exists() and not absolute.is_symlink():
        return Checked(None)
    if found is None:
        raise UserError(f"'{path}' cannot be read as a file", hint="give the path of a rocky.toml with --config")
    text = read_text(str(absolute.parent), found)
    if text.value is None:
        return Checked(None, text.diagnostics)
    return parse_config(text.value, str(path), os.environ if environment is None else environment)


def read_config(path: Path, environment: Mapping[str, str] | None = None) -> Checked[RockyConfig | None]:
    """The configuration, None when there is no file.

    Raises:
        ConfigInvalid: the file is there and holds errors; it carries all findings.

    """
    checked = check_config(path, environment)
    if checked.has_errors:
        errors = sum(diagnostic.is_error for diagnostic in checked.diagnostics)
        raise ConfigInvalid(f"'{path}' has {errors} error{'s' if errors > 1 else ''}", checked.diagnostics)
    return checked


def require_config(path: Path, environment: Mapping[str, str] | None = None) -> Checked[RockyConfig]:
    """The configuration, for commands that can do nothing without one.

    Raises:
        UserError: there is no such file, or (as ConfigInvalid) it holds errors.

    """
    checked = read_config(path, environment)
    if checked.value is None:
        hint = "run `rocky init` to write one, `rocky playground` to try an example, or give its path with --config"
        raise UserError(f"No rocky.toml found at '{path}'", hint=hint)
    return Checked(checked.value, checked.diagnostics)


def choose_dialect(config: RockyConfig | None) -> Checked[str]:
    """The warehouse that models are built in: the target of the transformations, else of whatever writes."""
    if config is None or not config.adapters:
        return Checked(DEFAULT_DIALECT)
    chosen: dict[str, tuple[str, str]] = {}
    for name in _writing_pipelines(config):
        adapter = config.adapters.get(config.pipelines[name].target.adapter)
        if adapter is not None:
            chosen.setdefault(adapter.type, (name, config.pipelines[name].target.adapter))
    if not chosen:
        adapter_name = next(
            (name for name, adapter in config.adapters.items() if adapter.type in DIALECT_NAMES),
            next(iter(config.adapters)),
        )
        chosen = {config.adapters[adapter_name].type: ("", adapter_name)}
    kind, (_, adapter_name) = next(iter(chosen.items()))
    if kind in DIALECT_NAMES:
        return Checked(kind)
    return Checked(DEFAULT_DIALECT, (_unknown_dialect(config, adapter_name, kind),))


def _writing_pipelines(config: RockyConfig) -> list[str]:
    """Transformations if there are any, else replications, else none."""
    for kind in (TransformationPipeline, ReplicationPipeline):
        names = [name for name, pipeline in config.pipelines.items() if isinstance(pipeline, kind)]
        if names:
            return names
    return []


def transformation_pipelines(config: RockyConfig | None) -> dict[str, TransformationPipeline]:
    """The pipelines that build models, by name."""
    pipelines: Mapping[str, Pipeline] = {} if config is None else config.pipelines
    return {name: pipeline for name, pipeline in pipelines.items() if isinstance(pipeline, TransformationPipeline)}


def _unknown_dialect(config: RockyConfig, adapter: str, kind: str) -> Diagnostic:
    return codes.E055.found(
        model="",
        message=f"adapter type '{kind}' has no SQL that models can be compiled for{did_you_mean(kind, DIALECT_NAMES)}",
        span=config.place("adapter", adapter, "type"),
        suggestion=f"models are built in {', '.join(DIALECT_NAMES)}",
    )
