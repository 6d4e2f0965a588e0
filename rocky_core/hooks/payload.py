"""What a hook is told about an event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from msgspec import Struct, field

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Payload(Struct, frozen=True):
    """One event; what an event does not have is left out of the JSON."""

    event: str
    run_id: str
    pipeline: str
    timestamp: datetime
    model: str | None = None
    table: str | None = None
    error: str | None = None
    duration_ms: int | None = None
    metadata: Mapping[str, object] = field(default_factory=lambda: _NOTHING)

    def fields(self) -> dict[str, object]:
        """The published keys and values."""
        instant = self.timestamp.astimezone(UTC).isoformat().replace("+00:00", "Z")
        optional = {"model": self.model, "table": self.table, "error": self.error, "duration_ms": self.duration_ms}
        return {
            "event": self.event,
            "run_id": self.run_id,
            "pipeline": self.pipeline,
            "timestamp": instant,
            **{name: value for name, value in optional.items() if value is not None},
            "metadata": dict(self.metadata),
        }

    def to_json(self) -> bytes:
        """Indented, as commands read it and webhooks without a template send it."""
        return encode_json(json.dumps(self.fields(), indent=2, ensure_ascii=False, default=str))


def encode_json(text: str) -> bytes:
    """UTF-8; half of a surrogate pair, as in a file name that is not UTF-8, becomes the escape JSON has for it."""
    return text.encode("utf-8", "backslashreplace")
