"""Seeds are assets, each loaded on its own."""

from collections import Counter

import dagster as dg
import duckdb
import pytest

from dagster_rocky import RockyProject, build_rocky_seed_assets
from rocky_core.api import Project
from rocky_core.errors import FailureKind
from rocky_core.ir.replace import replace

TOML = '[adapter]\ntype = "duckdb"\npath = "shop.duckdb"\n'


def shop(tmp_path):
    (tmp_path / "rocky.toml").write_text(TOML)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "colours.csv").write_text("id,name\n1,red\n2,blue\n")
    (tmp_path / "seeds" / "sizes.csv").write_text("id,name\n1,small\n")
    return tmp_path


def test_a_subset_of_the_seeds_is_loaded(tmp_path):
    project = shop(tmp_path)

    result = dg.materialize(build_rocky_seed_assets(project), selection=["colours"])

    (event,) = result.get_asset_materialization_events()
    assert (event.asset_key, event.materialization.metadata["dagster/row_count"].value) == (dg.AssetKey("colours"), 2)
    with duckdb.connect(str(project / "shop.duckdb")) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == [("colours",)]


def test_a_seed_that_cannot_be_loaded_stops_no_other(tmp_path):
    project = shop(tmp_path)
    (project / "seeds" / "sizes.csv").write_text("id,id\n1,small\n")

    result = dg.materialize(build_rocky_seed_assets(project), raise_on_error=False)

    told = [event.asset_key.path[-1] for event in result.get_asset_materialization_events()]
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert (result.success, told) == (False, ["colours"])
    assert "sizes" in failed.step_failure_data.user_failure_data.description


def test_without_seeds_there_is_no_step(tmp_path):
    (tmp_path / "rocky.toml").write_text(TOML)

    assert build_rocky_seed_assets(tmp_path) == []


AT_ONCE = {"transient": {"retries": 2, "wait_seconds": 0}}


@pytest.mark.parametrize(
    ("failures", "kind", "attempts", "succeeds"),
    [
        (1, FailureKind.TRANSIENT, {"colours": 1, "sizes": 2}, True),
        (2, FailureKind.TRANSIENT, {"colours": 1, "sizes": 3}, True),
        (3, FailureKind.TRANSIENT, {"colours": 1, "sizes": 3}, False),
        (1, FailureKind.QUERY_REJECTED, {"colours": 1, "sizes": 1}, False),
    ],
    ids=["once", "twice", "too often", "for good"],
)
def test_a_seed_that_failed_is_loaded_again_alone_as_its_kind_allows(
    tmp_path, monkeypatch, failures, kind, attempts, succeeds
):
    project = RockyProject(shop(tmp_path))
    tried = Counter()
    load = Project.seed

    def failing(self, pipeline=None, *, only=None):
        for outcome in load(self, pipeline, only=only):
            tried[outcome.name] += 1
            fails = outcome.name == "sizes" and tried["sizes"] <= failures
            yield replace(outcome, error="not now", kind=kind) if fails else outcome

    monkeypatch.setattr(Project, "seed", failing)

    result = dg.materialize(build_rocky_seed_assets(project, retries=AT_ONCE), raise_on_error=False)

    assert (result.success, tried) == (succeeds, attempts)
    told = sorted(event.asset_key.path[-1] for event in result.get_asset_materialization_events())
    assert told == (["colours", "sizes"] if succeeds else ["colours"])
