"""The state: can it be opened, read to its end, written, and who holds it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from rocky_core.errors import RockyError, StateCorrupted, StateError, StateLocked, StateTooNew
from rocky_core.execution.doctor.health import Outcome, critical, healthy, warning
from rocky_core.execution.doctor.patient import Patient
from rocky_core.ir.state import LeaseHolder
from rocky_core.state.examine import StateExamination, examine_state, examine_store, examine_version, prove_writable
from rocky_core.state.file_lock import is_open_elsewhere, lock_path, processes_holding
from rocky_core.state.journal import JOURNALS, find_journals
from rocky_core.state.migrate import supported_version
from rocky_core.state.process import Liveness, liveness

RESTORE: Final = "put a backup in its place with `rocky state restore --from PATH`; what is there is kept beside it"
_RESTORE_REMOTE: Final = "put a copy in its place: `rocky state copy --from FILE --to remote --force`"
_UPGRADE: Final = (
    'upgrade dagster-rocky, or set [state] on_schema_mismatch = "recreate" to move the file aside and start anew'
)
_NO_STATE: Final = "there is no state yet: the first run makes {path}"


def look_at_state(patient: Patient) -> Iterator[Outcome]:
    """Whether everything that is remembered can be read."""
    yield from _each(patient, _readable)


def look_at_schema(patient: Patient) -> Iterator[Outcome]:
    """Whether this package knows the version of the state."""
    if _is_remote(patient):
        yield from _remote(patient, lambda found: (healthy(f"the state has version {found.version}, which is known"),))
        return
    for file in patient.state_files:
        if not file.path.exists():
            yield healthy(_NO_STATE.format(path=file.path))
            continue
        try:
            yield _version(examine_version(file.path), str(file.path))
        except StateTooNew as error:
            yield critical(str(error), suggestion=_UPGRADE)
        except StateError as error:
            yield critical(f"its version cannot be read: {error}", suggestion=RESTORE)


def look_at_sync(patient: Patient) -> Iterator[Outcome]:
    """Where the state is kept, and whether it is there."""
    yield from _journals(patient)
    config = patient.config
    if config is None:
        yield from _unknown(patient)
        return
    backend = config.settings.state.backend
    if backend == "local":
        places = ", ".join(str(file.path) for file in patient.state_files)
        yield healthy(f"the state is a local file, so there is nothing to synchronise: {places}", ("backend", backend))
        return
    yield from _remote(
        patient,
        lambda found: (healthy(f"backend '{backend}' answers (version {found.version})", ("backend", backend)),),
    )


def _journals(patient: Patient) -> Iterator[Outcome]:
    """What runs could not store because their store did not answer."""
    for one in find_journals(patient.config_file.absolute().parent / JOURNALS):
        detail = ("journal", str(one.path))
        if one.problem is not None:
            yield warning(
                f"the journal {one.path} cannot be stored: {one.problem}",
                detail,
                suggestion=f"what it is about is found out from the tables by the next run; keep {one.path} for those "
                "who look into it, or remove it",
            )
        elif not one.is_in_use:
            yield warning(
                f"{len(one.dues)} records of {', '.join(one.runs)} wait for {one.location} in {one.path}",
                detail,
                suggestion="`rocky run` here stores them first, once that server answers",
            )


def look_at_writing(patient: Patient) -> Iterator[Outcome]:
    """Whether the state can be written, by writing."""
    if _is_remote(patient):
        yield from _remote_writing(patient)
        return
    yield from _unknown(patient)
    for file in patient.state_files:
        try:
            prove_writable(file.path, patient.clock)
        except StateLocked as error:
            yield warning(
                str(error), suggestion="wait until that program has ended; `rocky doctor --check state_lock` names it"
            )
        except StateCorrupted as error:
            yield critical(str(error), suggestion=RESTORE)
        except StateError as error:
            yield critical(
                str(error), suggestion=f"make room on the disk of {file.path.parent}, and see that it may be written"
            )
        else:
            made = "written, read back and removed" if file.path.exists() else "a file can be made in its place"
            yield healthy(f"{file.path}: {made}")


def look_at_concurrency(patient: Patient) -> Iterator[Outcome]:
    """Whether writers that work at the same time can overwrite each other; nothing where nobody asked."""
    config = patient.config
    if config is None:
        return
    state = config.settings.state
    if state.backend == "local" and state.concurrency_control == "cas":
        yield warning(
            'concurrency_control = "cas" is for backends that machines share; a local file is guarded by transactions',
            suggestion="choose a shared backend in [state], or leave concurrency_control out",
        )
    elif state.backend != "local":
        yield healthy(f"backend '{state.backend}': every write is made only if nobody else has written meanwhile")


def look_at_locks(patient: Patient) -> Iterator[Outcome]:
    """The lock file with its holders, and the leases of the pipelines."""
    if _is_remote(patient):
        yield from _remote(patient, _leases)
        return
    yield from _unknown(patient)
    for file in patient.state_files:
        lock = lock_path(file.path)
        holders = processes_holding(file.path)
        if holders:
            said = f"open in process {', '.join(map(str, holders))}"
        else:
            said = "held" if is_open_elsewhere(file.path) else "not held"
        yield healthy(f"lock file {lock}: {said}", ("lock_file", str(lock)), ("held", said))
        if not file.path.exists():
            continue
        try:
            yield from _leases(examine_state(file.path, patient.clock))
        except StateError as error:
            yield critical(f"the leases cannot be read: {error}", suggestion=RESTORE)


def state_is_remembered(patient: Patient) -> bool:
    """Whether any run is on record, so that tables must be there."""
    for file in patient.state_files:
        try:
            if file.path.exists() and examine_state(file.path, patient.clock).has_runs:
                return True
        except StateError:
            continue
    return False


def running_processes(patient: Patient) -> dict[int, LeaseHolder]:
    """The runs that are under way on this machine, by process."""
    found: dict[int, LeaseHolder] = {}
    for file in patient.state_files:
        try:
            if file.path.exists():
                for holder in examine_state(file.path, patient.clock).leases:
                    if liveness(holder.process) is Liveness.RUNNING:
                        found[holder.process.pid] = holder
        except StateError:
            continue
    return found


def _each(patient: Patient, told: Callable[[StateExamination, str], Iterator[Outcome]]) -> Iterator[Outcome]:
    if _is_remote(patient):
        yield from _remote(patient, lambda found: told(found, "the state"))
        return
    yield from _unknown(patient)
    for file in patient.state_files:
        if not file.path.exists():
            yield healthy(_NO_STATE.format(path=file.path))
            continue
        try:
            examined = examine_state(file.path, patient.clock)
        except StateTooNew as error:
            yield critical(str(error), suggestion=_UPGRADE)
        except StateCorrupted as error:
            table = (("table", error.table),) if error.table else ()
            yield critical(str(error), *table, suggestion=RESTORE)
        except StateError as error:
            yield critical(str(error), suggestion=_accessible(file.path))
        else:
            yield from told(examined, str(file.path))


def _readable(found: StateExamination, place: str) -> Iterator[Outcome]:
    if found.problems:
        tables = tuple(dict.fromkeys(problem.table for problem in found.problems))
        listed = ", ".join(f"'{table}'" if table != "(file)" else "the file's structure" for table in tables)
        yield critical(
            f"state file corrupted: {listed} of {place}: {found.problems[0].message}",
            *((problem.table, problem.message) for problem in found.problems),
            suggestion=RESTORE,
        )
        return
    if not found.is_read:
        yield healthy(f"{place} can be opened; it is read after its version has been raised by the next run")
        return
    count = "1 watermark" if found.watermarks == 1 else f"{found.watermarks} watermarks"
    yield healthy(f"{place}: every record can be read, {count}")


def _version(version: int, place: str) -> Outcome:
    details = (("on_disk", str(version)), ("supported", str(supported_version())))
    if version < supported_version():
        return healthy(f"{place} has version {version}; the next run raises it to {supported_version()}", *details)
    return healthy(f"{place} has version {version}, which is the current one", *details)


def _leases(found: StateExamination) -> Iterator[Outcome]:
    for holder in found.leases:
        pipeline = holder.lease.pipeline
        detail = (f"pipeline {pipeline}", holder.describe())
        if liveness(holder.process) is Liveness.GONE:
            yield warning(
                f"pipeline '{pipeline}' is held by {holder.describe()}, whose process is gone",
                detail,
                suggestion="nothing needs to be done: the next run of the pipeline takes over; "
                f"`rocky run --pipeline {pipeline} --resume-latest` goes on where it ended",
            )
        else:
            yield healthy(f"pipeline '{pipeline}' is being run by {holder.describe()}", detail)


def _unknown(patient: Patient) -> Iterator[Outcome]:
    if patient.state_problem is not None:
        yield critical(patient.state_problem, suggestion="repair [state] in rocky.toml, or give --state-path")


def _is_remote(patient: Patient) -> bool:
    return patient.config is not None and patient.config.settings.state.backend != "local"


def _remote(
    patient: Patient, told: Callable[[StateExamination], Iterator[Outcome] | tuple[Outcome, ...]]
) -> Iterator[Outcome]:
    if patient.site is None:
        yield from _unknown(patient)
        return
    for pipeline in _namespaces(patient):
        try:
            store = patient.site.read_state(pipeline)
            if store is None:
                yield healthy("there is no state yet: the first run makes it")
                continue
            with closing(store):
                yield from told(examine_store(store))
        except StateCorrupted as error:
            yield critical(str(error), suggestion=_RESTORE_REMOTE)
        except StateTooNew as error:
            yield critical(str(error), suggestion="upgrade dagster-rocky on this machine")
        except RockyError as error:
            yield critical(
                str(error), suggestion="see that [state] in rocky.toml is right and that its server can be reached"
            )


def _remote_writing(patient: Patient) -> Iterator[Outcome]:
    if patient.site is None:
        yield from _unknown(patient)
        return
    for pipeline in _namespaces(patient):
        try:
            store, _ = patient.site.open_state(pipeline or "")
            with closing(store):
                store.prove_writable(secrets.token_hex(8))
        except RockyError as error:
            yield critical(
                str(error),
                suggestion="see that the credentials of [state] may write, and that its server can be reached",
            )
        else:
            yield healthy(f"{store.location}: written, read back and removed")


def _namespaces(patient: Patient) -> tuple[str | None, ...]:
    """The pipelines that have a state of their own, or None for the one that all share."""
    config = patient.config
    if config is None or config.settings.state.namespacing != "pipeline":
        return (None,)
    return tuple(config.pipelines) or (None,)


def _accessible(path: Path) -> str:
    return f"see that {path} may be read by this user, or give another file with --state-path"
