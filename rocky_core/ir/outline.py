"""The little that checks over a whole project need of every model, so that the rest need not be loaded."""

from __future__ import annotations

from typing import NamedTuple

from rocky_core.ir.names import TargetName


class ModelOutline(NamedTuple):
    """One model in outline; `declared` is what its sidecar says it depends on, `reads` what its SQL says."""

    name: str
    file: str
    target: TargetName
    is_ephemeral: bool
    has_star: bool
    has_cost_budget: bool
    declared: tuple[str, ...]
    reads: tuple[str, ...]

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Declared, then derived, each once; names that no model has included."""
        return tuple(dict.fromkeys((*self.declared, *self.reads))) if self.declared else self.reads
