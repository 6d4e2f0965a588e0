"""The base of every published answer: msgspec structs, because pydantic takes seconds where 10,000 models are written.

A field whose default is UNSET is left out of the JSON when it is absent; a field that may be None is written as null.
"""

from __future__ import annotations

import msgspec

from rocky_core.version import VERSION


class Record(msgspec.Struct, frozen=True, gc=False):
    """A part of an answer."""


class Answer(Record, frozen=True, gc=False, kw_only=True):
    """What one command prints as JSON."""

    version: str = VERSION
    command: str


def to_json(answer: Record, *, indent: int = 0) -> bytes:
    """The answer as UTF-8 JSON, on one line unless an indent is asked for."""
    encoded = msgspec.json.encode(answer)
    return msgspec.json.format(encoded, indent=indent) if indent else encoded
