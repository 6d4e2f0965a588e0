"""What a model promises to its readers."""

from __future__ import annotations

from dataclasses import dataclass

from rocky_core.diagnostics.diagnostic import Span


@dataclass(frozen=True, slots=True)
class ContractColumn:
    """One promised column; absent parts promise nothing."""

    name: str
    data_type: str | None = None
    nullable: bool | None = None
    description: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """The promises of one contract file."""

    model: str
    file: str
    source: str  # "auto" beside the model, "explicit" from a contracts folder
    columns: tuple[ContractColumn, ...] = ()
    required: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    no_new_nullable: bool = False
