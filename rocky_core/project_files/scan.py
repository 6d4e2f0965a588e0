"""Finds the files of a project without opening them; what a warm compile decides on are their stamps."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import Struct, field

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.diagnostic import Diagnostic, Span

MAX_DEPTH: Final = 64

DEFAULTS_FILE: Final = "_defaults.toml"
TEST_DEFINITIONS_FILE: Final = "test_definitions.toml"
GROUPS_DIRECTORY: Final = "groups"
_CONTRACT_SUFFIX: Final = ".contract.toml"


class FileStamp(NamedTuple):
    """What changes when a file does; equal stamps mean an equal file."""

    mtime_ns: int
    size: int
    inode: int


class FoundFile(NamedTuple):
    """A file by its path relative to the project's root, with `/` between the parts.

    A tuple because tens of thousands are made in one scan.
    """

    file: str
    stamp: FileStamp


class FoundModel(Struct, frozen=True):
    """The files that one model is made of."""

    stem: str
    source: FoundFile
    is_dsl: bool
    sidecar: FoundFile | None = None
    contract: FoundFile | None = None


class FoundDirectory(Struct, frozen=True):
    """One directory that holds models: `.sql` by stem, then `.rocky` by stem, and what they share."""

    directory: str
    models: tuple[FoundModel, ...]
    defaults: FoundFile | None = None
    test_definitions: FoundFile | None = None
    groups: tuple[FoundFile, ...] = ()
    orphan_contracts: tuple[FoundFile, ...] = ()

    @property
    def shared_files(self) -> tuple[FoundFile, ...]:
        """The files that every model of the directory is read with."""
        single = (self.defaults, self.test_definitions)
        return (*(found for found in single if found is not None), *self.groups)


class Scan(Struct, frozen=True):
    """What there is below a models directory, in the order in which models are listed."""

    root: str  # absolute; every file is relative to it
    directories: tuple[FoundDirectory, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    folders: tuple[str, ...] = ()  # what was walked, absolute


def scan_models(models_dir: Path, root: Path | None = None, keep: Callable[[str], bool] | None = None) -> Scan:
    """Walk a models directory: sorted, parents first, links followed but never out of the root or in circles.

    `root` is the project's directory (by default the parent of the models directory); `keep` filters model
    files by their path relative to it.
    """
    # Links are not resolved: files are named as the user knows them.
    base = os.path.normpath(models_dir.absolute())
    top = os.path.normpath(base if root is None else root.absolute())
    if root is None:
        top = str(Path(top).parent)
    walk = _Walk(root=top, real_root=os.path.realpath(top), keep=keep)
    if not _inside(os.path.realpath(base), walk.real_root):
        walk.refuse(_relative(base, top), "lies outside the project", "keep the models inside the project's directory")
    elif Path(base).is_dir():
        _walk_directory(walk, base, _relative(base, top), ancestors=(os.path.realpath(base),))
    return Scan(top, tuple(walk.directories), tuple(walk.diagnostics), (base,))


class _Walk(Struct):
    """What one walk has gathered so far."""

    root: str
    real_root: str
    keep: Callable[[str], bool] | None
    directories: list[FoundDirectory] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def refuse(self, file: str, what: str, suggestion: str | None = None) -> None:
        """Report a file or directory once, however often the walk meets it."""
        if file in self.refused:
            return
        self.refused.add(file)
        stem = file.rpartition("/")[2].split(".", 1)[0] if file.endswith((".sql", ".rocky", ".toml")) else ""
        self.diagnostics.append(
            codes.E054.found(model=stem, message=f"'{file}' {what}", span=Span(file, 1, 1), suggestion=suggestion)
        )


class _Listing(Struct):
    """One directory's files by role."""

    sql: dict[str, FoundFile] = field(default_factory=dict)
    dsl: dict[str, FoundFile] = field(default_factory=dict)
    toml: dict[str, FoundFile] = field(default_factory=dict)
    contracts: dict[str, FoundFile] = field(default_factory=dict)
    subdirectories: list[tuple[str, bool]] = field(default_factory=list)


def _walk_directory(walk: _Walk, path: str, relative: str, ancestors: tuple[str, ...]) -> None:
    if len(ancestors) > MAX_DEPTH:
        walk.refuse(relative, f"is nested deeper than {MAX_DEPTH} directories")
        return
    listing = _list_directory(walk, path, relative)
    if listing is None:
        return
    if listing.sql or listing.dsl:
        walk.directories.append(_directory_of(walk, path, relative, listing))
    for name, is_link in sorted(listing.subdirectories):
        below, below_relative = f"{path}/{name}", f"{relative}/{name}"
        real = os.path.realpath(below) if is_link else f"{ancestors[-1]}/{name}"
        if is_link and not _inside(real, walk.real_root):
            walk.refuse(below_relative, "is a link that leaves the project", "copy the directory into the project")
        elif is_link and real in ancestors:
            walk.refuse(below_relative, "is a link that leads back to a directory above it", "remove the link")
        else:
            _walk_directory(walk, below, below_relative, (*ancestors, real))


