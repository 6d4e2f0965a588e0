"""Hash columns, computed around the model's query and equal to those of dbt_utils."""

from __future__ import annotations

from collections.abc import Sequence

NULL_MARK = "_dbt_utils_surrogate_key_null_"


def concatenated_hash(columns: Sequence[str], text_type: str) -> str:
    """The hash where `||` joins text and md5 gives hexadecimal text."""
    parts = " || '-' || ".join(f"coalesce(cast({column} as {text_type}), '{NULL_MARK}')" for column in columns)
    return f"md5(cast({parts} as {text_type}))"
