"""What is shown instead of a classified value, as the warehouses' own masking functions give it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, assert_never

from rocky_core.ir.checks import MaskStrategy
from rocky_core.ir.planned_checks import COMPUTED_KEY

REDACTED: Final = "***"
_SHORTEST_SHOWN_IN_PART: Final = 5

MaskedRow = tuple[tuple[str, object], ...]


def mask_row(names: Sequence[str], values: Sequence[object], masks: Mapping[str, MaskStrategy]) -> MaskedRow:
    """The row as it may be shown; a key that was computed may hold any column's value."""
    shown = []
    for name, value in zip(names, values, strict=True):
        if name.lower() == COMPUTED_KEY and hides_something(masks):
            shown.append((name, mask_value(value, MaskStrategy.REDACT)))
        else:
            shown.append((name, mask_value(value, masks.get(name.lower(), MaskStrategy.NONE))))
    return tuple(shown)


def mask_value(value: object, strategy: MaskStrategy) -> object:
    """The value under a mask; what is NULL is hidden only by `redact`."""
    match strategy:
        case MaskStrategy.NONE:
            return value
        case MaskStrategy.REDACT:
            return REDACTED
        case MaskStrategy.HASH:
            return None if value is None else sha256(_as_text(value).encode("utf-8", "surrogatepass")).hexdigest()
        case MaskStrategy.PARTIAL:
            return None if value is None else _partial(_as_text(value))
        case _:
            assert_never(strategy)


def hides_something(masks: Mapping[str, MaskStrategy]) -> bool:
    """Whether a column of the table may not be shown as it is."""
    return any(mask is not MaskStrategy.NONE for mask in masks.values())


def _partial(text: str) -> str:
    return REDACTED if len(text) < _SHORTEST_SHOWN_IN_PART else f"{text[:2]}{REDACTED}{text[-2:]}"


def _as_text(value: object) -> str:
    """The value as a warehouse casts it to text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