def _list_directory(walk: _Walk, path: str, relative: str) -> _Listing | None:
    listing = _Listing()
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                _file_entry(walk, listing, entry, relative)
    except OSError as error:
        walk.refuse(relative, f"cannot be listed: {error.strerror}")
        return None
    return listing


def _file_entry(walk: _Walk, listing: _Listing, entry: os.DirEntry[str], relative: str) -> None:
    """Put one entry where its role is; files of no role are not even looked at."""
    name = entry.name
    if name.endswith(".sql"):
        role, key = listing.sql, name[:-4]
    elif name.endswith(_CONTRACT_SUFFIX):
        role, key = listing.contracts, name[: -len(_CONTRACT_SUFFIX)]
    elif name.endswith(".toml"):
        role, key = listing.toml, name[:-5]
    elif name.endswith(".rocky"):
        role, key = listing.dsl, name[:-6]
    else:
        if _is_directory(entry):
            listing.subdirectories.append((name, entry.is_symlink()))
        elif entry.is_symlink() and not Path(entry.path).exists():
            _stamp_of(walk, entry, f"{relative}/{name}")  # Says what is wrong with a link that leads nowhere.
        return
    file = f"{relative}/{name}"
    if (role is listing.sql or role is listing.dsl) and walk.keep is not None and not walk.keep(file):
        return
    stamp = _stamp_of(walk, entry, file)
    if stamp is not None:
        role[key] = FoundFile(file, stamp)
    elif _is_directory(entry):
        listing.subdirectories.append((name, entry.is_symlink()))


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # A link that runs in a circle.


def _stamp_of(walk: _Walk, entry: os.DirEntry[str], file: str) -> FileStamp | None:
    """The file's stamp; None when it is a directory or must not be opened."""
    try:
        status = entry.stat()
    except OSError as error:
        looped = entry.is_symlink()
        walk.refuse(file, f"cannot be read: {error.strerror}", "repair or remove the link" if looped else None)
        return None
    if stat.S_ISDIR(status.st_mode):
        return None
    if not stat.S_ISREG(status.st_mode):
        walk.refuse(file, "is not a regular file")
        return None
    if entry.is_symlink() and not _inside(os.path.realpath(entry.path), walk.real_root):
        walk.refuse(file, "is a link that leaves the project", "copy the file into the project")
        return None
    return FileStamp(status.st_mtime_ns, status.st_size, status.st_ino)


def _directory_of(walk: _Walk, path: str, relative: str, listing: _Listing) -> FoundDirectory:
    sidecars, contracts = listing.toml, listing.contracts
    defaults = sidecars.pop(DEFAULTS_FILE[:-5], None)
    test_definitions = sidecars.pop(TEST_DEFINITIONS_FILE[:-5], None)
    models = tuple(
        FoundModel(stem, files[stem], is_dsl, sidecars.get(stem), contracts.get(stem))
        for files, is_dsl in ((listing.sql, False), (listing.dsl, True))
        for stem in sorted(files)
    )
    alone = [found for stem, found in contracts.items() if stem not in listing.sql and stem not in listing.dsl]
    has_groups = any(name == GROUPS_DIRECTORY for name, _ in listing.subdirectories)
    return FoundDirectory(
        directory=relative,
        models=models,
        defaults=defaults,
        test_definitions=test_definitions,
        groups=_groups_of(walk, f"{path}/{GROUPS_DIRECTORY}", f"{relative}/{GROUPS_DIRECTORY}") if has_groups else (),
        orphan_contracts=tuple(sorted(alone, key=attrgetter("file"))),
    )


def _groups_of(walk: _Walk, path: str, relative: str) -> tuple[FoundFile, ...]:
    if not _inside(os.path.realpath(path), walk.real_root):
        return ()  # The walk reports the link when it gets there.
    found: list[FoundFile] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.endswith(".toml"):
                    stamp = _stamp_of(walk, entry, f"{relative}/{entry.name}")
                    if stamp is not None:
                        found.append(FoundFile(f"{relative}/{entry.name}", stamp))
    except OSError:
        return ()  # As above.
    return tuple(sorted(found))


def _relative(path: str, root: str) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")


def _inside(real_path: str, real_root: str) -> bool:
    return real_path == real_root or real_path.startswith(real_root.rstrip(os.sep) + os.sep)
