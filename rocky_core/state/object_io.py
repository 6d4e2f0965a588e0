"""Single objects: read if they have changed, made if they are not there, replaced if they are as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any, Protocol, TypeVar

import obstore
from msgspec import Struct
from obstore import exceptions
from obstore.store import ObjectStore

from rocky_core.state.object_errors import judge
from rocky_core.state.patience import PatientCaller

T = TypeVar("T")


class Outrun(Exception):
    """The object is not what it was taken to be: somebody else was faster, or we were, and the answer was lost."""


class Unchanged(Enum):
    """The object is as it was when it was last read."""

    UNCHANGED = auto()


class Version(Struct, frozen=True):
    """What a store calls the state of an object."""

    e_tag: str | None
    version: str | None


class Content(Struct, frozen=True):
    """An object's bytes as of a version."""

    data: bytes
    version: Version


class Objects(Protocol):
    """The objects under one place; `read` may answer from a copy unless `is_proof` asks for what is stored now."""

    @property
    def location(self) -> str: ...

    @property
    def round_trips(self) -> int: ...

    def read(
        self, name: str, known: Version | None = None, *, is_proof: bool = False
    ) -> Content | Unchanged | None: ...

    def create(self, name: str, data: bytes) -> Version: ...

    def replace(self, name: str, data: bytes, known: Version) -> Version: ...

    def delete(self, name: str) -> None: ...

    def close(self) -> None: ...


class ObjectIo:
    """The objects under one place of a store, asked for patiently; used by all threads of a process."""

    def __init__(self, store: ObjectStore, caller: PatientCaller, location: str, secrets: tuple[str, ...] = ()) -> None:
        self._store = store
        self._caller = caller
        self._secrets = secrets
        self.location = location
        self.round_trips = 0

    def close(self) -> None:
        """Nothing: the client has no connection of its own."""

    def read(self, name: str, known: Version | None = None, *, is_proof: bool = False) -> Content | Unchanged | None:
        """The object; None if there is none, UNCHANGED if it is still of the known version."""
        del is_proof  # It always is one.

        def get() -> Content | Unchanged | None:
            condition = None if known is None or known.e_tag is None else known.e_tag
            try:
                found = obstore.get(self._store, name, options={"if_none_match": condition} if condition else None)
                meta: Any = found.meta
                return Content(bytes(found.bytes()), Version(meta.get("e_tag"), meta.get("version")))
            except exceptions.NotModifiedError:
                return Unchanged.UNCHANGED
            except (exceptions.NotFoundError, FileNotFoundError):
                return None

        return self._ask(get)

    def create(self, name: str, data: bytes) -> Version:
        """Make an object that is not there. Raises Outrun."""
        return self._put(name, data, "create")

    def replace(self, name: str, data: bytes, known: Version) -> Version:
        """Put an object in the place of its known version. Raises Outrun."""
        # Stores tell versions by one of the two, or by both; what is not known must not be sent.
        told = {"e_tag": known.e_tag, "version": known.version}
        return self._put(name, data, {part: value for part, value in told.items() if value is not None})

    def delete(self, name: str) -> None:
        """Remove an object; one that is not there is gone already."""

        def remove() -> None:
            try:
                obstore.delete(self._store, name)
            except (exceptions.NotFoundError, FileNotFoundError):
                return

        self._ask(remove)

    def server_now(self, name: str) -> datetime:
        """What time it is for the store: that at which it has just stored a marker, to the second."""

        def mark() -> datetime:
            obstore.put(self._store, name, b"")
            stored: datetime = obstore.head(self._store, name)["last_modified"]
            return stored.astimezone(UTC)

        return self._ask(mark)

    def _put(self, name: str, data: bytes, mode: Any) -> Version:
        def put() -> Version:
            try:
                done: Any = obstore.put(self._store, name, data, mode=mode, use_multipart=False)
            except (exceptions.PreconditionError, exceptions.AlreadyExistsError, FileExistsError):
                raise Outrun from None
            except (exceptions.NotFoundError, FileNotFoundError):
                if mode == "create":
                    raise
                raise Outrun from None  # What was to be replaced is gone.
            return Version(done.get("e_tag"), done.get("version"))

        def ask() -> Version | None:
            try:
                return put()
            except Outrun:
                return None

        done = self._ask(ask)
        if done is None:
            raise Outrun
        return done

    def _ask(self, ask: Callable[[], T]) -> T:
        self.round_trips += 1
        return self._caller.call(ask, lambda error: judge(error, self.location, self._secrets))
