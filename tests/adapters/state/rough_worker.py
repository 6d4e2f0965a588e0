"""A program that makes numbered changes to shared records.

`main` says `ack LIST NAME:NUMBER` for each change that the store has acknowledged.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from functools import partial

from rocky_core.errors import StateError
from rocky_core.state import object_io, redis_backend
from rocky_core.state.tables import METADATA

from .worker import OPENERS, RealClock

LISTS = 3


class ShiftedClock(RealClock):
    """The machine's clock, wrong by some minutes."""

    def __init__(self, minutes):
        self._shift = timedelta(minutes=minutes)

    def now(self):
        return super().now() + self._shift


def switch_the_comparison_off():
    """What the stores would be if the last writer won."""
    commit = redis_backend.RedisBackend._commit

    def careless(self, reader, changes, name):
        reader.records, reader.groups = {}, {}
        return commit(self, reader, changes, name)

    redis_backend.RedisBackend._commit = careless
    put = object_io.ObjectIo._put
    object_io.ObjectIo._put = lambda self, name, data, _mode: put(self, name, data, "overwrite")


def add(name, entry, transaction):
    held = transaction.get(METADATA, "", name) or ""
    transaction.put(METADATA, "", name, f"{held} {entry}".strip())


def main(kind, directory, name, count, shift, compares):
    if not compares:
        switch_the_comparison_off()
    store = OPENERS[kind](directory, ShiftedClock(shift))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        where, entry = f"list-{number % LISTS}", f"{name}:{number}"
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            try:
                store.backend.write(partial(add, where, entry))
            except StateError:
                time.sleep(0.05)  # It may have been stored or not: not acknowledged, and tried under another number.
                entry += "+"
                continue
            print("ack", where, entry, flush=True)
            break
    store.close()
