"""What the object store client's exceptions mean; classified by their type, most specific first."""

from __future__ import annotations

import re
from typing import Final

from obstore import exceptions

from rocky_core.errors import StateError, StateFull, StateRefused, StateUnavailable, StateUnreachable

# The exception, what it is for us, what to say, and whether the same call may succeed a little later.
MEANINGS: Final[tuple[tuple[type[Exception], type[StateUnavailable], str, bool], ...]] = (
    (exceptions.UnauthenticatedError, StateRefused, "it does not accept the credentials", False),
    (exceptions.PermissionDeniedError, StateRefused, "the credentials do not allow it", False),
    (exceptions.NotFoundError, StateUnavailable, "the bucket is not there", False),
    (exceptions.NotSupportedError, StateUnavailable, "it cannot write on a condition, which the state needs", False),
    (exceptions.InvalidPathError, StateUnavailable, "a name is not valid", False),
    (exceptions.UnknownConfigurationKeyError, StateUnavailable, "a setting is not known", False),
    # The client tells nothing finer of servers that fail, refuse for now, or do not answer.
    (exceptions.BaseError, StateUnreachable, "it does not answer as it should", True),
    # Some of them come as Python's own.
    (FileNotFoundError, StateUnavailable, "the bucket is not there", False),
    (PermissionError, StateRefused, "the credentials do not allow it", False),
    (OSError, StateUnreachable, "it cannot be reached", True),
)
_LONGEST_TEXT: Final = 300
_DUMP: Final = "Debug source:"  # What the client adds from here on says the same for its authors.
# The client has no type for it: the status, or what servers that speak the language of S3 call it.
_NO_SPACE: Final = re.compile(r"status code: 507\b|<Code>\w*(?:QuotaExceeded|StorageFull)</Code>")


def judge(error: Exception, location: str, secrets: tuple[str, ...] = ()) -> tuple[StateError, bool]:
    """Our error for one of the client's, without the secrets, and whether trying again makes sense."""
    told = " ".join(str(error).split())
    text = told.partition(_DUMP)[0].strip()[:_LONGEST_TEXT]
    for secret in secrets:
        text = text.replace(secret, "***")
    if isinstance(error, exceptions.BaseError) and _NO_SPACE.search(told.partition(_DUMP)[0]):
        return StateFull(f"the state in {location} cannot be used, it has no space left ({text})"), False
    for known, meaning, words, may_pass in MEANINGS:
        if isinstance(error, known):
            return meaning(f"the state in {location} cannot be used, {words} ({text})"), may_pass
    return StateUnavailable(f"the state in {location} cannot be used ({type(error).__name__}: {text})"), False
