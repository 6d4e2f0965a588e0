"""The state may be kept elsewhere, and what is secret about that place is never shown."""

import sys
from pathlib import Path

import dagster as dg
import pytest

from dagster_rocky import (
    RedisStateResource,
    RockyProject,
    RockyResourceWithState,
    S3StateResource,
    TieredStateResource,
    build_rocky_assets,
)
from dagster_rocky.state_resources import StateResource
from rocky_core.errors import UserError
from rocky_core.state.open_state import open_state


class ElsewhereResource(StateResource):
    """A state file somewhere else, in place of a server."""

    file: str

    def place(self):
        return lambda clock: open_state(Path(self.file), clock, recreates_newer=False).store


def test_assets_keep_their_state_where_an_environment_variable_says(project, tmp_path, monkeypatch):
    monkeypatch.setenv("ROCKY_STATE", str(tmp_path / "elsewhere.db"))
    remote = RockyProject(project, state=ElsewhereResource(file=dg.EnvVar("ROCKY_STATE")))

    assert dg.materialize(build_rocky_assets(remote)).success
    assert (tmp_path / "elsewhere.db").is_file()
    assert not list(project.rglob(".rocky-state*"))


# Dagster itself calls what it deprecates when a resource holds another one.
@pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning")
def test_so_does_the_resource(project, tmp_path, monkeypatch):
    monkeypatch.setenv("ROCKY_STATE", str(tmp_path / "elsewhere.db"))

    @dg.asset
    def built(rocky: RockyResourceWithState):
        assert rocky.run("stg_observers").status == "Success"

    store = ElsewhereResource(file=dg.EnvVar("ROCKY_STATE"))
    rocky = RockyResourceWithState(project_dir=str(project), state_store=store)

    assert dg.materialize([built], resources={"rocky": rocky}).success
    assert (tmp_path / "elsewhere.db").is_file()


@pytest.mark.parametrize(
    ("resource", "module", "extra"),
    [
        (RedisStateResource(url="redis://:hush@nowhere"), "redis", "redis"),
        (S3StateResource(bucket="b", secret_access_key="hush"), "obstore.store", "s3"),  # noqa: S106 — none
        (
            TieredStateResource(bucket=S3StateResource(bucket="b"), front=RedisStateResource(url="redis://:hush@x")),
            "redis",
            "redis",
        ),
    ],
)
def test_a_missing_driver_is_told_with_its_extra_and_nothing_secret_is_shown(resource, module, extra, monkeypatch):
    for name in ("rocky_core.state.open_redis", "rocky_core.state.open_object_store"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(UserError) as raised:
        resource.place()

    assert raised.value.hint == f"pip install 'dagster-rocky[{extra}]'"
    assert "hush" not in repr(resource)
