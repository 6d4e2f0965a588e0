"""Which state file belongs to a project."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from msgspec import Struct

from rocky_core.errors import UserError
from rocky_core.ir.names import is_identifier

FILE_NAME: Final = ".rocky-state.db"
NAMESPACE_DIRECTORY: Final = ".rocky-state"


class StatePlace(Struct, frozen=True):
    """What decides where the state is: what was asked for, and where the project lies."""

    models_directory: Path
    working_directory: Path
    explicit_path: Path | None = None
    namespace: str | None = None


class LocatedState(Struct, frozen=True):
    """The file, which need not be there yet, and what people should know about the choice."""

    path: Path
    warnings: tuple[str, ...] = ()


def locate_state(place: StatePlace) -> LocatedState:
    """The state file: as asked for, else the namespace's, else beside the models. Raises UserError."""
    if place.explicit_path is not None:
        return LocatedState(place.explicit_path)
    if place.namespace is not None:
        return _locate_namespace(place, place.namespace)
    return _locate_shared(place)


def _locate_namespace(place: StatePlace, namespace: str) -> LocatedState:
    if not is_identifier(namespace):
        raise UserError(
            f"'{namespace}' cannot be a state namespace",
            hint="a namespace consists of letters, digits and underscores",
        )
    directory = place.models_directory / NAMESPACE_DIRECTORY
    obstacle = _obstacle(directory)
    if obstacle is not None:
        shared = _locate_shared(place)
        warning = f"the state of namespace '{namespace}' is kept in {shared.path}: {directory}: {obstacle}"
        return LocatedState(shared.path, (*shared.warnings, warning))
    return LocatedState(directory / f"{namespace}.db")


def _obstacle(directory: Path) -> str | None:
    """Why the directory neither is there nor can be made; it is made only when something is written."""
    if directory.is_dir():
        return None
    nearest = next(path for path in (directory, *directory.parents) if path.exists() or path.is_symlink())
    if not nearest.is_dir():
        return os.strerror(errno.EEXIST if nearest == directory else errno.ENOTDIR)
    return None if os.access(nearest, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)


def _locate_shared(place: StatePlace) -> LocatedState:
    here = place.working_directory / FILE_NAME
    beside_models = place.models_directory / FILE_NAME
    if not place.models_directory.is_dir():
        return LocatedState(here)
    if here == beside_models or not here.exists():
        return LocatedState(beside_models)
    # A project without models keeps its state here, and must find it again once it has models.
    if beside_models.exists():
        return LocatedState(here, (f"there are two state files: {here} is used, {beside_models} is not",))
    return LocatedState(here, (f"the state is in {here}; its place is {beside_models}, please move it there",))
