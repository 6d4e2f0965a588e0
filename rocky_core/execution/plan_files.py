"""Plans on disk: written under an identity made of their content, read back, compared with what is true now."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct, field

from rocky_core.errors import UserError
from rocky_core.ir.plan import Plan, TableKind
from rocky_core.ir.shadow import Shadow
from rocky_core.planning.compare_plans import compare_plans
from rocky_core.planning.partitions import PartitionChoice
from rocky_core.planning.plan_codec import PlanUnreadable, decode_plan, encode_plan
from rocky_core.version import VERSION

PLANS: Final = Path(".rocky", "plans")
_IDENTITY: Final = re.compile(r"[0-9a-f]{64}")
_SHORTEST_PREFIX: Final = 6


class PlanRequest(Struct, frozen=True):
    """The wishes that a plan was made for; `apply` repeats them."""

    pipeline: str
    models: tuple[str, ...] = ()
    partitions: PartitionChoice = field(default_factory=PartitionChoice)
    environment: str | None = None
    filter: str | None = None
    all_models: bool = False
    no_prune: bool = False
    skip_unchanged: bool | None = None
    force_rebuild: bool = False
    shadow: Shadow | None = None
    defer_to: str | None = None
    reload: bool = False
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class StoredPlan(Struct, frozen=True):
    """A plan with the wishes that it was made for."""

    plan_id: str
    created_at: datetime
    request: PlanRequest
    plan: Plan
    version: str = VERSION

    @property
    def kind(self) -> str:
        """`replication` for copies alone; `run` for everything that models have a part in."""
        has_models = any(table.kind is TableKind.MODEL for table in self.plan.tables)
        return "replication" if self.plan.pipeline_type == "replication" and not has_models else "run"


class PlanStale(UserError):
    """The stored plan is not what would be done now; the message says what has changed."""


def store_plan(root: Path, request: PlanRequest, plan: Plan, now: datetime) -> StoredPlan:
    """Write the plan below the project's root.

    Raises:
        UserError: the file cannot be written.

    """
    encoded = encode_plan(plan)
    stored = StoredPlan(_identity(request, encoded), now, request, plan)
    written = _File(stored.plan_id, now, request, msgspec.Raw(encoded), stored.kind)
    folder = root / PLANS
    file = folder / f"{stored.plan_id}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(msgspec.json.format(_encode(written), indent=2))
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
        written = msgspec.json.decode(file.read_bytes(), type=_File)
        plan = decode_plan(bytes(written.plan))
    except (OSError, msgspec.MsgspecError, PlanUnreadable) as error:
        raise UserError(f"plan '{plan_id}' cannot be read: {error}", hint="`rocky plan` makes a new one") from error
    # Decoded and encoded again: what runs is what the identity was made of.
    if written.plan_id != file.stem or _identity(written.request, encode_plan(plan)) != file.stem:
        raise UserError(f"the file of plan '{plan_id}' has been changed", hint="`rocky plan` makes a new one")
    return StoredPlan(written.plan_id, written.created_at, written.request, plan, written.version)


def require_fresh(stored: StoredPlan, present: Plan) -> None:
    """Refuse a plan that is not what would be done now.

    Raises:
        PlanStale: it is not; the message says what has changed.

    """
    changes = compare_plans(stored.plan, present)
    if changes:
        raise PlanStale(
            f"plan {stored.plan_id[:12]} is stale, and nothing was changed: {'; '.join(changes)}",
            hint="`rocky plan` makes a new one",
        )


class _File(msgspec.Struct, frozen=True):
    plan_id: str
    created_at: datetime
    request: PlanRequest
    plan: msgspec.Raw
    kind: str
    version: str = VERSION


def _identity(request: PlanRequest, encoded: bytes) -> str:
    """Only what decides the work is part of it, so that the same plan is the same file."""
    return sha256(_encode(request) + encoded).hexdigest()


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
