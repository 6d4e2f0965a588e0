"""From `[state]` to a store that machines share; drivers are extras and imported only where one is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from rocky_core.config.retry import Retry
from rocky_core.config.settings import State
from rocky_core.errors import UserError
from rocky_core.ports.clock import Clock
from rocky_core.state.patience import Patience
from rocky_core.state.record_store import RecordStore

if TYPE_CHECKING:
    from rocky_core.state.open_object_store import ObjectStoreOptions
    from rocky_core.state.open_redis import RedisOptions

_NAMESPACE: Final = "default"
# A lease lives for 60 seconds: a request that hangs for longer would cost the run its pipeline.
_LONGEST_REQUEST_SECONDS: Final = 30
_RECOVERY_SECONDS: Final = 30.0  # A server that restarts is back by then, and a run lasts longer.
_LONGEST_COPY_SECONDS: Final = 2.0  # What is not there by then is read where it really is.


def remote_state(state: State, namespace: str | None) -> Callable[[Clock], RecordStore]:
    """How the store of a `[state]` with a remote backend is opened; nothing is asked of it yet.

    Raises:
        UserError: a key is missing, or its driver is not installed.

    """
    match state.backend:
        case "valkey":
            return _valkey(state, namespace or _NAMESPACE)
        case "s3" | "gcs":
            return _objects(state, namespace or _NAMESPACE)
        case "tiered":
            return _tiered(state, namespace or _NAMESPACE)
        case "local":
            raise AssertionError("a local state has no server")


def driver_missing(driver: str, extra: str) -> UserError:
    """What people are told where a store's driver is not there."""
    return UserError(
        f"the state cannot be kept there: the package '{driver}' is not installed",
        hint=f"pip install 'dagster-rocky[{extra}]'",
    )


def _valkey(state: State, namespace: str) -> Callable[[Clock], RecordStore]:
    options = _redis_options(state, namespace, _timeout(state))
    from rocky_core.state.open_redis import open_redis  # noqa: PLC0415 — an extra's driver

    return lambda clock: open_redis(options, clock)


def _objects(state: State, namespace: str) -> Callable[[Clock], RecordStore]:
    options = _object_options(state, namespace, "s3" if state.backend == "s3" else "gcs")
    from rocky_core.state.open_object_store import open_object_store  # noqa: PLC0415 — an extra's driver

    return lambda clock: open_object_store(options, clock)


def _tiered(state: State, namespace: str) -> Callable[[Clock], RecordStore]:
    """A bucket, of whichever cloud one is named, with a Redis in front that is not waited for long."""
    if state.s3_bucket is not None and state.gcs_bucket is not None:
        raise UserError(
            '[state] backend = "tiered" has one bucket, and both s3_bucket and gcs_bucket are set',
            hint="take one of them out",
        )
    objects = _object_options(state, namespace, "s3" if state.gcs_bucket is None else "gcs")
    front = _redis_options(state, namespace, min(_timeout(state), _LONGEST_COPY_SECONDS))
    from rocky_core.state.open_tiered import TieredOptions, open_tiered  # noqa: PLC0415 — extras' drivers

    return lambda clock: open_tiered(TieredOptions(objects, front), clock)


def _redis_options(state: State, namespace: str, timeout_seconds: float) -> RedisOptions:
    if state.valkey_url is None:
        raise _key_missing(state.backend, "valkey_url", 'valkey_url = "${ROCKY_VALKEY_URL}"')
    try:
        from rocky_core.state.open_redis import DEFAULT_PREFIX, RedisOptions  # noqa: PLC0415 — an extra's driver
    except ImportError as error:
        raise driver_missing("redis", "redis") from error
    return RedisOptions(
        state.valkey_url.get_secret_value(),
        DEFAULT_PREFIX if state.valkey_prefix is None else state.valkey_prefix,
        namespace,
        timeout_seconds=timeout_seconds,
        patience=_patience(state.retry),
    )


def _object_options(state: State, namespace: str, cloud: Literal["s3", "gcs"]) -> ObjectStoreOptions:
    is_s3 = cloud == "s3"
    bucket, prefix = (state.s3_bucket, state.s3_prefix) if is_s3 else (state.gcs_bucket, state.gcs_prefix)
    if bucket is None:
        raise _key_missing(state.backend, f"{cloud}_bucket", f'{cloud}_bucket = "my-bucket"')
    try:
        from rocky_core.state.open_object_store import (  # noqa: PLC0415 — an extra's driver
            DEFAULT_PREFIX,
            Cloud,
            ObjectStoreOptions,
        )
    except ImportError as error:
        raise driver_missing("obstore", cloud) from error
    return ObjectStoreOptions(
        Cloud(cloud),
        bucket,
        DEFAULT_PREFIX if prefix is None else prefix,
        namespace,
        endpoint=state.s3_endpoint if is_s3 else None,
        region=state.s3_region if is_s3 else None,
        timeout_seconds=_timeout(state),
        patience=_patience(state.retry),
    )


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
        recovery_seconds=_RECOVERY_SECONDS if recovery is None else float(recovery),
        max_retries_in_all=retry.max_retries_per_run,
    )
