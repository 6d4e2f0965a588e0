"""Asks an API about many things at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from rocky_core.sources.json_api import JsonApi

T = TypeVar("T")
U = TypeVar("U")

_AT_ONCE: Final = 10


def ask_each(api: JsonApi, things: Iterable[T], ask: Callable[[T], U]) -> tuple[U, ...]:
    """The answers in the order of the things; an interrupt lets go of those who wait."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="rocky-discovery") as threads:
        asked = [threads.submit(ask, thing) for thing in things]
        try:
            return tuple(one.result() for one in asked)
        except BaseException:
            api.stop()
            for one in asked:
                one.cancel()
            raise
