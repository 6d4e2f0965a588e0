"""From `[state]` to a store that machines share; drivers are extras and imported only where one is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rocky_core.config.retry import Retry
from rocky_core.config.settings import State
from rocky_core.errors import UserError
from rocky_core.ports.clock import Clock
from rocky_core.state.patience import Patience
from rocky_core.state.record_store import RecordStore

_NAMESPACE: Final = "default"
# A lease lives for 60 seconds: a request that hangs for longer would cost the run its pipeline.
_LONGEST_REQUEST_SECONDS: Final = 30


def remote_state(state: State, namespace: str | None) -> Callable[[Clock], RecordStore]:
    """How the store of a `[state]` with a remote backend is opened; nothing is asked of it yet.

    Raises:
        UserError: a key is missing, its driver is not installed, or there is no such store yet.

    """
    match state.backend:
        case "valkey":
            return _valkey(state, namespace or _NAMESPACE)
        case "s3" | "gcs":
            return _objects(state, namespace or _NAMESPACE)
        case "tiered":
            raise UserError(
                '[state] backend = "tiered" cannot be used: it is not built yet',
                hint='use backend = "s3" or "gcs" for a state that lasts, or "valkey" for a fast one',
            )
        case "local":
            raise AssertionError("a local state has no server")


def driver_missing(driver: str, extra: str) -> UserError:
    """What people are told where a store's driver is not there."""
    return UserError(
        f"the state cannot be kept there: the package '{driver}' is not installed",
        hint=f"pip install 'dagster-rocky[{extra}]'",
    )


def _valkey(state: State, namespace: str) -> Callable[[Clock], RecordStore]:
    if state.valkey_url is None:
        raise _key_missing(state.backend, "valkey_url", 'valkey_url = "${ROCKY_VALKEY_URL}"')
    try:
        from rocky_core.state.open_redis import (  # noqa: PLC0415 — an extra's driver
            DEFAULT_PREFIX,
            RedisOptions,
            open_redis,
        )
    except ImportError as error:
        raise driver_missing("redis", "redis") from error
    options = RedisOptions(
        state.valkey_url.get_secret_value(),
        DEFAULT_PREFIX if state.valkey_prefix is None else state.valkey_prefix,
        namespace,
        timeout_seconds=_timeout(state),
        patience=_patience(state.retry),
    )
    return lambda clock: open_redis(options, clock)


def _objects(state: State, namespace: str) -> Callable[[Clock], RecordStore]:
    is_s3 = state.backend == "s3"
    bucket, prefix = (state.s3_bucket, state.s3_prefix) if is_s3 else (state.gcs_bucket, state.gcs_prefix)
    if bucket is None:
        raise _key_missing(state.backend, f"{state.backend}_bucket", f'{state.backend}_bucket = "my-bucket"')
    try:
        from rocky_core.state.open_object_store import (  # noqa: PLC0415 — an extra's driver
            DEFAULT_PREFIX,
            Cloud,
            ObjectStoreOptions,
            open_object_store,
        )
    except ImportError as error:
        raise driver_missing("obstore", state.backend) from error
    options = ObjectStoreOptions(
        Cloud(state.backend),
        bucket,
        DEFAULT_PREFIX if prefix is None else prefix,
        namespace,
        endpoint=state.s3_endpoint if is_s3 else None,
        region=state.s3_region if is_s3 else None,
        timeout_seconds=_timeout(state),
        patience=_patience(state.retry),
    )
    return lambda clock: open_object_store(options, clock)


def _key_missing(backend: str, key: str, example: str) -> UserError:
    return UserError(f'[state] backend = "{backend}" needs {key}', hint=f"add {example} to [state]")


def _timeout(state: State) -> float:
    return float(min(max(state.transfer_timeout_seconds, 1), _LONGEST_REQUEST_SECONDS))


def _patience(retry: Retry) -> Patience:
    recovery = retry.circuit_breaker_recovery_timeout_secs
    return Patience(
        max_retries=retry.max_retries,
        initial_backoff_seconds=retry.initial_backoff_ms / 1000,
        max_backoff_seconds=retry.max_backoff_ms / 1000,
        backoff_multiplier=retry.backoff_multiplier,
        has_jitter=retry.jitter,
        breaker_threshold=retry.circuit_breaker_threshold,
        recovery_seconds=None if recovery is None else float(recovery),
        max_retries_in_all=retry.max_retries_per_run,
    )
