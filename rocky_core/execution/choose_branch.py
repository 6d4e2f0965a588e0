"""Which schemas a branch means."""

from __future__ import annotations

from typing import Protocol

from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.errors import UserError
from rocky_core.execution.run_options import RunOptions
from rocky_core.ir.replace import replace
from rocky_core.ir.state import Branch


class Branches(Protocol):
    """What of a state store is asked."""

    def branch(self, name: str) -> Branch | None: ...

    def branches(self) -> tuple[Branch, ...]: ...


def with_branch(options: RunOptions, store: Branches | None) -> RunOptions:
    """The wishes with the schema of their branch, where they name one.

    Raises:
        UserError: there is no such branch.

    """
    shadow = options.shadow
    if shadow is None or shadow.branch is None:
        return options
    return replace(options, shadow=replace(shadow, schema=find_branch(shadow.branch, store).schema_prefix))


def find_branch(name: str, store: Branches | None) -> Branch:
    """The branch of this name.

    Raises:
        UserError: there is none.

    """
    found = None if store is None else store.branch(name)
    if found is None:
        known = () if store is None else tuple(branch.name for branch in store.branches())
        raise UserError(
            f"there is no branch '{name}'{did_you_mean(name, known)}", hint=f"`rocky branch create {name}` makes it"
        )
    return found
