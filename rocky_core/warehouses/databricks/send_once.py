"""Requests that start something: sent a single time, whatever becomes of the line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from databricks.sdk.core import ApiClient

from rocky_core.errors import ConnectionFailed
from rocky_core.warehouses.databricks.errors import FAILURES, translate


def send_once(client: ApiClient, path: str, body: Mapping[str, object], statement: str | None = None) -> dict[str, Any]:
    """POST a body and give the answer.

    Raises a WarehouseError; it is in doubt where the request may have arrived although no good answer came.
    """
    # For minutes the SDK sends again whatever a broken line left unanswered, an INSERT too, unless the body is a
    # stream that it cannot rewind. A bytearray counts as one, and still has a length to be sent with.
    data = bytearray(json.dumps(body).encode())
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        answer = client.do("POST", path, data=data, headers=headers)
    except FAILURES as error:
        raise translate(error, statement) from error
    if not isinstance(answer, dict):
        raise ConnectionFailed("The answer cannot be read: it is no object.", statement=statement)
    return answer
