"""Promotes a branch: looks at what would change for readers, and puts its tables in the place of the real ones."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from threading import Event

from rocky_core.errors import UserError
from rocky_core.execution.choose_branch import find_branch
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.compare_tables import compare_tables
from rocky_core.execution.run_options import RunOptions, Site
from rocky_core.execution.run_pipeline import run_pipeline
from rocky_core.ir.promotion import ColumnChanged
from rocky_core.ir.run import RunEvent
from rocky_core.ir.shadow import Shadow, ShadowComparison
from rocky_core.planning.find_breaking_changes import find_changes


@dataclass(frozen=True, slots=True)
class Promotion:
    """A branch that may be promoted, and what would change; `user` and `host` are who asks for it."""

    branch: Shadow
    comparisons: Mapping[str, ShadowComparison]  # By model; of those that are in the branch.
    changes: tuple[ColumnChanged, ...]
    user: str
    host: str

    @property
    def is_breaking(self) -> bool:
        return any(change.is_breaking for change in self.changes)

    @property
    def state_hash(self) -> str:
        """The same as long as the branch holds tables of the same shape and size."""
        shapes = (
            (name, str(one.shadow.target), one.shadow.rows, [(c.name, c.type_text) for c in one.shadow.table.columns])
            for name, one in sorted(self.comparisons.items())
            if one.shadow.table is not None
        )
        return blake2b(repr(tuple(shapes)).encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def look_at_branch(site: Site, options: RunOptions, name: str) -> Promotion:
    """What promoting the branch would mean; nothing is changed.

    Raises:
        UserError: there is no such branch, nothing of it is built, or the project asks for approvals.

    """
    if _asks_for_approval(site):
        raise UserError(
            "[branch.approval] required is set, and this version does not make or read approvals",
            hint="review the branch where the code is reviewed, and take the key out to promote it",
        )
    pipeline = choose_pipeline(site.config, options.pipeline)
    with ExitStack() as stack:
        store = site.read_state(pipeline.name)
        if store is not None:
            stack.enter_context(closing(store))
        branch = Shadow(schema=find_branch(name, store).schema_prefix, branch=name)
    found = compare_tables(site, replace(options, shadow=branch))
    built = {model: one for model, one in found.items() if one.shadow.table is not None}
    if not built:
        raise UserError(f"nothing of branch '{name}' has been built", hint=f"`rocky run --branch {name}` builds it")
    dialect_name = site.compile().dialect.name
    changes = tuple(change for model, one in built.items() for change in find_changes(model, one, dialect_name))
    return Promotion(branch, built, changes, _user(), socket.gethostname())


def promote(site: Site, options: RunOptions, promotion: Promotion, interrupted: Event) -> Iterator[RunEvent]:
    """Put the tables of the branch in the place of the real ones, each as a whole, as a run does it."""
    return run_pipeline(site, replace(options, shadow=None, promotes=promotion.branch), interrupted)


def _asks_for_approval(site: Site) -> bool:
    section = site.config.document.data.get("branch")
    approval = section.get("approval") if isinstance(section, dict) else None
    return bool(approval.get("required")) if isinstance(approval, dict) else False


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # There are machines on which nobody has a name.
        return ""
