"""Opens the state in a bucket of S3, of something that speaks its language, or of GCS as a store."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from obstore.store import GCSStore, ObjectStore, S3Store

from rocky_core.errors import UserError
from rocky_core.ir.names import is_identifier
from rocky_core.ports.clock import Clock
from rocky_core.state.object_backend import ObjectBackend
from rocky_core.state.object_io import ObjectIo
from rocky_core.state.object_namespace import ObjectNamespace
from rocky_core.state.open_redis import DEFAULT_NAMESPACE
from rocky_core.state.patience import DEFAULT_PATIENCE, Patience, PatientCaller
from rocky_core.state.record_store import RecordStore
from rocky_core.state.remote_format import FORMAT
from rocky_core.state.server_clock import synchronised

DEFAULT_PREFIX: Final = "rocky/state/"
_PREFIX_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=")
_BUCKET_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_SECRET_VARIABLES: Final = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_SERVICE_ACCOUNT_KEY")


class Cloud(StrEnum):
    """Whose language the store speaks."""

    S3 = "s3"
    GCS = "gcs"


@dataclass(frozen=True, slots=True)
class ObjectStoreOptions:
    """`[state]` for a bucket; credentials are those of the environment unless they are given here."""

    cloud: Cloud
    bucket: str
    prefix: str = DEFAULT_PREFIX
    namespace: str = DEFAULT_NAMESPACE
    endpoint: str | None = None  # Of something other than the cloud itself that speaks its language.
    region: str | None = None
    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0
    patience: Patience = DEFAULT_PATIENCE


def open_object_store(options: ObjectStoreOptions, clock: Clock) -> RecordStore:
    """Look at the bucket, and prove that what is there is of our format; instants are those of the bucket's server.

    Raises:
        UserError: a name is not valid.
        StateError: the bucket cannot be used.

    """
    io = open_objects(options, clock)
    backend = ObjectBackend(ObjectNamespace(io), clock)
    _ = backend.schema_version  # Refuses what a later version has written.
    return RecordStore(backend, synchronised(clock, lambda: io.server_now("clock")))


def open_objects(options: ObjectStoreOptions, clock: Clock) -> ObjectIo:
    """The objects of the namespace; nothing is asked of the store yet."""
    _check(options)
    prefix = f"{options.prefix.strip('/')}/v{FORMAT}/{options.namespace}".lstrip("/")
    location = f"{options.cloud.value}://{options.bucket}/{prefix}{_whose(options)}"
    secrets = tuple(
        text for text in (options.secret_access_key, *(os.environ.get(name) for name in _SECRET_VARIABLES)) if text
    )
    return ObjectIo(_connect(options, prefix), PatientCaller(options.patience, clock, location), location, secrets)


def _whose(options: ObjectStoreOptions) -> str:
    """Whose bucket it is, where that is not the cloud itself: two servers may have buckets of one name."""
    named = (os.environ.get(name) for name in _ENDPOINT_VARIABLES) if options.cloud is Cloud.S3 else ()
    endpoint = options.endpoint or next(filter(None, named), None)
    if endpoint is None:
        return ""
    parts = urlsplit(endpoint)  # Only its host is shown, since the rest may hold a password.
    return f" on {parts.netloc.rpartition('@')[2] or parts.path}"


def _connect(options: ObjectStoreOptions, prefix: str) -> ObjectStore:
    timeout = timedelta(seconds=options.timeout_seconds)
    is_plain = options.endpoint is not None and options.endpoint.startswith("http://")
    client: Any = {"timeout": timeout, "connect_timeout": timeout, "allow_http": is_plain}
    retries: Any = {"max_retries": 0}  # Retries are ours to count, see `PatientCaller`.
    if options.cloud is Cloud.GCS:
        gcs: Any = {} if options.endpoint is None else {"base_url": options.endpoint}
        return GCSStore(options.bucket, prefix=prefix, config=gcs, client_options=client, retry_config=retries)
    given = {
        "endpoint": options.endpoint,
        "region": options.region,
        "access_key_id": options.access_key_id,
        "secret_access_key": options.secret_access_key,
    }
    s3: Any = {name: value for name, value in given.items() if value is not None}
    return S3Store(
        options.bucket,
        prefix=prefix,
        config=s3,
        client_options=client,
        retry_config=retries,
        virtual_hosted_style_request=options.endpoint is None,
    )


def _check(options: ObjectStoreOptions) -> None:
    key = options.cloud.value
    if not options.bucket or not set(options.bucket) <= _BUCKET_CHARACTERS:
        raise UserError(f"[state] {key}_bucket '{options.bucket}' is not the name of a bucket")
    if not set(options.prefix) <= _PREFIX_CHARACTERS or ".." in options.prefix.split("/"):
        raise UserError(f"[state] {key}_prefix '{options.prefix}' may hold letters, digits and any of _-./= only")
    if not is_identifier(options.namespace):
        raise UserError(f"the state namespace '{options.namespace}' may hold letters, digits and _ only")
