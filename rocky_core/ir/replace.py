"""A copy of a record with some fields changed, whether it is a struct or one of the few dataclasses.

For mypy it is `dataclasses.replace`, whose names and types it checks for both kinds; `msgspec.structs.replace`
would take anything.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

__all__ = ["replace"]

if TYPE_CHECKING:
    from dataclasses import replace  # noqa: TID251 — the one place where both are known
else:

    def replace(record: Any, /, **changes: Any) -> Any:
        """The copy; raises TypeError for a field that the record does not have."""
        return (structs if isinstance(record, Struct) else dataclasses).replace(record, **changes)
