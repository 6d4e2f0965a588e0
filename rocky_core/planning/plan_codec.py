"""A plan as canonical JSON and back, decoded as data of the declared shape: nothing in the text is ever run."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from types import MappingProxyType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import fields

from rocky_core.ir.plan import Plan

_KIND: Final = "kind_of"  # Which of several structs a value is.


class PlanUnreadable(ValueError):
    """The text is no plan of this version; the message says where it differs."""


def encode_plan(plan: Plan) -> bytes:
    """The plan as JSON: equal plans give equal bytes, whatever the process or the machine."""
    return msgspec.json.encode(_encoded(plan, Plan), order="sorted")


def decode_plan(data: bytes) -> Plan:
    """The plan that was encoded. Raises PlanUnreadable."""
    try:
        plain = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PlanUnreadable(str(error)) from error
    plan: Plan = _decoded(plain, Plan, "plan")
    return plan


def plan_id(plan: Plan) -> str:
    """The name under which the plan is stored: 64 hexadecimal digits that follow from its content alone."""
    return sha256(encode_plan(plan)).hexdigest()


def _encoded(value: Any, declared: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        hints = _hints(type(value))
        plain = {name: _encoded(getattr(value, name), hints[name]) for name in value.__struct_fields__}
        if len(_classes(declared)) > 1:
            plain[_KIND] = type(value).__name__
        return plain
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = get_args(declared)[1]
        return {key: _encoded(one, inner) for key, one in value.items()}
    if isinstance(value, tuple):
        inners = get_args(declared)
        return [_encoded(one, inners[0] if Ellipsis in inners else inners[i]) for i, one in enumerate(value)]
    return value


def _decoded(plain: Any, declared: Any, path: str) -> Any:
    origin = get_origin(declared)
    if origin in {Union, UnionType}:
        return _one_of(plain, declared, path)
    if origin is tuple:
        return _tuple(plain, get_args(declared), path)
    if origin is not None and issubclass(origin, Mapping):
        _expect(isinstance(plain, dict), path, "an object")
        inner = get_args(declared)[1]
        return MappingProxyType({key: _decoded(one, inner, f"{path}.{key}") for key, one in plain.items()})
    if _is_struct(declared):
        return _struct(plain, declared, path)
    if issubclass(declared, Enum):
        values = {member.value: member for member in declared}
        _expect(isinstance(plain, str) and plain in values, path, f"one of {', '.join(map(str, values))}")
        return values[plain]
    if declared is datetime:
        try:
            return datetime.fromisoformat(plain)
        except (TypeError, ValueError):
            raise PlanUnreadable(f"{path} is no instant") from None
    if declared is float:
        _expect(type(plain) in {int, float}, path, "a number")
        return float(plain)
    _expect(type(plain) is declared, path, declared.__name__)
    return plain


def _one_of(plain: Any, declared: Any, path: str) -> Any:
    if plain is None and types.NoneType in get_args(declared):
        return None
    classes = _classes(declared)
    if len(classes) > 1:
        _expect(isinstance(plain, dict), path, "an object")
        found = next((one for one in classes if one.__name__ == plain.get(_KIND)), None)
        if found is None:
            raise PlanUnreadable(f"{path} is of an unknown kind: {plain.get(_KIND)!r}")
        return _struct({key: one for key, one in plain.items() if key != _KIND}, found, path)
    (only,) = (one for one in get_args(declared) if one is not types.NoneType)
    return _decoded(plain, only, path)


def _tuple(plain: Any, inners: tuple[Any, ...], path: str) -> tuple[Any, ...]:
    _expect(isinstance(plain, list), path, "a list")
    if Ellipsis in inners:
        return tuple(_decoded(one, inners[0], f"{path}[{i}]") for i, one in enumerate(plain))
    _expect(len(plain) == len(inners), path, f"{len(inners)} values")
    pairs = zip(plain, inners, strict=True)
    return tuple(_decoded(one, inner, f"{path}[{i}]") for i, (one, inner) in enumerate(pairs))


def _struct(plain: Any, declared: Any, path: str) -> Any:
    _expect(isinstance(plain, dict), path, "an object")
    strange = plain.keys() - set(declared.__struct_fields__)
    if strange:
        raise PlanUnreadable(f"{path} has an unknown key {min(strange)!r}: another version has written this plan")
    missing = next((name for name in _required(declared) if name not in plain), None)
    if missing is not None:
        raise PlanUnreadable(f"{path} lacks {missing!r}")
    hints = _hints(declared)
    return declared(**{name: _decoded(one, hints[name], f"{path}.{name}") for name, one in plain.items()})


def _classes(declared: Any) -> tuple[Any, ...]:
    """The structs of a union."""
    if get_origin(declared) not in {Union, UnionType}:
        return ()
    return tuple(one for one in get_args(declared) if _is_struct(one))


def _is_struct(declared: Any) -> bool:
    return isinstance(declared, type) and issubclass(declared, msgspec.Struct)


def _expect(holds: bool, path: str, wanted: str) -> None:
    if not holds:
        raise PlanUnreadable(f"{path} is not {wanted}")


@cache
def _required(declared: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(declared) if field.required)


@cache
def _hints(declared: Any) -> Mapping[str, Any]:
    return get_type_hints(declared)
