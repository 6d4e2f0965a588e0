"""Reads what the models of one directory share: defaults, groups and named tests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict

from rocky_core.config.data_tests import AnyDataTest, DataTest
from rocky_core.config.sidecar import Defaults, Group
from rocky_core.config.toml_document import TomlDocument, parse_toml
from rocky_core.config.validation import validate
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.project_files.read_text import read_text
from rocky_core.project_files.scan import FoundDirectory, FoundFile

_OF_ONE_MODEL: Final = ("name", "depends_on", "sources")

SectionT = TypeVar("SectionT", bound=BaseModel)


class DirectoryContext(Struct, frozen=True):
    """What every model of a directory is read with; nothing is inherited from directories above.

    What is named in `broken` exists but could not be read, so that its users are not blamed for naming it.
    """

    directory: str
    defaults: Defaults = field(default_factory=Defaults)
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))
    test_definitions: Mapping[str, DataTest] = field(default_factory=lambda: MappingProxyType({}))
    broken: frozenset[str] = frozenset()


class _Definition(BaseModel):
    """One table of `test_definitions.toml`, wrapped so that its kind is chosen by `type`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flattened: AnyDataTest


def read_directory_context(
    directory: FoundDirectory, root: str, environment: Mapping[str, str]
) -> Checked[DirectoryContext]:
    """The shared files of a directory; a broken one is left out and reported."""
    found: list[Diagnostic] = []
    broken: set[str] = set()
    defaults = Defaults()
    if directory.defaults is not None:
        defaults = _read_defaults(root, directory.defaults, environment, found, broken)
    groups: dict[str, Group] = {}
    for file in directory.groups:
        name = file.file.rpartition("/")[2].removesuffix(".toml")
        group = _read_section(Group, root, file, environment)
        found += group.diagnostics
        if group.value is None:
            broken.add(f"group:{name}")
        else:
            groups[name] = group.value
    definitions: dict[str, DataTest] = {}
    if directory.test_definitions is not None:
        definitions = _read_definitions(root, directory.test_definitions, environment, found, broken)
    context = DirectoryContext(
        directory.directory,
        defaults,
        MappingProxyType(groups),
        MappingProxyType(definitions),
        frozenset(broken),
    )
    return Checked(context, tuple(found))


def _read_defaults(
    root: str, file: FoundFile, environment: Mapping[str, str], found: list[Diagnostic], broken: set[str]
) -> Defaults:
    parsed = _read_document(root, file, environment)
    found += parsed.diagnostics
    document = parsed.value
    if document is None:
        broken.add("defaults")
        return Defaults()
    data = dict(document.data)
    for key in _OF_ONE_MODEL:
        if key in data:
            data.pop(key)
            message = f"'{key}' belongs to a single model and cannot be a default"
            found.append(codes.E050.found(model="", message=message, span=document.place((key,))))
    checked = validate(Defaults, data, document)
    found += checked.diagnostics
    if checked.value is None:
        broken.add("defaults")
        return Defaults()
    return checked.value


def _read_definitions(
    root: str, file: FoundFile, environment: Mapping[str, str], found: list[Diagnostic], broken: set[str]
) -> dict[str, DataTest]:
    parsed = _read_document(root, file, environment)
    found += parsed.diagnostics
    document = parsed.value
    if document is None:
        broken.add("test_definitions")
        return {}
    definitions: dict[str, DataTest] = {}
    for name, table in document.data.items():
        checked = _definition(name, table, document)
        found += checked.diagnostics
        if checked.value is None:
            broken.add(f"test:{name}")
        else:
            definitions[name] = checked.value
    return definitions


def _definition(name: str, table: Any, document: TomlDocument) -> Checked[DataTest | None]:
    if not isinstance(table, dict):
        message = f"'{name}' must be a table: [{name}]"
        return Checked(None, (codes.E050.found(model="", message=message, span=document.place((name,))),))

    checked = validate(
        _Definition, {"flattened": table}, document, locate=lambda path: document.place((name, *path[1:]))
    )
    return Checked(None if checked.value is None else checked.value.flattened, checked.diagnostics)


def _read_section(
    section: type[SectionT], root: str, file: FoundFile, environment: Mapping[str, str]
) -> Checked[SectionT | None]:
    parsed = _read_document(root, file, environment)
    if parsed.value is None:
        return Checked(None, parsed.diagnostics)
    checked = validate(section, parsed.value.data, parsed.value)
    return Checked(checked.value, (*parsed.diagnostics, *checked.diagnostics))


def _read_document(root: str, file: FoundFile, environment: Mapping[str, str]) -> Checked[TomlDocument | None]:
    text = read_text(root, file)
    if text.value is None:
        return Checked(None, text.diagnostics)
    return parse_toml(text.value, file.file, environment)
