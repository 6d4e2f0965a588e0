"""Which folders hold a project's models: those that its pipelines' globs name, else `models` beside rocky.toml."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from rocky_core.config.rocky_toml import RockyConfig
from rocky_core.project_files.models_glob import glob_base, glob_expression
from rocky_core.project_files.read_config import transformation_pipelines
from rocky_core.project_files.scan import Scan, scan_models


def scan_pipelines(config: RockyConfig | None, models_dir: Path, root: Path) -> Scan:
    """The models of every transformation pipeline.

    What lies below `models_dir` belongs to the project as soon as one pipeline builds from there, so that models
    which no pipeline builds yet are compiled with the others. A folder elsewhere gives what the globs mean.
    """
    globs = [pipeline.models for pipeline in transformation_pipelines(config).values()]
    folders = model_folders(globs, models_dir, root)
    if folders == (models_dir,):
        return scan_models(models_dir, root)
    keep = _keeper(globs, f"{models_dir.name}/" if models_dir in folders else None)
    scans = [scan_models(folder, root, keep) for folder in folders]
    return Scan(
        root=scans[0].root,
        directories=tuple(directory for scan in scans for directory in scan.directories),
        diagnostics=tuple(found for scan in scans for found in scan.diagnostics),
        folders=tuple(folder for scan in scans for folder in scan.folders),
    )


def model_folders(globs: Iterable[str], models_dir: Path, root: Path) -> tuple[Path, ...]:
    """The folders to walk, none inside of another; `models_dir` stands for whatever lies below it."""
    bases = [root / glob_base(glob) for glob in globs]
    if not bases:
        return (models_dir,)
    named = [models_dir if base.is_relative_to(models_dir) else base for base in dict.fromkeys(bases)]
    distinct = list(dict.fromkeys(named))
    return tuple(
        folder for folder in distinct if not any(folder != other and folder.is_relative_to(other) for other in distinct)
    )


def _keeper(globs: Iterable[str], whole_folder: str | None) -> Callable[[str], bool]:
    expressions = [glob_expression(glob) for glob in dict.fromkeys(globs)]

    def keep(file: str) -> bool:
        if whole_folder is not None and file.startswith(whole_folder):
            return True
        return any(expression.fullmatch(file) for expression in expressions)

    return keep
