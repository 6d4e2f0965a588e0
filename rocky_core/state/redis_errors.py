"""What the Redis client's exceptions mean; classified by their type, most specific first."""

from __future__ import annotations

from typing import Final

from redis import exceptions

from rocky_core.errors import StateError, StateFull, StateRefused, StateUnavailable, StateUnreachable

# The exception, what it is for us, what to say, and whether the same call may succeed a little later.
MEANINGS: Final[tuple[tuple[type[Exception], type[StateUnavailable], str, bool], ...]] = (
    (exceptions.AuthenticationError, StateRefused, "it does not accept the credentials", False),
    (exceptions.AuthenticationWrongNumberOfArgsError, StateRefused, "it does not accept the credentials", False),
    (exceptions.AuthorizationError, StateRefused, "it does not accept the credentials", False),
    (exceptions.ExternalAuthProviderError, StateRefused, "it does not accept the credentials", False),
    (exceptions.NoPermissionError, StateRefused, "the user may not run what the state needs", False),
    (exceptions.OutOfMemoryError, StateFull, "its memory is full", False),
    (exceptions.ReadOnlyError, StateUnreachable, "it is a read-only replica", True),
    (exceptions.BusyLoadingError, StateUnreachable, "it is still loading its data", True),
    (exceptions.ClusterDownError, StateUnreachable, "its cluster is down", True),
    (exceptions.TryAgainError, StateUnreachable, "its cluster is moving data", True),
    (exceptions.AskError, StateUnavailable, "it is one node of a cluster; give the address of a proxy", False),
    (exceptions.MaxConnectionsError, StateUnreachable, "all connections are in use", True),
    (exceptions.ConnectionError, StateUnreachable, "it cannot be reached", True),
    (exceptions.TimeoutError, StateUnreachable, "it does not answer in time", True),
    (OSError, StateUnreachable, "it cannot be reached", True),
    (exceptions.RedisError, StateUnavailable, "it refuses what it was asked", False),
)


def judge(error: Exception, location: str, secrets: tuple[str, ...] = ()) -> tuple[StateError, bool]:
    """Our error for one of the client's, without the secrets, and whether trying again makes sense."""
    text = str(error).partition("\n")[0]
    for secret in secrets:
        text = text.replace(secret, "***")
    for known, meaning, words, may_pass in MEANINGS:
        if isinstance(error, known):
            return meaning(f"the state in {location} cannot be used, {words} ({text})"), may_pass
    return StateUnavailable(f"the state in {location} cannot be used ({type(error).__name__}: {text})"), False
