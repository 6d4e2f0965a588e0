"""Replaces `${VAR}` and `${VAR:-default}` in the text of a TOML file, before it is parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.codes import Code
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.diagnostics.suggest import did_you_mean
from rocky_core.diagnostics.toml_places import span_at
from rocky_core.ir.source_text import Segment, SourceText

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]+)\}")


def substitute(
    text: str, file: str, environment: Mapping[str, str], model: str = "", fault: Code = codes.E050
) -> Checked[SourceText]:
    """The text with every placeholder filled in; places in it still point into the file."""
    if "${" not in text:
        return Checked(SourceText(file, text, text))
    pieces: list[str] = []
    segments = [Segment(0, 0)]
    found: list[Diagnostic] = []
    length = copied = 0
    for placeholder in _PLACEHOLDER.finditer(text):
        if _is_in_comment_line(text, placeholder.start()):
            continue
        name, value = _value_of(placeholder.group(1), environment)
        if value is None:
            span = span_at(text, placeholder.start(), file, len(placeholder.group()))
            message = f"environment variable '{name}' not set{did_you_mean(name, environment)}"
            suggestion = f"set {name}, or give a default: ${{{name}:-…}}"
            found.append(fault.found(model=model, message=message, span=span, suggestion=suggestion))
            continue
        before = text[copied : placeholder.start()]
        pieces += (before, value)
        length += len(before)
        segments.append(Segment(length, placeholder.start(), verbatim=False))
        length += len(value)
        copied = placeholder.end()
        segments.append(Segment(length, copied))
    pieces.append(text[copied:])
    return Checked(SourceText(file, "".join(pieces), text, tuple(segments)), tuple(found))


def substituted_names(text: str) -> tuple[str, ...]:
    """The variables a text names, each once; never their values, which may be secret."""
    return tuple(dict.fromkeys(name.partition(":-")[0] for name in _PLACEHOLDER.findall(text)))


def _value_of(inside: str, environment: Mapping[str, str]) -> tuple[str, str | None]:
    """A default counts when the variable is unset or empty; without one, empty is a value like any other."""
    name, has_default, default = inside.partition(":-")
    value = environment.get(name)
    if has_default and not value:
        return name, default
    return name, value


def _is_in_comment_line(text: str, offset: int) -> bool:
    line_start = text.rfind("\n", 0, offset) + 1
    return text[line_start:offset].lstrip().startswith("#")
