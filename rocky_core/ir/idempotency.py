"""Idempotency keys: a run that is asked for twice under one key is done once."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from rocky_core.ir.state import ProcessIdentity


class KeyState(StrEnum):
    """Where the run of an idempotency key is; the spelling is the one on the wire."""

    IN_FLIGHT = "InFlight"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class DedupOn(StrEnum):
    """Which outcomes keep a key from being used again."""

    SUCCESS = "success"
    ANY = "any"


class KeyClaim(Struct, frozen=True):
    """A run that wants a key for itself."""

    key: str
    run_id: str
    process: ProcessIdentity
    dedup_on: DedupOn = DedupOn.SUCCESS
    in_flight_ttl: timedelta = timedelta(hours=24)
    retention: timedelta = timedelta(days=30)


class KeyEntry(Struct, frozen=True):
    """An idempotency key as it is stored."""

    key: str
    run_id: str
    state: KeyState
    stamped_at: datetime
    expires_at: datetime
    dedup_on: DedupOn
    process: ProcessIdentity | None = None


UNREADABLE: Final = "<corrupt>"


class Proceed(Struct, frozen=True):
    """The key is this run's; `adopted_from` is the run that left it behind, if one did, or UNREADABLE."""

    adopted_from: str | None = None


class SkipInFlight(Struct, frozen=True):
    """Another run is at work under this key."""

    run_id: str


class SkipCompleted(Struct, frozen=True):
    """Another run has ended under this key."""

    run_id: str


ClaimVerdict = Proceed | SkipInFlight | SkipCompleted
