"""Which columns of a table may not be shown as they are."""

from __future__ import annotations

from collections.abc import Mapping

from rocky_core.ir.checks import MaskStrategy


def resolve_masks(classification: Mapping[str, str], masks: Mapping[str, str]) -> dict[str, MaskStrategy]:
    """The mask of each classified column, by lower-cased name; `masks` holds those of the environment, by tag.

    A column whose tag has no mask in this environment is shown as it is, like in the table itself.
    """
    return {column.lower(): MaskStrategy(masks[tag]) for column, tag in classification.items() if tag in masks}
