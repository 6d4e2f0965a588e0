"""The words of checks in which the warehouses differ; there are no defaults."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from rocky_core.ir.types import DATE, TIMESTAMP, TIMESTAMP_MS, TIMESTAMP_NS, TIMESTAMP_S, TIMESTAMP_TZ, DataType

_WITHOUT_ZONE: Final = frozenset({TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS})


class TimeWords(Struct, frozen=True):
    """An instant that compares with a column, by the column's type; without a time zone it is UTC."""

    date: str
    timestamp: str
    timestamp_tz: str
    any: str  # The type is not known.

    def for_type(self, data_type: DataType) -> str:
        """The words for a column of this type."""
        if data_type in _WITHOUT_ZONE:
            return self.timestamp
        return self.date if data_type == DATE else self.timestamp_tz if data_type == TIMESTAMP_TZ else self.any


class CheckWords(Struct, frozen=True):
    """One warehouse's spelling of what checks need; braces stand for what is filled in."""

    matches: str  # {column} against the text literal {pattern}
    now: TimeWords
    days_ago: TimeWords  # {days} before today
    seconds_since: str  # {instant}, an expression of any type that holds a day
    sampled: str  # follows the table in FROM; {percent} of its rows


CHECK_WORDS: Final = {
    "duckdb": CheckWords(
        matches="regexp_matches({column}, {pattern})",
        now=TimeWords(
            date="CURRENT_DATE",
            timestamp="CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP)",
            timestamp_tz="CURRENT_TIMESTAMP",
            any="CURRENT_TIMESTAMP",
        ),
        days_ago=TimeWords(
            date="CURRENT_DATE - INTERVAL '{days}' DAY",
            timestamp="CURRENT_DATE - INTERVAL '{days}' DAY",
            timestamp_tz="CURRENT_DATE - INTERVAL '{days}' DAY",
            any="CURRENT_DATE - INTERVAL '{days}' DAY",
        ),
        seconds_since="epoch(CURRENT_TIMESTAMP) - epoch({instant})",
        sampled="USING SAMPLE {percent} PERCENT (bernoulli)",
    ),
    "databricks": CheckWords(
        matches="{column} RLIKE {pattern}",
        now=TimeWords(
            date="CURRENT_DATE()",
            timestamp="CAST(to_utc_timestamp(CURRENT_TIMESTAMP(), current_timezone()) AS TIMESTAMP_NTZ)",
            timestamp_tz="CURRENT_TIMESTAMP()",
            any="CURRENT_TIMESTAMP()",
        ),
        days_ago=TimeWords(
            date="CURRENT_DATE() - INTERVAL '{days}' DAY",
            timestamp="CURRENT_DATE() - INTERVAL '{days}' DAY",
            timestamp_tz="CURRENT_DATE() - INTERVAL '{days}' DAY",
            any="CURRENT_DATE() - INTERVAL '{days}' DAY",
        ),
        seconds_since="unix_seconds(CURRENT_TIMESTAMP()) - unix_seconds(CAST({instant} AS TIMESTAMP))",
        sampled="TABLESAMPLE ({percent} PERCENT)",
    ),
    "snowflake": CheckWords(
        matches="REGEXP_LIKE({column}, {pattern})",
        now=TimeWords(
            date="CURRENT_DATE()",
            timestamp="CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ)",
            timestamp_tz="CURRENT_TIMESTAMP()",
            any="CURRENT_TIMESTAMP()",
        ),
        days_ago=TimeWords(
            date="CURRENT_DATE() - INTERVAL '{days} DAY'",
            timestamp="CURRENT_DATE() - INTERVAL '{days} DAY'",
            timestamp_tz="CURRENT_DATE() - INTERVAL '{days} DAY'",
            any="CURRENT_DATE() - INTERVAL '{days} DAY'",
        ),
        seconds_since="DATE_PART(EPOCH_SECOND, CURRENT_TIMESTAMP()) - DATE_PART(EPOCH_SECOND, {instant})",
        sampled="SAMPLE ({percent})",
    ),
    "bigquery": CheckWords(
        matches="REGEXP_CONTAINS({column}, {pattern})",
        # DATE, DATETIME and TIMESTAMP do not compare with each other.
        now=TimeWords(
            date="CURRENT_DATE()",
            timestamp="CURRENT_DATETIME()",
            timestamp_tz="CURRENT_TIMESTAMP()",
            any="CURRENT_TIMESTAMP()",
        ),
        days_ago=TimeWords(
            date="DATE_SUB(CURRENT_DATE(), INTERVAL {days} DAY)",
            timestamp="CAST(DATE_SUB(CURRENT_DATE(), INTERVAL {days} DAY) AS DATETIME)",
            timestamp_tz="CAST(DATE_SUB(CURRENT_DATE(), INTERVAL {days} DAY) AS TIMESTAMP)",
            any="DATE_SUB(CURRENT_DATE(), INTERVAL {days} DAY)",
        ),
        seconds_since="UNIX_SECONDS(CURRENT_TIMESTAMP()) - UNIX_SECONDS(CAST({instant} AS TIMESTAMP))",
        sampled="TABLESAMPLE SYSTEM ({percent} PERCENT)",
    ),
}
