"""Parses the text of one TOML file: the data, or what is wrong and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import tomli

from rocky_core.config.environment import substitute, substituted_names
from rocky_core.diagnostics import codes
from rocky_core.diagnostics.checked import Checked
from rocky_core.diagnostics.codes import Code
from rocky_core.diagnostics.diagnostic import Diagnostic, Span
from rocky_core.diagnostics.toml_places import KeyPath, place_of
from rocky_core.ir.source_text import SourceText


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A parsed file that can still say where each of its keys stands."""

    file: str
    text: str = field(repr=False)
    data: dict[str, Any] = field(default_factory=dict, repr=False)
    model: str = ""
    fault: Code = codes.E050  # the code of whatever is wrong in it
    inserted: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # Variables and values it was filled in with.

    def place(self, path: KeyPath) -> Span:
        return place_of(self.text, path, self.file)


def parse_toml(
    text: str,
    file: str,
    environment: Mapping[str, str] | None = None,
    model: str = "",
    fault: Code = codes.E050,
) -> Checked[TomlDocument | None]:
    """The file's data, with the environment filled in where one is given; nothing when it is not TOML."""
    source: SourceText | None = None
    found: tuple[Diagnostic, ...] = ()
    toml = text
    if environment is not None and "${" in text:
        substituted = substitute(text, file, environment, model, fault)
        source, found = substituted.value, substituted.diagnostics
        toml = source.sql
    try:
        data = tomli.loads(toml)
    except tomli.TOMLDecodeError as error:
        if found:
            return Checked(None, found)  # What is left of a missing variable is not the author's mistake.
        return Checked(None, (_syntax_error(error, text, toml, source or SourceText(file, text, text), model, fault),))
    except (RecursionError, ValueError) as error:
        return Checked(None, (*found, fault.found(model=model, message=str(error), span=Span(file, 1, 1))))
    inserted = () if source is None else tuple(_inserted(source))
    return Checked(TomlDocument(file, text, data, model, fault, inserted), found)


def _inserted(source: SourceText) -> Iterator[tuple[str, str]]:
    for segment, following in pairwise(source.segments):
        if not segment.verbatim:
            (name,) = substituted_names(source.original[segment.origin : following.origin])
            yield name, source.sql[segment.start : following.start]


def _syntax_error(
    error: tomli.TOMLDecodeError, text: str, toml: str, source: SourceText, model: str, fault: Code
) -> Diagnostic:
    if toml is text:
        span = Span(source.file, error.lineno, error.colno)
        suggestion = None
    else:
        # The parser counts in the text it was given, line ends normalised, so the offset is found by the line.
        line_start = _line_start(toml, error.lineno)
        span = source.span_at(min(line_start + error.colno - 1, len(toml)))
        names = ", ".join(substituted_names(text))
        suggestion = f"the text was parsed after filling in {names}; a value with quotes or line ends changes the TOML"
    return fault.found(
        model=model, message=f"not valid TOML: {_lower_first(error.msg)}", span=span, suggestion=suggestion
    )


def _line_start(text: str, line: int) -> int:
    start = 0
    for _ in range(line - 1):
        following = text.find("\n", start)
        if following < 0:
            break
        start = following + 1
    return start


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
