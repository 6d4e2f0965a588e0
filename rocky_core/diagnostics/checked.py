"""A value together with what was found wrong on the way to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct

from rocky_core.diagnostics.diagnostic import Diagnostic

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Checked(Struct, Generic[T_co], frozen=True):
    """The second result of every step that reads what a user wrote."""

    value: T_co
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.is_error for diagnostic in self.diagnostics)

    def then(self, step: Callable[[T_co], Checked[U]]) -> Checked[U]:
        """Apply the next step to the value and keep the findings of both."""
        following = step(self.value)
        return Checked(following.value, self.diagnostics + following.diagnostics)

    def adding(self, found: Iterable[Diagnostic]) -> Checked[T_co]:
        """Keep the value and append findings."""
        return Checked(self.value, self.diagnostics + tuple(found))
