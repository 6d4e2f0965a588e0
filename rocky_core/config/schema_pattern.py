"""Takes a source schema's name apart into components, and puts components into target names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rocky_core.config.section import Section, Text, Texts

RESERVED_COMPONENTS: Final = ("table", "id")

_PLACEHOLDER: Final = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")
_VARIADIC: Final = "..."


class SchemaPattern(Section):
    """How source schemas are named: a prefix, then components joined by a separator."""

    prefix: Text
    separator: Text
    components: Texts

    @property
    def component_names(self) -> tuple[str, ...]:
        """The names without the marker of a variable-length component."""
        return tuple(component.removesuffix(_VARIADIC) for component in self.components)


@dataclass(frozen=True, slots=True)
class PatternMismatch(Exception):
    """A schema's name does not fit the pattern."""

    reason: str


def pattern_problems(pattern: SchemaPattern) -> tuple[str, ...]:
    """What makes a pattern unusable, in words."""
    found = [
        f"component '{name}' is reserved ({' and '.join(RESERVED_COMPONENTS)} are filled in by the engine)"
        for name in pattern.component_names
        if name in RESERVED_COMPONENTS
    ]
    variadic = [component for component in pattern.components if component.endswith(_VARIADIC)]
    if len(variadic) > 1:
        found.append(f"only one component may end in '...', not {len(variadic)}: {', '.join(variadic)}")
    if not pattern.components:
        found.append("'components' names nothing")
    if not pattern.separator:
        found.append("'separator' is empty")
    repeated = {name for name in pattern.component_names if pattern.component_names.count(name) > 1}
    found += [f"component '{name}' is named twice" for name in sorted(repeated)]
    return tuple(found)


def parse_schema_name(pattern: SchemaPattern, schema: str) -> dict[str, tuple[str, ...]]:
    """The values of each component; raises PatternMismatch for a schema of another naming."""
    # A warehouse may store in upper case what people write in lower case, and is asked in whatever case.
    if not schema.lower().startswith(pattern.prefix.lower()):
        raise PatternMismatch(f"schema '{schema}' does not start with '{pattern.prefix}'")
    segments = schema[len(pattern.prefix) :].split(pattern.separator)
    if len(segments) < len(pattern.components) or not all(segments[: len(pattern.components)]):
        raise PatternMismatch(f"schema '{schema}' has too few parts for the components {', '.join(pattern.components)}")
    values: dict[str, tuple[str, ...]] = {}
    at = 0
    for index, component in enumerate(pattern.components):
        following = len(pattern.components) - index - 1
        taken = len(segments) - at - following if component.endswith(_VARIADIC) else 1
        values[component.removesuffix(_VARIADIC)] = tuple(segments[at : at + taken])
        at += taken
    return values


def render_template(template: str, values: Mapping[str, tuple[str, ...] | str], separator: str) -> str:
    """The template with its placeholders filled; a name that has no value stays as it is written."""

    def fill(placeholder: re.Match[str]) -> str:
        name, joiner = placeholder.groups()
        value = values.get(name)
        if value is None:
            return placeholder.group()
        return value if isinstance(value, str) else (separator if joiner is None else joiner).join(value)

    return _PLACEHOLDER.sub(fill, template)


def placeholders(template: str) -> tuple[str, ...]:
    """The names that a template asks for."""
    return tuple(name for name, _ in _PLACEHOLDER.findall(template))
