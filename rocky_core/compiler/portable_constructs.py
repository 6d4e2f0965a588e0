"""Which warehouses have which constructs natively, and what to write instead."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from msgspec import Struct

_SF: Final = "snowflake"
_DBX: Final = "databricks"
_BQ: Final = "bigquery"
_DUCK: Final = "duckdb"


class Construct(Struct, frozen=True):
    """One function or operator; `instead` gives a rewrite per target, under "" the one for all others."""

    label: str
    native: tuple[str, ...]
    instead: MappingProxyType[str, str]


def _construct(label: str, native: tuple[str, ...], **instead: str) -> Construct:
    by_target = {"" if target == "other" else target: text for target, text in instead.items()}
    return Construct(label, native, MappingProxyType(by_target))


# QUALIFY is not listed: all four warehouses have it.
FUNCTIONS: Final = MappingProxyType(
    {
        construct.label: construct
        for construct in (
            _construct("NVL", (_SF, _DBX), bigquery="IFNULL(...) or COALESCE(...)", other="COALESCE(...)"),
            _construct("IFNULL", (_BQ, _DUCK), other="COALESCE(...)"),
            _construct("DATEADD", (_SF, _DBX), other="DATE_ADD(...)"),
            _construct("DATEDIFF", (_SF, _DBX), other="DATE_DIFF(...)"),
            _construct("DATE_ADD", (_BQ, _DBX), other="DATEADD(...)"),
            _construct("DATE_DIFF", (_BQ, _DBX), other="DATEDIFF(...)"),
            _construct("DATE_FORMAT", (_DBX, _DUCK), bigquery="FORMAT_TIMESTAMP(...)", snowflake="TO_VARCHAR(...)"),
            _construct("TO_CHAR", (_SF, _DBX, _DUCK)),
            _construct("TO_DATE", (_SF, _DBX, _DUCK)),
            _construct("TO_TIMESTAMP", (_SF, _DBX, _DUCK)),
            _construct("PARSE_DATE", (_BQ,), other="TO_DATE(...)"),
            _construct("PARSE_TIMESTAMP", (_BQ,), other="TO_TIMESTAMP(...)"),
            _construct("FORMAT_TIMESTAMP", (_BQ,), snowflake="TO_VARCHAR(...)", other="DATE_FORMAT(...)"),
            _construct("LEN", (_SF,), other="LENGTH(...)"),
            _construct("CHARINDEX", (_SF,), bigquery="STRPOS(...)", other="POSITION(...)"),
            _construct("ARRAY_SIZE", (_SF,), bigquery="ARRAY_LENGTH(...)", other="cardinality(...)"),
            _construct(
                "TO_VARCHAR",
                (_SF,),
                bigquery="FORMAT_TIMESTAMP(...) or CAST(... AS STRING)",
                databricks="DATE_FORMAT(...) or CAST(... AS STRING)",
                duckdb="CAST(... AS VARCHAR)",
            ),
        )
    }
)
# Only as a function in FROM: the scalar function of this name is another one.
FLATTEN: Final = _construct("FLATTEN", (_SF,), other="UNNEST(...)")
ILIKE: Final = _construct("ILIKE", (_SF, _DUCK, _DBX), other="LOWER(...) LIKE LOWER(...)")
