"""Which files of a load pipeline are to be loaded: those that their tables do not hold yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.ir.load import DataFile, HeldFile, Ledger, LoadRules
from rocky_core.ir.names import TargetName
from rocky_core.ir.world import ObservedTable

_LOADED: Final = "loaded already on {when} UTC, and unchanged since; `--reload` loads it again"


class ChosenFiles(Struct, frozen=True):
    """The files to load, what is left out with its reason, and the batch of each table that is emptied first.

    `begun` has the names under which runs that were cut short had begun files; they may be in under that name.
    """

    wanted: tuple[DataFile, ...]
    excluded: tuple[tuple[str, str], ...] = ()
    batches: Mapping[tuple[str, str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    begun: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def choose_files(
    files: Sequence[DataFile],
    tables: Mapping[TargetName, ObservedTable | None],
    ledgers: Mapping[TargetName, Ledger],
    rules: LoadRules,
) -> ChosenFiles:
    """Files in their order, table by table; a table that is not there holds none, whatever its ledger says.

    Where tables are emptied first, all files of a table belong together: as soon as one is new, has changed or is
    gone, the table is emptied and all of them are loaded, but those that are in since it was emptied stay.
    """
    wanted: list[DataFile] = []
    excluded: list[tuple[str, str]] = []
    batches: dict[tuple[str, str, str], str] = {}
    begun: dict[str, str] = {}
    for group in _by_table(files):
        target = group[0].target
        ledger = ledgers.get(target, Ledger()) if tables.get(target) is not None else Ledger()
        held = ledger.held
        batch = _batch(group, held, rules) if rules.truncates else ""
        batches[target.folded()] = batch
        counts = not batch or (not rules.reloads and _are_all_in(group, held))
        known = {(entry.path, entry.content_hash): entry for entry in held if counts or entry.batch == batch}
        for file in group:
            entry = known.get((file.path, file.content_hash))
            if entry is None or file.problem is not None or (rules.reloads and not rules.truncates):
                wanted.append(file)
            else:
                excluded.append((file.path, _LOADED.format(when=entry.loaded_at.partition(".")[0])))
        # A table that is emptied anew holds nothing of what was begun.
        if not batch or any(entry.batch == batch for entry in held):
            announced = {(one.path, one.content_hash): one.name for one in ledger.begun if one.batch == batch}
            begun |= {one.path: name for one in group if (name := announced.get((one.path, one.content_hash)))}
    return ChosenFiles(tuple(wanted), tuple(excluded), MappingProxyType(batches), MappingProxyType(begun))


def _by_table(files: Iterable[DataFile]) -> list[list[DataFile]]:
    groups: dict[tuple[str, str, str], list[DataFile]] = {}
    for file in files:
        groups.setdefault(file.target.folded(), []).append(file)
    return list(groups.values())


def _are_all_in(group: Sequence[DataFile], held: Sequence[HeldFile]) -> bool:
    """Whether the table holds just these files, whatever their batch was called."""
    return {(file.path, file.content_hash) for file in group} == {(entry.path, entry.content_hash) for entry in held}


def _batch(group: Sequence[DataFile], held: Sequence[HeldFile], rules: LoadRules) -> str:
    """Names this set of files; to load it again it needs another name, which follows from the last load."""
    digest = blake2b(digest_size=8)
    for file in group:
        digest.update(f"{file.path}\0{file.content_hash}\0".encode("utf-8", "surrogatepass"))
    if rules.reloads:
        digest.update(max((entry.loaded_at for entry in held), default="").encode())
    return digest.hexdigest()
