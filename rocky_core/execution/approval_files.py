"""Approvals as files below the project: written once, and proven unaltered when they are read."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from blake3 import blake3

from rocky_core.ir.approval import ALGORITHM, Approval, Approver, RejectedApproval
from rocky_core.ir.replace import replace

APPROVALS: Final = Path(".rocky", "approvals")
_FILE: Final = re.compile(r"apr-[0-9]{14}-[0-9a-f]{8}\.json")
_LARGEST: Final = 64 * 1024


class _Signature(msgspec.Struct):
    algorithm: str
    digest: str


class _Artifact(msgspec.Struct):
    approval_id: str
    branch: str
    branch_state_hash: str
    approver: Approver
    signed_at: datetime
    signature: _Signature
    message: str | None = None


def write_approval(
    root: Path, branch: str, state_hash: str, approver: Approver, now: datetime, message: str | None
) -> tuple[Approval, Path]:
    """Write an approval of the branch as it is; where it is, relative to the project."""
    approval_id = f"apr-{now:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
    signed_at = now.astimezone(UTC).replace(microsecond=0)
    unsigned = Approval(approval_id, branch, state_hash, approver, signed_at, message, digest="")
    digest = _digest(unsigned)
    approval = replace(unsigned, digest=digest)
    path = APPROVALS / _folder(branch) / f"{approval_id}.json"
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    with (root / path).open("x", encoding="utf-8") as file:
        signature = {"algorithm": ALGORITHM, "digest": digest}
        file.write(json.dumps({**_payload(approval), "signature": signature}, indent=2, ensure_ascii=False) + "\n")
    return approval, path


def read_approvals(root: Path, branch: str) -> Iterator[Approval | RejectedApproval]:
    """The approvals of the branch; files that are none, or were altered, are rejected with the reason."""
    folder = root / APPROVALS / _folder(branch)
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            yield _read(file)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            yield RejectedApproval(file.stem, "unreadable", f"{file.name} cannot be read: {error}")


def _read(file: Path) -> Approval | RejectedApproval:
    if _FILE.fullmatch(file.name) is None:
        return RejectedApproval(file.stem, "unreadable", f"{file.name} is not named like an approval")
    with file.open("rb") as opened:
        found = msgspec.json.decode(opened.read(_LARGEST), type=_Artifact)
    approval = Approval(
        found.approval_id,
        found.branch,
        found.branch_state_hash,
        found.approver,
        found.signed_at,
        found.message,
        found.signature.digest,
        found.signature.algorithm,
    )
    if found.approval_id != file.stem:
        return RejectedApproval(file.stem, "altered", f"{file.name} holds the approval {found.approval_id}")
    if found.signature.algorithm != ALGORITHM:
        return RejectedApproval(found.approval_id, "unknown_algorithm", f"it is signed by {found.signature.algorithm}")
    if not secrets.compare_digest(_digest(approval), found.signature.digest):
        return RejectedApproval(found.approval_id, "altered", "its digest is not that of its content")
    return approval


def _payload(approval: Approval) -> dict[str, Any]:
    return {
        "approval_id": approval.approval_id,
        "approver": {
            "email": approval.approver.email,
            "host": approval.approver.host,
            "name": approval.approver.name,
            "source": approval.approver.source,
        },
        "branch": approval.branch,
        "branch_state_hash": approval.branch_state_hash,
        "message": approval.message,
        "signed_at": approval.signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _digest(approval: Approval) -> str:
    """Of everything but the signature, as JSON with sorted keys and no spaces."""
    text = json.dumps(_payload(approval), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return str(blake3(text.encode("utf-8", "surrogatepass")).hexdigest())


def _folder(branch: str) -> str:
    """A branch's name may be `..`, a folder's not."""
    return branch if branch.strip(".") else branch.replace(".", "_")
