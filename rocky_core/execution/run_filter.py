"""`--filter key=value`: the part of a pipeline that a run is for."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from rocky_core.errors import UserError
from rocky_core.ir.names import TargetName

_ID = "id"
_TABLE = "table"


class RunFilter(Struct, frozen=True):
    """One value that one property must have; a property that nothing has matches nothing."""

    key: str
    value: str

    def takes_source(self, source_id: str, components: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether a source is meant: by its id, or by a component of its name, one of them where it has several."""
        if self.key == _TABLE:
            return True
        if self.key == _ID:
            return source_id == self.value
        return self.value in components.get(self.key, ())

    def takes_source_table(self, table: str) -> bool:
        """Whether a table of a source that is meant is."""
        return self.key != _TABLE or table == self.value

    def takes_target(self, target: TargetName, model: str | None = None) -> bool:
        """Whether a table is meant by its name, its schema, its catalog or its model."""
        named = {_TABLE: target.table, "schema": target.schema, "catalog": target.catalog, "model": model}
        return named.get(self.key) == self.value

    def __str__(self) -> str:
        return f"--filter {self.key}={self.value}"


def parse_filter(text: str | None) -> RunFilter | None:
    """The filter that the text spells; None for no text.

    Raises:
        UserError: it is not of the form key=value.

    """
    if text is None:
        return None
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value:
        raise UserError(f"'{text}' is no filter", hint="write it as --filter key=value, as in --filter client=acme")
    return RunFilter(key.strip(), value)
