"""The warehouses: connects to each and asks it something; tells missing, locked and damaged DuckDB files apart."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from rocky_core.config.adapters import WAREHOUSE_TYPES, Adapter
from rocky_core.errors import AuthFailed, RockyError, TransientFailure, UserError, WarehouseError
from rocky_core.execution.doctor.health import Outcome, critical, healthy, warning
from rocky_core.execution.doctor.look_at_config import UNREADABLE
from rocky_core.execution.doctor.look_at_state import running_processes, state_is_remembered
from rocky_core.execution.doctor.patient import Patient

# DuckDB names the holder of its lock in its sentence only.
_HOLDER: Final = re.compile(r"\(PID (\d+)\)")
_SIGNATURE: Final = slice(8, 12)


def look_at_duckdb_files(patient: Patient) -> Iterator[Outcome]:
    """Whether each DuckDB file can be opened and answers."""
    if patient.config is None:
        yield warning(UNREADABLE)
        return
    for name in patient.databases:
        yield _probe_file(patient, name)
    if not patient.databases:
        yield healthy("no adapter is a DuckDB file")


def warehouse_names(patient: Patient) -> tuple[str, ...]:
    """The adapters that hold tables."""
    if patient.config is None:
        return ()
    return tuple(name for name, adapter in patient.config.adapters.items() if _holds_tables(adapter))


def look_at_access(patient: Patient) -> Iterator[Outcome]:
    """Whether there is a warehouse at all; each one's answer is a finding of its own."""
    if patient.config is None:
        yield warning(UNREADABLE)
        return
    names = warehouse_names(patient)
    if names:
        yield healthy(f"warehouses that are asked: {', '.join(names)}")
    else:
        yield warning("rocky.toml has no warehouse adapter", suggestion='add [adapter.NAME] with type = "duckdb"')


def look_at_access_of(patient: Patient, name: str) -> Iterator[Outcome]:
    """Whether the warehouse lets us in and runs a statement."""
    if name in patient.databases:
        yield _probe_file(patient, name)
    else:
        yield _probe(patient, name)


def _holds_tables(adapter: Adapter) -> bool:
    return adapter.type in WAREHOUSE_TYPES and adapter.kind != "discovery"


def _probe_file(patient: Patient, name: str) -> Outcome:
    file = patient.databases[name]
    place = ("file", str(file))
    if not file.exists():
        if state_is_remembered(patient):
            return critical(
                f"DuckDB file missing: {file}, though earlier runs have built tables",
                place,
                suggestion=f"put a backup of {file} back, or build everything anew with `rocky run`",
            )
        return healthy(f"{file} is not there yet: the first run makes it", place)
    if file.is_dir():
        return critical(f"{file} is a directory", place, suggestion=f"correct `path` of [adapter.{name}]")
    if not os.access(file, os.R_OK):
        return critical(
            f"DuckDB file not readable: {file} may not be read by this user",
            place,
            suggestion=f"give this user the right to read and write {file}",
        )
    found = _probe(patient, name)
    if found.suggestion is None and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return warning(
            f"DuckDB file read-only: {file} can be read, but runs of this user cannot write it",
            place,
            suggestion=f"give this user the right to write {file} and its directory",
        )
    return found


def _probe(patient: Patient, name: str) -> Outcome:
    site = patient.site
    if site is None:
        return warning(UNREADABLE)
    kind = site.config.adapters[name].type
    chain: tuple[tuple[str, str], ...] = ()
    try:
        with closing(site.open_warehouse(name, True)) as warehouse:
            chain = tuple((f"auth: {link.name}", link.reason) for link in warehouse.auth_chain)
            warehouse.ping()
    except UserError as refused:
        return warning(f"adapter '{name}' ({kind}) is not asked: {refused.message}", suggestion=refused.hint)
    except TransientFailure as busy:
        return _locked(patient, name, busy)
    except AuthFailed as refused:
        return critical(
            f"adapter '{name}' ({kind}) does not accept the credentials",
            ("error", str(refused)),
            *chain,
            suggestion=f"renew the credentials of [adapter.{name}], then `rocky doctor --check auth/{name}`",
        )
    except WarehouseError as failure:
        return _unusable(patient, name, failure)
    where = f": {patient.databases[name]}" if name in patient.databases else ""
    return healthy(f"adapter '{name}' ({kind}) answers{where}", *chain)


def _locked(patient: Patient, name: str, busy: RockyError) -> Outcome:
    found = _HOLDER.search(str(busy))
    detail = ("error", str(busy))
    if found is None:
        return critical(
            f"adapter '{name}' is busy: {_first_line(busy)}",
            detail,
            suggestion="the same command may succeed in a moment",
        )
    pid = int(found.group(1))
    run = running_processes(patient).get(pid)
    if run is not None:
        return warning(
            f"DuckDB file locked: pipeline '{run.lease.pipeline}' is being run by {run.describe()}",
            detail,
            suggestion="wait until that run has ended, and look again",
        )
    return critical(
        f"DuckDB file locked: {patient.databases.get(name, name)} is open for writing in process {pid}",
        detail,
        suggestion=f"close what process {pid} is (`ps -fp {pid}`), then `rocky doctor --check duckdb_file`",
    )


def _unusable(patient: Patient, name: str, failure: WarehouseError) -> Outcome:
    details = (("failure_kind", failure.failure_kind.value), ("error", str(failure)))
    file = patient.databases.get(name)
    if file is None:
        return critical(
            f"adapter '{name}' does not answer: {_first_line(failure)}",
            *details,
            suggestion=f"see that the settings of [adapter.{name}] are right and that the warehouse can be reached",
        )
    if _has_signature(file) and "newer version" in str(failure):
        return critical(
            f"DuckDB file unreadable: {_first_line(failure)}", *details, suggestion="install a newer `duckdb`"
        )
    return critical(
        f"DuckDB file damaged: {file}: {_first_line(failure)}",
        *details,
        suggestion=f"keep the file as `{file.name}.broken` (with its .wal), then put a backup in its place, or build "
        "everything anew with `rocky run`",
    )


def _has_signature(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(_SIGNATURE.stop)[_SIGNATURE] == b"DUCK"
    except OSError:
        return False


def _first_line(error: RockyError) -> str:
    return str(error).partition("\n")[0]
