"""The declarative tests that sidecars, named definitions and pipeline assertions share."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from rocky_core.config.section import CheckSeverityName, LenientSection, Positive, Text, Texts, Whole

_COMPARISONS: Final = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "==": "eq", "!=": "ne"}


def _comparison(value: Any) -> Any:
    return _COMPARISONS.get(value, value) if isinstance(value, str) else value


def _number_text(value: Any) -> Any:
    """Bounds are texts on the wire; a bare number in the file means the same."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


NumberText = Annotated[Text, BeforeValidator(_number_text)]
Comparison = Annotated[Literal["lt", "lte", "gt", "gte", "eq", "ne"], BeforeValidator(_comparison)]


class DataTest(LenientSection):
    """What all kinds have; `column` is optional because a definition may leave it to its user."""

    column: Text | None = None
    severity: CheckSeverityName = "error"
    filter: Text | None = None


class NotNull(DataTest):
    type: Literal["not_null"]


class Unique(DataTest):
    type: Literal["unique"]


class AcceptedValues(DataTest):
    type: Literal["accepted_values"]
    values: Annotated[tuple[NumberText, ...], Field(min_length=1)]


class Relationships(DataTest):
    type: Literal["relationships"]
    to_table: Text
    to_column: Text


class Expression(DataTest):
    type: Literal["expression"]
    expression: Text


class RowCountRange(DataTest):
    type: Literal["row_count_range"]
    min: Whole | None = None
    max: Whole | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> "RowCountRange":
        if self.min is None and self.max is None:
            raise ValueError("row_count_range needs 'min' or 'max'")
        return self


class InRange(DataTest):
    type: Literal["in_range"]
    min: NumberText | None = None
    max: NumberText | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> "InRange":
        if self.min is None and self.max is None:
            raise ValueError("in_range needs 'min' or 'max'")
        return self

    @field_validator("min", "max")
    @classmethod
    def _is_a_number(cls, value: str | None) -> str | None:
        if value is not None and re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", value.strip()) is None:
            raise ValueError(f"'{value}' is not a number")
        return value


class RegexMatch(DataTest):
    type: Literal["regex_match"]
    pattern: Text

    @field_validator("pattern")
    @classmethod
    def _is_harmless(cls, value: str) -> str:
        if any(character in value for character in "'`;"):
            raise ValueError("a pattern must not contain a quote, a backtick or a semicolon")
        return value


class Aggregate(DataTest):
    type: Literal["aggregate"]
    op: Literal["sum", "count", "avg", "min", "max"]
    cmp: Comparison
    value: NumberText


class Composite(DataTest):
    type: Literal["composite"]
    kind: Literal["unique"] = "unique"
    columns: Annotated[Texts, Field(min_length=2)]


class UniqueExpression(DataTest):
    type: Literal["unique_expr"]
    key_expr: Text


class NotInFuture(DataTest):
    type: Literal["not_in_future"]


class OlderThanDays(DataTest):
    type: Literal["older_than_n_days"]
    days: Positive


AnyDataTest = Annotated[
    NotNull
    | Unique
    | AcceptedValues
    | Relationships
    | Expression
    | RowCountRange
    | InRange
    | RegexMatch
    | Aggregate
    | Composite
    | UniqueExpression
    | NotInFuture
    | OlderThanDays,
    Field(discriminator="type"),
]

COLUMN_TESTS: Final = frozenset(
    {
        "not_null",
        "unique",
        "accepted_values",
        "relationships",
        "in_range",
        "regex_match",
        "not_in_future",
        "older_than_n_days",
    }
)


def needs_column(test: DataTest) -> bool:
    """Whether a test of this kind says nothing without a column."""
    kind = getattr(test, "type", "")
    return kind in COLUMN_TESTS or (isinstance(test, Aggregate) and test.op != "count")
