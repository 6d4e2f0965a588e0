"""What every typed part of a TOML file has in common: strict keys, strict scalars, frozen values."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, Strict

Text = Annotated[str, Strict()]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict(), Field(ge=0)]
Positive = Annotated[int, Strict(), Field(ge=1)]
Integer = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Amount = Annotated[float, Strict(), Field(ge=0)]
Texts = tuple[Text, ...]
Secret = SecretStr


class Section(BaseModel):
    """A table of a TOML file; a key that it does not know is a finding."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, protected_namespaces=())


class LenientSection(Section):
    """A table in which an unknown key is only a warning."""


def _severity(value: Any) -> Any:
    return "warning" if value == "warn" else value


CheckSeverityName = Annotated[Literal["error", "warning"], BeforeValidator(_severity)]
"""How bad a failed check is; `warn` is accepted for `warning`."""
