"""Reads a scanned project model by model, on demand, and notes which environment variables the reading depended on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.contract import Contract
from rocky_core.ir.model import Model
from rocky_core.project_files.scan import FileStamp, FoundDirectory, FoundModel, Scan

if TYPE_CHECKING:
    from rocky_core.project_files.directory_context import DirectoryContext
    from rocky_core.project_files.resolve_target import Fallback


class Place(NamedTuple):
    """A model's files and the directory whose shared files it is read with."""

    found: FoundModel
    directory: FoundDirectory


class NotedEnvironment(Mapping[str, str]):
    """The environment, and the names that were asked of it, set or not."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._environment[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)


@dataclass(frozen=True, slots=True)
class ReadWith:
    """What every model is read with besides its own files."""

    variables: Mapping[str, str]
    fallback: Fallback
    explicit_contracts: Mapping[str, Contract]


class ModelReader:
    """The models of one scan; directories' shared files are read once, when the first of their models is."""

    def __init__(self, scan: Scan, with_: ReadWith, environment: Mapping[str, str] | None = None) -> None:
        self.scan = scan
        self.environment = NotedEnvironment(os.environ if environment is None else environment)
        self._with = with_
        self._contexts: dict[str, Checked[DirectoryContext]] = {}
        self._places = {
            found.source.file: Place(found, directory) for directory in scan.directories for found in directory.models
        }

    def stamps(self) -> Iterator[tuple[str, tuple[FileStamp, ...]]]:
        """Every model's file with the stamps of all files that it is read from, in the order of the project."""
        for directory in self.scan.directories:
            shared = tuple(found.stamp for found in directory.shared_files)
            for model in directory.models:
                own = (
                    model.source.stamp,
                    *((model.sidecar.stamp,) if model.sidecar else ()),
                    *((model.contract.stamp,) if model.contract else ()),
                )
                yield model.source.file, own + shared

    def read(self, file: str) -> Checked[Model | None]:
        """The model of a file, as far as it can be understood."""
        # pydantic is loaded by the first file that must be read; a compile of unchanged files never needs it.
        from rocky_core.project_files.read_model import ReadingOptions, read_model  # noqa: PLC0415

        place = self._places[file]
        reading = ReadingOptions(self.scan.root, self.environment, self._with.variables, self._with.fallback)
        read = read_model(place.found, self._context(place.directory).value, reading)
        contract = self._with.explicit_contracts.get(read.value.name) if read.value is not None else None
        if contract is None or read.value is None:
            return read
        return Checked(replace(read.value, contract=contract), read.diagnostics)

    def shared_findings(self, directory: FoundDirectory) -> tuple[Diagnostic, ...]:
        """What is wrong with the files that the models of a directory share."""
        return self._context(directory).diagnostics

    def _context(self, directory: FoundDirectory) -> Checked[DirectoryContext]:
        from rocky_core.project_files.directory_context import read_directory_context  # noqa: PLC0415 — as above

        if directory.directory not in self._contexts:
            self._contexts[directory.directory] = read_directory_context(directory, self.scan.root, self.environment)
        return self._contexts[directory.directory]
