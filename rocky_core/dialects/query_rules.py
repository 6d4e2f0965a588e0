"""How each warehouse reads a query where they differ by rule rather than by type."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from rocky_core.dialects.duckdb.keywords import RESERVED


class QueryRules(Struct, frozen=True):
    """Answers that the compiler needs to bind names; every warehouse gives every answer."""

    numbers_repeated_names: bool  # A subquery's second `id` is read as `id_1`.
    values_name: str  # The name of a VALUES column, with its number.
    values_start: int  # The number of the first VALUES column.
    values_settle_first_row: bool  # A literal of the first row counts as a value of its own type.
    alias_names_function_column: bool  # `range(3) AS r` names the only column `r`.
    unnest_spreads_structs: bool  # UNNEST in FROM gives a struct's fields as columns.
    reference_keeps_spelling: bool  # `SELECT ID` is named `ID` although the table says `id`.
    bare_date_parts: bool  # `dateadd(day, …)`: the unit is written like a column.
    alias_has_fields: bool  # `SELECT {…} AS s, s.a`: a select item's name may be followed by a field's.
    quote_in_text: str  # How a text in single quotes says a single quote.
    reserved: frozenset[str]  # Words that name nothing unless they are quoted, where that is known.


QUERY_RULES: Final = {
    "duckdb": QueryRules(
        numbers_repeated_names=True,
        values_name="col{}",
        values_start=0,
        values_settle_first_row=True,
        alias_names_function_column=True,
        unnest_spreads_structs=False,
        reference_keeps_spelling=False,
        bare_date_parts=False,
        alias_has_fields=False,
        quote_in_text="''",
        reserved=RESERVED,
    ),
    "databricks": QueryRules(
        numbers_repeated_names=False,
        values_name="col{}",
        values_start=1,
        values_settle_first_row=False,
        alias_names_function_column=False,
        unnest_spreads_structs=True,
        reference_keeps_spelling=True,
        bare_date_parts=True,
        alias_has_fields=True,
        quote_in_text="\\'",
        reserved=frozenset(),
    ),
    "snowflake": QueryRules(
        numbers_repeated_names=False,
        values_name="COLUMN{}",
        values_start=1,
        values_settle_first_row=False,
        alias_names_function_column=False,
        unnest_spreads_structs=False,
        reference_keeps_spelling=False,
        bare_date_parts=True,
        alias_has_fields=True,
        quote_in_text="''",
        reserved=frozenset(),
    ),
    "bigquery": QueryRules(
        numbers_repeated_names=False,
        values_name="col{}",
        values_start=1,
        values_settle_first_row=False,
        alias_names_function_column=False,
        unnest_spreads_structs=True,
        reference_keeps_spelling=True,
        bare_date_parts=True,
        alias_has_fields=True,
        quote_in_text="\\'",
        reserved=frozenset(),
    ),
}
