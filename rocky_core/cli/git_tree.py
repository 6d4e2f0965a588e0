"""A git ref's version of the project, in a temporary folder."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rocky_core.errors import UserError


@contextmanager
def base_tree(root: Path, ref: str) -> Iterator[Path]:
    """Unpack the project folder as it was at the ref; gone afterwards."""
    if ref.startswith("-"):
        raise UserError(f"'{ref}' is not a git ref")
    if _git(root, "rev-parse", "--is-inside-work-tree").returncode != 0:
        raise UserError(f"{root} is not in a git repository, so there is nothing to compare with")
    if _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").returncode != 0:
        raise UserError(f"there is no git ref '{ref}'", hint="`git branch -a` lists the branches; a commit works too")
    archive = _git(root, "archive", "--format=tar", ref, ".")
    if archive.returncode != 0:
        reason = archive.stderr.decode(errors="replace").strip()
        raise UserError(f"git cannot read this folder at '{ref}': {reason}")
    with tempfile.TemporaryDirectory(prefix="rocky-base-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def has_local_changes(root: Path) -> bool:
    """Whether files of the project differ from what is committed."""
    return bool(_git(root, "status", "--porcelain", "--", ".", ":(exclude).rocky").stdout.strip())


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)  # noqa: S603, S607 — no shell, fixed words; git is wherever the user has it
    except FileNotFoundError as error:
        if not root.is_dir():
            raise UserError(f"there is no folder {root}") from error
        raise UserError("git is not installed, and comparing with a ref needs it") from error
