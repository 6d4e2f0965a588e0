"""What is told of a source that could not be looked at."""

from __future__ import annotations

from typing import Final

from rocky_core.errors import FailureKind, QuotaExceeded, StatementCancelled, WarehouseError
from rocky_core.ir.sources import FailedSource, SourceErrorClass

_ERROR_CLASSES: Final = {
    FailureKind.QUOTA_EXCEEDED: SourceErrorClass.RATE_LIMIT,
    FailureKind.TRANSIENT: SourceErrorClass.TRANSIENT,
    FailureKind.CONNECTION_FAILED: SourceErrorClass.TRANSIENT,
    FailureKind.AUTH_FAILED: SourceErrorClass.AUTH,
}


def failed_source(source: tuple[str, str, str], error: WarehouseError, *, is_timeout: bool = False) -> FailedSource:
    """The source (id, schema and type) with why nothing is known of its tables; an interrupt is no such reason."""
    if isinstance(error, StatementCancelled):
        raise error
    source_id, schema, source_type = source
    by_kind = _ERROR_CLASSES.get(error.failure_kind, SourceErrorClass.UNKNOWN)
    return FailedSource(
        id=source_id,
        schema=schema,
        source_type=source_type,
        error_class=SourceErrorClass.TIMEOUT if is_timeout else by_kind,
        message=error.message,
        cooldown_seconds=error.cooldown_seconds if isinstance(error, QuotaExceeded) else None,
    )
