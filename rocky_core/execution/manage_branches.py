"""Branches: named schemas beside the real ones."""

from __future__ import annotations

import getpass
import re
from contextlib import closing
from typing import Final

from rocky_core.errors import UserError
from rocky_core.execution.choose_branch import find_branch
from rocky_core.execution.run_options import Site
from rocky_core.ir.state import Branch

_NAME: Final = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def create_branch(site: Site, pipeline: str | None, name: str, description: str) -> Branch:
    """Remember a new branch; its schemas are made by the first run that builds in it.

    Raises:
        UserError: there is one of that name, or it is none.

    """
    if _NAME.fullmatch(name) is None:
        raise UserError(
            f"'{name}' is not a name for a branch", hint="use up to 64 letters, digits, dots, hyphens and underscores"
        )
    # A schema is named by letters, digits and underscores, wherever it is.
    branch = Branch(name, f"branch__{re.sub(r'[.-]', '_', name)}", _user(), site.clock.now(), description)
    store, _ = site.open_state(pipeline or "")
    with closing(store):
        schema = branch.schema_prefix.lower()
        same = [known.name for known in store.branches() if known.schema_prefix.lower() == schema]
        if same or not store.create_branch(branch):
            other = (same or [name])[0]
            raise UserError(
                f"there is a branch '{other}' already, with the schema {branch.schema_prefix}",
                hint="`rocky branch list` shows all",
            )
    return branch


def list_branches(site: Site, pipeline: str | None) -> tuple[Branch, ...]:
    """All branches, oldest first."""
    store = site.read_state(pipeline)
    if store is None:
        return ()
    with closing(store):
        return store.branches()


def delete_branch(site: Site, pipeline: str | None, name: str) -> Branch:
    """Forget a branch; its tables stay.

    Raises:
        UserError: there is none of that name.

    """
    store, _ = site.open_state(pipeline or "")
    with closing(store):
        branch = find_branch(name, store)
        store.delete_branch(name)
    return branch


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # There are machines on which nobody has a name.
        return ""
