"""What a model promises to its readers."""

from __future__ import annotations

from msgspec import Struct

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.diagnostics.toml_places import KeyPath, place_of


class ContractColumn(Struct, frozen=True):
    """One promised column; absent parts promise nothing."""

    name: str
    data_type: str | None = None
    nullable: bool | None = None
    description: str | None = None
    span: Span | None = None


class Contract(Struct, frozen=True):
    """The promises of one contract file."""

    model: str
    file: str
    source: str  # "auto" beside the model, "explicit" from a contracts folder
    columns: tuple[ContractColumn, ...] = ()
    required: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    no_new_nullable: bool = False
    text: str = ""  # the file's own text, for showing places

    def span_of(self, *path: str | int) -> Span:
        """Where the file states a key such as `columns, 0, type`, or its nearest parent; else the first line."""
        keys: KeyPath = path
        return place_of(self.text, keys, self.file)
