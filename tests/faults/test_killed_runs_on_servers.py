"""A run that is killed loses nothing either where its state is on a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.api import ProjectOptions, open_project
from tests.adapters.state.servers import s3, valkey
from tests.faults.run_and_die import SUCCEEDED, run_to_end
from tests.faults.test_killed_runs import NEWS, execute, left_after_the_next, project, what_is_left

STRATEGY = "incremental"  # Appends are what must be neither lost nor made twice.
EVERY = 4  # Each call is walked with the local state; here it is about the stores.


@pytest.fixture(params=["valkey", "s3", "tiered"])
def section(request, tmp_path, monkeypatch):
    """[state] for a folder: each has a state of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    if request.param == "valkey":
        with valkey(tmp_path) as url:
            yield f'[state]\nbackend = "valkey"\nvalkey_url = "{url}"\nvalkey_prefix = "{{name}}:"\n'
    else:
        with s3() as address, valkey(tmp_path) as front:
            yield (
                f'[state]\nbackend = "{request.param}"\ns3_bucket = "rocky-state"\ns3_prefix = "{{name}}/"\n'
                f's3_endpoint = "{address}"\ns3_region = "us-east-1"\nvalkey_url = "{front}"\n'
            )


def prepared(folder: Path, section: str) -> Path:
    """A project that has run once, and has new rows since."""
    project(folder, STRATEGY)
    with (folder / "rocky.toml").open("a") as config:
        config.write("\n" + section.format(name=folder.name))
    assert run_to_end(folder, key="first") == SUCCEEDED
    execute(folder, NEWS)
    return folder


def left(folder: Path) -> dict[str, object]:
    site = open_project(ProjectOptions(config_file=folder / "rocky.toml")).site()
    return what_is_left(folder, site.read_state("nightly"))


@pytest.mark.slow
def test_a_run_killed_at_any_call_leaves_no_trace_after_the_next(section, tmp_path):
    undisturbed = prepared(tmp_path / "undisturbed", section)
    assert run_to_end(undisturbed) == SUCCEEDED
    expected = left(undisturbed)
    assert (expected["leases"], expected["intents"]) == ((), ())

    deaths = 0
    for kill_at in range(2, 500, EVERY):
        folder = prepared(tmp_path / f"k{kill_at}", section)
        if run_to_end(folder, kill_at) == SUCCEEDED:
            break
        deaths += 1
        assert left_after_the_next(folder, left) == expected, f"killed before call {kill_at}"

    assert deaths > 4
