"""Reads a scanned project model by model, on demand, and notes which environment variables the reading depended on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.ir.contract import Contract
from rocky_core.ir.model import Model
from rocky_core.ir.replace import replace
from rocky_core.project_files.directory_context import DirectoryContext, read_directory_context
from rocky_core.project_files.read_model import ReadingOptions, read_model
from rocky_core.project_files.scan import FileStamp, FoundDirectory, FoundModel, Scan


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


class ModelFiles(NamedTuple):
    """A model's own file, and the stamps of all files that it is read from."""

    file: str
    stamps: tuple[FileStamp, ...]


class ModelReader:
    """The models of one scan; directories' shared files are read once, when the first of their models is."""

    def __init__(self, scan: Scan, reading: ReadingOptions, explicit_contracts: Iterable[Contract] = ()) -> None:
        self.scan = scan
        self.environment = NotedEnvironment(reading.environment)
        self._reading = replace(reading, environment=self.environment)
        self._explicit_contracts = {contract.model: contract for contract in explicit_contracts}
        self._contexts: dict[str, Checked[DirectoryContext]] = {}
        self._places = {
            found.source.file: Place(found, directory) for directory in scan.directories for found in directory.models
        }

    def files_of(self, directory: FoundDirectory) -> Iterator[ModelFiles]:
        """Every model's file of a directory with the stamps of all files that it is read from."""
        shared = tuple(found.stamp for found in directory.shared_files)
        for model in directory.models:
            own = (
                model.source.stamp,
                *((model.sidecar.stamp,) if model.sidecar else ()),
                *((model.contract.stamp,) if model.contract else ()),
            )
            yield ModelFiles(model.source.file, own + shared)

    def read(self, file: str) -> Checked[Model | None]:
        """The model of a file, as far as it can be understood; a contract given explicitly wins."""
        place = self._places[file]
        read = read_model(place.found, self._context(place.directory).value, self._reading)
        contract = self._explicit_contracts.get(read.value.name) if read.value is not None else None
        if contract is None or read.value is None:
            return read
        return Checked(replace(read.value, contract=contract), read.diagnostics)

    def shared_findings(self, directory: FoundDirectory) -> tuple[Diagnostic, ...]:
        """What is wrong with the files that the models of a directory share."""
        return self._context(directory).diagnostics

    def _context(self, directory: FoundDirectory) -> Checked[DirectoryContext]:
        if directory.directory not in self._contexts:
            self._contexts[directory.directory] = read_directory_context(directory, self.scan.root, self.environment)
        return self._contexts[directory.directory]
