"""Where the engine keeps its memory when runs come from many machines: typed, with secrets that stay secrets.

project = RockyProject(folder, state=RedisStateResource(url=dg.EnvVar("ROCKY_REDIS_URL")))
"""

from typing import Any

import dagster as dg
from pydantic import Field

from rocky_core.orchestration import RemoteState, redis_state, s3_state, tiered_state


class StateResource(dg.ConfigurableResource[Any]):
    """A place for the state; one of the classes below."""

    def place(self) -> RemoteState:
        """How the store is opened; nothing is asked of it yet.

        Raises:
            UserError: the driver is not installed.

        """
        raise NotImplementedError

    def resolved(self) -> "StateResource":
        """The same with the values of its environment variables."""
        found: StateResource = self.process_config_and_initialize()
        return found


class RedisStateResource(StateResource):
    """The state in a Redis or Valkey server; needs `pip install 'dagster-rocky[redis]'`."""

    url: str = Field(repr=False, description="Such as rediss://user:password@host:6379/0; give it as an EnvVar.")
    prefix: str = Field(default="rocky:state:", description="What every key begins with.")
    namespace: str = Field(default="default", description="Projects that share a server have one each.")

    def place(self) -> RemoteState:
        return redis_state(self.url, self.prefix, self.namespace)


class S3StateResource(StateResource):
    """The state in a bucket of S3 or of what speaks its language; needs `pip install 'dagster-rocky[s3]'`."""

    bucket: str = Field(description="The bucket's name.")
    prefix: str = Field(default="rocky/state/", description="The folder in it.")
    namespace: str = Field(default="default", description="Projects that share a folder have one each.")
    endpoint_url: str | None = Field(default=None, description="Of a store that is not Amazon's own.")
    region: str | None = Field(default=None, description="The bucket's region.")
    access_key_id: str | None = Field(default=None, repr=False, description="Else the environment's credentials.")
    secret_access_key: str | None = Field(default=None, repr=False, description="Give it as an EnvVar.")

    def place(self) -> RemoteState:
        return s3_state(
            self.bucket,
            prefix=self.prefix,
            namespace=self.namespace,
            endpoint=self.endpoint_url,
            region=self.region,
            access_key_id=self.access_key_id,
            secret_access_key=self.secret_access_key,
        )


class TieredStateResource(StateResource):
    """The state in a bucket, with a Redis in front that spares requests; needs the extras `redis` and `s3`."""

    bucket: S3StateResource = Field(description="Where the state really is.")
    front: RedisStateResource = Field(description="What holds copies of it; it may be lost at any time.")

    def place(self) -> RemoteState:
        bucket = self.bucket
        return tiered_state(
            self.front.url,
            self.front.prefix,
            bucket.bucket,
            prefix=bucket.prefix,
            namespace=bucket.namespace,
            endpoint=bucket.endpoint_url,
            region=bucket.region,
            access_key_id=bucket.access_key_id,
            secret_access_key=bucket.secret_access_key,
        )

    def resolved(self) -> "StateResource":
        """The same with both of its parts resolved: Dagster resolves a resource without parts only."""
        return TieredStateResource(bucket=self.bucket.resolved(), front=self.front.resolved())
