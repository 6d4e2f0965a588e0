"""What a component remembers between its refreshes: the facts of all models, so that loading parses no SQL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import dagster as dg
import msgspec

from dagster_rocky.project import RockyProject
from dagster_rocky.props import RockyModelProps
from rocky_core.version import VERSION

REFRESH: Final = "dg utils refresh-defs-state"
_FORMAT: Final = 1
_READ_BY_A_COMPILE: Final = frozenset({".sql", ".rocky", ".toml", ".csv"})


@dataclass(frozen=True)
class StatedProject(RockyProject):
    """A project whose models are known from a component's state; it is compiled when something of it is run."""

    stated: Mapping[str, RockyModelProps] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def props(self) -> Mapping[str, RockyModelProps]:
        return self.stated


def write_state(project: RockyProject, settings: Mapping[str, Any], path: Path) -> None:
    """Compile the project and write down what its definitions need.

    Raises:
        UserError: the project cannot be read at all.

    """
    encoder = msgspec.json.Encoder(enc_hook=lambda file: os.path.relpath(file, project.project_dir))
    models = [json.loads(encoder.encode(props)) for props in project.props.values()]
    state = {**_about(project, settings), "models": models}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(state, sort_keys=True), encoding="utf-8")


def read_state(project: RockyProject, settings: Mapping[str, Any], path: Path) -> Mapping[str, RockyModelProps]:
    """The models as the state has them.

    Raises:
        DagsterInvalidDefinitionError: the state is of other files, settings or versions, or cannot be read.

    """
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        about = _about(project, settings)
        stale = [name for name, value in about.items() if state.get(name) != value]
        if not stale:
            return {props.name: props for props in _decoded(state["models"], project.project_dir)}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, msgspec.ValidationError) as error:
        raise dg.DagsterInvalidDefinitionError(
            f"the state of RockyComponent in {path} cannot be read ({error}); write it anew with `{REFRESH}`"
        ) from error
    raise dg.DagsterInvalidDefinitionError(
        f"the state of RockyComponent for {project.project_dir} is stale: {', '.join(_SAID[one] for one in stale)}; "
        f"write it anew with `{REFRESH}` where the code is built"
    )


_SAID: Final[Mapping[str, str]] = {
    "format": "it was written by another version of dagster-rocky",
    "version": "it was written by another version of dagster-rocky",
    "settings": "the component's attributes have changed since",
    "files": "files of the project have changed since",
}


def _about(project: RockyProject, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "version": VERSION,
        "settings": blake2b(repr(sorted(settings.items())).encode(), digest_size=16).hexdigest(),
        "files": _content(project),
    }


def _content(project: RockyProject) -> str:
    """A text that changes with the content of any file that a compile may read."""
    digest = blake2b(digest_size=16)
    for root in dict.fromkeys((project.project_dir, project.models_dir or project.project_dir)):
        for file in sorted(_files(root)):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(blake2b(file.read_bytes(), digest_size=16).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif entry.suffix in _READ_BY_A_COMPILE:
            yield entry


def _decoded(models: list[Any], root: Path) -> list[RockyModelProps]:
    def decoded(kind: type, value: Any) -> Any:
        return root / value if kind is Path else value

    return msgspec.convert(models, list[RockyModelProps], dec_hook=decoded)
