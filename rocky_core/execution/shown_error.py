"""What may be told of an error about a table, some of whose columns may not be shown."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from rocky_core.errors import FailureKind, RockyError
from rocky_core.execution.mask_values import hides_something
from rocky_core.ir.checks import MaskStrategy

_LOGGER: Final = logging.getLogger("rocky_core.checks")
_MAY_QUOTE_DATA: Final = frozenset({FailureKind.QUERY_REJECTED, FailureKind.UNKNOWN})


def shown_error(error: Exception, subject: str, masks: Mapping[str, MaskStrategy]) -> str:
    """The error's own words, unless they may quote values that are not to be shown."""
    hidden = hides_something(masks)
    kind = error.failure_kind if isinstance(error, RockyError) else FailureKind.UNKNOWN
    if not isinstance(error, RockyError):
        _LOGGER.debug("unexpected failure of %s", subject, exc_info=None if hidden else error)
    if hidden and kind in _MAY_QUOTE_DATA:
        columns = ", ".join(f"'{column}'" for column, mask in sorted(masks.items()) if mask is not MaskStrategy.NONE)
        return (
            f"the warehouse did not run {subject} ({kind.value}); its message is not shown, "
            f"because it may hold values of masked columns ({columns})"
        )
    return str(error) if isinstance(error, RockyError) else f"unexpected {type(error).__name__}: {error}"
