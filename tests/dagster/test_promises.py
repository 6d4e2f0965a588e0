"""Over graphs, failures, checks and subsets of any kind: green means done, and what is done is done once."""

import tempfile
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_rocky import build_rocky_assets
from tests.dagster.scripted import AT_ONCE, ERRORS, Script, scripted_project

RETRIES = {"transient": 3, "connection-failed": 3, "quota-exceeded": 2}
NAMES = "abcdefg"


@st.composite
def worlds(draw):
    """A graph in the order of its names, what goes wrong in it, and what is asked for."""
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    reads = {name: tuple(draw(st.sets(st.sampled_from(names[:at])))) if at else () for at, name in enumerate(names)}
    kinds = st.one_of(st.just("transient"), st.sampled_from(sorted(ERRORS)))
    failures = {name: draw(st.one_of(st.just([]), st.lists(kinds, max_size=5))) for name in names}
    failing_checks = draw(st.sets(st.sampled_from(names), max_size=2))
    selected = draw(st.one_of(st.just(set(names)), st.sets(st.sampled_from(names), min_size=1)))
    return reads, failures, failing_checks, selected


def succeeds(failures):
    return all(attempt <= RETRIES.get(kind, 0) for attempt, kind in enumerate(failures, 1))


def expected(reads, failures, failing_checks, selected):
    """Which of the selected models are written, and which of those are good."""
    written, good = set(), set()
    for name in sorted(selected):
        if all(read in good for read in reads[name] if read in selected) and succeeds(failures[name]):
            written.add(name)
            if name not in failing_checks:
                good.add(name)
    return written, good


def materialize(project, selected, instance):
    definitions = dg.Definitions(
        assets=build_rocky_assets(project, retries=AT_ONCE),
        jobs=[dg.define_asset_job("job", selection=[dg.AssetKey(["db", "main", name]) for name in selected])],
        loggers={"silent": dg.LoggerDefinition(lambda _: dg.get_dagster_logger("silent"))},
    )
    return definitions.resolve_job_def("job").execute_in_process(
        instance=instance, raise_on_error=False, run_config={"loggers": {"silent": {}}}
    )


@settings(max_examples=12)
@given(worlds())
def test_green_means_that_everything_asked_for_is_done_and_nothing_is_done_twice(world):
    reads, failures, failing_checks, selected = world
    written, good = expected(reads, failures, failing_checks, selected)
    script = Script(failures={name: list(kinds) for name, kinds in failures.items()}, failing_checks=failing_checks)
    with tempfile.TemporaryDirectory() as folder, dg.DagsterInstance.ephemeral() as instance:
        result = materialize(scripted_project(Path(folder) / "p", reads, script), selected, instance)

    told = sorted(event.asset_key.path[-1] for event in result.get_asset_materialization_events())
    assert result.success == (good == selected)
    assert told == sorted(written)
    assert dict(script.built) == dict.fromkeys(written, 1)
    assert set(script.attempts) <= selected
    evaluated = sorted(
        (one.asset_key.path[-1], one.passed)
        for one in result.get_asset_check_evaluations()
        if one.check_name == "not_null__id"
    )
    assert evaluated == sorted((name, name not in failing_checks) for name in written)


@pytest.mark.soak
@settings(max_examples=40)
@given(worlds())
def test_the_same_over_many_more_worlds(world):
    test_green_means_that_everything_asked_for_is_done_and_nothing_is_done_twice.hypothesis.inner_test(world)
