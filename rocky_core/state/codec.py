"""Records as text and back; decoded as data of the declared shape, whatever the text holds.

JSON, so that a person with nothing but the `sqlite3` program can read the state during an incident. A field that is
added to a record with a default needs no migration, and a field that is not known is passed over.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar

import msgspec

R = TypeVar("R")


class RecordUnreadable(ValueError):
    """The text does not have the record's shape."""


def encode_record(record: object) -> str:
    """The stored form."""
    return _ENCODER.encode(record).decode()


def decode_record(record_type: type[R], text: object) -> R:
    """A record from its stored form. Raises RecordUnreadable."""
    if not isinstance(text, str):
        raise RecordUnreadable(f"expected text, found {type(text).__name__}")
    try:
        shape: Any = record_type  # mypy does not count types as hashable.
        record: R = _decoder(shape).decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise RecordUnreadable(str(error)) from error
    return record


_ENCODER: Final = msgspec.json.Encoder()


@cache
def _decoder(record_type: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(record_type)
