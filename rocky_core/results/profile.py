"""The JSON of `profile`."""

from __future__ import annotations

from rocky_core.results.wire import Answer, Record


class ProfileColumn(Record, frozen=True, gc=False, kw_only=True):
    """What was measured of one column; of a masked one, least and greatest are under the mask."""

    name: str
    type: str
    rows: int
    nulls: int
    null_rate: float
    distinct: int
    observed_values: tuple[str, ...]
    min: str | None
    max: str | None
    masked: str | None = None


class ProfileAnswer(Answer, frozen=True, gc=False, kw_only=True):
    """`rocky profile`; with `unavailable` there are no columns, and it says why."""

    command: str = "profile"
    model: str
    columns: tuple[ProfileColumn, ...] = ()
    profiled_table: str | None = None
    fell_back_from: str | None = None
    unavailable: str | None = None
