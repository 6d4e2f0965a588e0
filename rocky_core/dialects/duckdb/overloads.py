"""Chooses the overload of a function as DuckDB's binder does: the lowest sum of implicit cast costs."""

from __future__ import annotations

from collections.abc import Sequence

from rocky_core.dialects.duckdb.casts import ANY_DECIMAL, GENERIC_NAMES, cast_cost, settle
from rocky_core.dialects.duckdb.catalogue import Overload
from rocky_core.dialects.duckdb.common_types import as_decimal, meet
from rocky_core.ir.types import NULL, UNKNOWN, DataType, Field, ListOf, MapOf, Scalar, StructOf, is_known


def result_type(overloads: Sequence[Overload], types: Sequence[DataType]) -> DataType:
    """The result of the overload that fits the arguments; UNKNOWN if none or several fit with other results."""
    viable = [(cost, overload) for overload in overloads if (cost := _cost(overload, types)) is not None]
    if not viable:
        # Some functions have defaults for their last parameters, which the catalogue does not mark.
        shorter = [_first_parameters(o, len(types)) for o in overloads if len(o.parameters) > len(types)]
        return result_type(shorter, types) if shorter else UNKNOWN
    if not any(_is_open(data_type) for data_type in types):
        lowest = min(cost for cost, _ in viable)
        viable = [(cost, overload) for cost, overload in viable if cost == lowest]
    results = {_instantiate(overload, types) for _, overload in viable}
    return results.pop() if len(results) == 1 else UNKNOWN


def _first_parameters(overload: Overload, count: int) -> Overload:
    return Overload(overload.parameters[:count], None, overload.result)


def parameter_types(overload: Overload, count: int) -> tuple[DataType, ...]:
    """The parameter that each of so many arguments meets."""
    further = count - len(overload.parameters)
    return (*overload.parameters, *((overload.varargs,) * further if overload.varargs is not None else ()))


def _is_open(data_type: DataType) -> bool:
    return not is_known(data_type)


def _cost(overload: Overload, types: Sequence[DataType]) -> int | None:
    parameters = parameter_types(overload, len(types))
    if len(parameters) != len(types):
        return None
    total = 0
    for source, target in zip(types, parameters, strict=True):
        cost = cast_cost(source, target)
        if cost is None:
            return None
        total += cost
    return total


def _instantiate(overload: Overload, types: Sequence[DataType]) -> DataType:
    if overload.result is None:
        return UNKNOWN
    parameters = parameter_types(overload, len(types))
    if _is_generic(overload.result) and any(
        data_type == NULL and isinstance(parameter, ListOf) and _is_generic(parameter)
        for parameter, data_type in zip(parameters, types, strict=True)
    ):
        return NULL
    bound: dict[str, DataType] = {}
    for parameter, data_type in zip(parameters, types, strict=True):
        if parameter == ANY_DECIMAL:
            bound.setdefault("DECIMAL", as_decimal(data_type) or UNKNOWN)
        _bind(parameter, data_type, bound)
    return _fill(overload.result, bound)


def _is_generic(data_type: DataType) -> bool:
    match data_type:
        case Scalar(name):
            return name in GENERIC_NAMES
        case ListOf(element):
            return _is_generic(element)
        case MapOf(key, value):
            return _is_generic(key) or _is_generic(value)
        case StructOf(fields):
            return any(_is_generic(field.data_type) for field in fields)
        case _:
            return False


def _bind(parameter: DataType, data_type: DataType, bound: dict[str, DataType]) -> None:
    match parameter, data_type:
        case Scalar("ANY"), _:
            bound.setdefault("ANY", settle(data_type))
        case Scalar(name), _ if name in GENERIC_NAMES:
            bound[name] = data_type if name not in bound else meet(bound[name], data_type)
        case ListOf(wanted), ListOf(element):
            _bind(wanted, element, bound)
        case ListOf(wanted), _ if data_type == UNKNOWN:
            _bind(wanted, UNKNOWN, bound)
        case MapOf(wanted_key, wanted_value), MapOf(key, value):
            _bind(wanted_key, key, bound)
            _bind(wanted_value, value, bound)
        case StructOf(wanted_fields), StructOf(fields) if len(fields) == len(wanted_fields):
            for wanted_field, field in zip(wanted_fields, fields, strict=True):
                _bind(wanted_field.data_type, field.data_type, bound)
        case _:
            pass


def _fill(result: DataType, bound: dict[str, DataType]) -> DataType:
    """The result with every family replaced by what the arguments bound it to."""
    match result:
        case Scalar(name) if name in GENERIC_NAMES or result == ANY_DECIMAL:
            # `list_value()` without elements is a list of NULL.
            return settle(bound.get(name, NULL if name in {"T", "K", "V"} else UNKNOWN))
        case Scalar("STRUCT" | "TUPLE" | "UNION" | "LIST" | "ARRAY" | "MAP" | "INVALID" | "TABLE" | "LAMBDA"):
            return UNKNOWN
        case ListOf(element, size):
            return ListOf(_fill(element, bound), size)
        case MapOf(key, value):
            return MapOf(_fill(key, bound), _fill(value, bound))
        case StructOf(fields):
            return StructOf(tuple(Field(f.name, _fill(f.data_type, bound)) for f in fields))
        case _:
            return result
