"""Fills in a webhook's template with the values of an event, escaped as JSON wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import assert_never

from rocky_core.config.hook_template import Condition, Literal, Template, Value


def render_template(template: Template, fields: Mapping[str, object]) -> str:
    """The body; a value that the event does not have is empty."""
    return "".join(_pieces(template, fields))


def _pieces(template: Template, fields: Mapping[str, object]) -> list[str]:
    pieces: list[str] = []
    for node in template:
        match node:
            case Literal(text=text):
                pieces.append(text)
            case Value(path=path, in_text=in_text):
                pieces.append(_escaped(_at(fields, path), in_text=in_text))
            case Condition(path=path, body=body):
                if _at(fields, path):
                    pieces += _pieces(body, fields)
            case _:
                assert_never(node)
    return pieces


def _at(fields: Mapping[str, object], path: str) -> object:
    here: object = fields
    for name in path.split("."):
        here = here.get(name) if isinstance(here, Mapping) else None
    return here


def _escaped(value: object, *, in_text: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    written = json.dumps(value, ensure_ascii=False, default=str)
    return json.dumps(written, ensure_ascii=False)[1:-1] if in_text else written
