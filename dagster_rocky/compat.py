"""What Dagster still marks as beta, behind one door."""

from __future__ import annotations

import warnings
from pathlib import Path

import dagster as dg


def code_references(file: Path, label: str) -> dg.CodeReferencesMetadataValue:
    """A link to the model's file; whoever installs this package has accepted that Dagster may still change it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=str(file), line_number=1, label=label)
        return dg.CodeReferencesMetadataValue(code_references=[reference])
