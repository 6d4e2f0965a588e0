"""The template language of a webhook's body: `{{path}}` and `{{#if path}}…{{/if}}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

PATHS: Final = ("event", "run_id", "pipeline", "timestamp", "model", "table", "error", "duration_ms")
METADATA: Final = "metadata."
_TAG: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PATH: Final = re.compile(r"\w+(?:\.\w+)*")


class TemplateFault(ValueError):
    """The text is not a template; the message says what is wrong with it."""


class Literal(Struct, frozen=True):
    """Text that stands for itself."""

    text: str


class Value(Struct, frozen=True):
    """`{{path}}`; inside a JSON text a list is written as text, elsewhere as JSON."""

    path: str
    in_text: bool


class Condition(Struct, frozen=True):
    """`{{#if path}}…{{/if}}`."""

    path: str
    body: Template


Node = Literal | Value | Condition
Template = tuple[Node, ...]


def parse_template(text: str) -> Template:
    """The nodes of a template.

    Raises:
        TemplateFault: a tag is not one of the three, or an `if` is not closed.

    """
    open_ifs: list[tuple[str, list[Node]]] = []
    nodes: list[Node] = []
    in_text = False
    at = 0
    for tag in _TAG.finditer(text):
        in_text = _add_literal(nodes, text[at : tag.start()], in_text=in_text)
        at = tag.end()
        inside = tag.group(1).strip()
        if inside == "/if":
            if not open_ifs:
                raise TemplateFault("{{/if}} closes nothing")
            path, outer = open_ifs.pop()
            outer.append(Condition(path, tuple(nodes)))
            nodes = outer
        elif inside.startswith("#if "):
            open_ifs.append((_path(inside.removeprefix("#if ").strip()), nodes))
            nodes = []
        else:
            nodes.append(Value(_path(inside), in_text))
    _add_literal(nodes, text[at:], in_text=in_text)
    if open_ifs:
        raise TemplateFault(f"{{{{#if {open_ifs[-1][0]}}}}} is not closed by {{{{/if}}}}")
    return tuple(nodes)


def paths_of(template: Template) -> Iterator[str]:
    """Every path a template names, in order."""
    for node in template:
        match node:
            case Value(path=path):
                yield path
            case Condition(path=path, body=body):
                yield path
                yield from paths_of(body)


def is_known(path: str) -> bool:
    """Whether an event may have such a value."""
    return path in PATHS or (path.startswith(METADATA) and path != METADATA)


def _add_literal(nodes: list[Node], text: str, *, in_text: bool) -> bool:
    """Keep the text, and say whether a JSON text is open after it."""
    if not text:
        return in_text
    if "{{" in text:
        raise TemplateFault("'{{' is not closed by '}}'")
    nodes.append(Literal(text))
    quotes = len(re.findall(r'"', re.sub(r"\\.", "", text, flags=re.DOTALL)))
    return in_text ^ bool(quotes % 2)


def _path(text: str) -> str:
    if not _PATH.fullmatch(text):
        raise TemplateFault(
            f"'{{{{{text}}}}}' is neither a path such as {{{{model}}}} nor {{{{#if model}}}} or {{{{/if}}}}"
        )
    return text
