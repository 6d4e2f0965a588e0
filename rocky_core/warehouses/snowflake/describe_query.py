"""What a query would yield: Snowflake compiles it and does not run it."""

from __future__ import annotations

from typing import Final

from snowflake.connector import errors as driver
from snowflake.connector.cursor import ResultMetadata, SnowflakeCursor

from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.world import ObservedColumn
from rocky_core.warehouses.snowflake.connections import Line
from rocky_core.warehouses.snowflake.errors import translate
from rocky_core.warehouses.snowflake.statements import require_one

# The connector's numbers of types.
_TYPES: Final = {
    1: "FLOAT",
    3: "DATE",
    4: "TIMESTAMP_NTZ",
    5: "VARIANT",
    6: "TIMESTAMP_LTZ",
    7: "TIMESTAMP_TZ",
    8: "TIMESTAMP_NTZ",
    9: "OBJECT",
    10: "ARRAY",
    11: "BINARY",
    12: "TIME",
    13: "BOOLEAN",
    14: "GEOGRAPHY",
    15: "GEOMETRY",
}


def describe_query(line: Line, query: str) -> tuple[ObservedColumn, ...]:
    """The columns of a query. Raises a WarehouseError."""
    require_one(query)
    try:
        found = line.connection.cursor(SnowflakeCursor).describe(query)
    except driver.Error as error:
        failure = translate(error, query)
        failure.in_doubt = False  # Nothing was to be run.
        raise failure from error
    parse_type = dialect_named("snowflake").parse_type
    columns = []
    for column in found or ():
        spelled = _spelled(column)
        columns.append(
            ObservedColumn(column.name, spelled, parse_type(spelled), nullable=column.is_nullable is not False)
        )
    return tuple(columns)


def _spelled(column: ResultMetadata) -> str:
    match column.type_code:
        case 0:
            return f"NUMBER({column.precision},{column.scale})"
        case 2:
            return f"VARCHAR({column.internal_size})" if column.internal_size else "VARCHAR"
        case code:
            return _TYPES.get(code, "VARIANT")
