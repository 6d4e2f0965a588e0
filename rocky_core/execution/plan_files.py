"""Plans on disk: written under an identity made of their content, read back, compared with what is true now."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from rocky_core.errors import UserError
from rocky_core.ir.plan import Plan
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.version import VERSION

PLANS: Final = Path(".rocky", "plans")
_IDENTITY: Final = re.compile(r"[0-9a-f]{64}")
_SHORTEST_PREFIX: Final = 6


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The wishes that a plan was made for; `apply` repeats them."""

    pipeline: str
    models: tuple[str, ...] = ()
    partitions: PartitionChoice = field(default_factory=PartitionChoice)
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan file; `tables` are the planned tables as data, by name and partition."""

    plan_id: str
    created_at: datetime
    request: PlanRequest
    tables: Mapping[str, Any]
    version: str = VERSION
    kind: str = "run"


class PlanStale(UserError):
    """The stored plan is not what would be done now; the message says what has changed."""


def store_plan(root: Path, request: PlanRequest, plan: Plan, now: datetime) -> StoredPlan:
    """Write the plan below the project's root.

    Raises:
        UserError: the file cannot be written.

    """
    tables = _tables(plan)
    # Only what decides the work makes the identity, so that the same plan is the same file.
    identity = sha256(_encode((request, tables))).hexdigest()
    stored = StoredPlan(identity, now, request, tables)
    folder = root / PLANS
    file = folder / f"{identity}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(msgspec.json.format(_encode(stored), indent=2))
        unfinished.replace(file)
    except OSError as error:
        raise UserError(f"the plan cannot be written to '{folder}': {error.strerror}") from error
    return stored


def load_plan(root: Path, plan_id: str) -> StoredPlan:
    """The stored plan with this identity, or the only one whose identity begins so.

    Raises:
        UserError: there is none, or its file is not one of ours.

    """
    file = _find(root / PLANS, plan_id)
    try:
        stored = msgspec.json.decode(file.read_bytes(), type=StoredPlan)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(f"plan '{plan_id}' cannot be read: {error}", hint="`rocky plan` makes a new one") from error
    if stored.plan_id != file.stem or sha256(_encode((stored.request, stored.tables))).hexdigest() != file.stem:
        raise UserError(f"the file of plan '{plan_id}' has been changed", hint="`rocky plan` makes a new one")
    return stored


def require_fresh(stored: StoredPlan, plan: Plan) -> None:
    """Refuse a plan that is not what would be done now.

    Raises:
        PlanStale: it is not; the message says what has changed.

    """
    changes = describe_changes(stored.tables, _tables(plan))
    if changes:
        raise PlanStale(
            f"plan {stored.plan_id[:12]} is stale, and nothing was changed: {'; '.join(changes)}",
            hint="`rocky plan` makes a new one",
        )


def describe_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """In words, table by table, how two sets of planned tables differ."""
    changes = [f"'{name}' would not be built any more" for name in before if name not in now]
    changes += [f"'{name}' would be built too" for name in now if name not in before]
    changes += [
        f"'{name}' {_difference(before[name], now[name])}"
        for name in before
        if name in now and before[name] != now[name]
    ]
    if not changes and list(before) != list(now):
        changes.append("the tables would be built in another order")
    return tuple(changes)


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if now.get("refusal") != before.get("refusal"):
        return "can be built now" if now.get("refusal") is None else f"cannot be built: {now['refusal']['reason']}"
    if before["strategy"] != now["strategy"]:
        return f"would be a {now['strategy']} instead of a {before['strategy']}"
    if before["steps"] != now["steps"]:
        if before.get("recipe_hash") != now.get("recipe_hash"):
            return "has another query"
        return "would be built by other statements, because its table or its watermark has changed"
    if before["checks"] != now["checks"]:
        return "would be checked differently"
    if before["depends_on"] != now["depends_on"]:
        return "has other dependencies"
    return "has changed"


def _tables(plan: Plan) -> dict[str, Any]:
    """The planned tables as plain data; entries that share a name are told apart by their partition."""
    encoded = msgspec.json.decode(_encode(plan.tables))
    names = (table.name if table.partition is None else f"{table.name}[{table.partition.key}]" for table in plan.tables)
    return dict(zip(names, encoded, strict=True))


def _encode(value: object) -> bytes:
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: object) -> object:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not part of a plan")


def _find(folder: Path, plan_id: str) -> Path:
    if _IDENTITY.fullmatch(plan_id):
        file = folder / f"{plan_id}.json"
        if file.is_file():
            return file
    elif re.fullmatch(r"[0-9a-f]+", plan_id) and len(plan_id) >= _SHORTEST_PREFIX:
        found = [file for file in folder.glob(f"{plan_id}*.json") if _IDENTITY.fullmatch(file.stem)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UserError(f"several plans begin with '{plan_id}'", hint="give more of its digits")
    raise UserError(f"there is no plan '{plan_id}'", hint="`rocky plan` makes one and prints its identity")
