"""A Dagster run that is launched twice under one run key does its work once; by hand it is done again."""

import dagster as dg
import pytest

from dagster_rocky import RockyResource
from dagster_rocky.run_key import key_of_run
from rocky_core.ir.replace import replace
from rocky_core.orchestration import RunRequest

LAUNCHED = {"dagster/run_key": "2026-03-01", "dagster/sensor_name": "files"}
FIRST = dg.DagsterRun(job_name="nightly", run_id="1", tags=LAUNCHED)
REQUEST = RunRequest(select=("orders",))
AGAIN = {"run_id": "2", "root_run_id": "1", "parent_run_id": "1"}

# A run, what it asks for, and whether that is the same piece of work as the first.
RUNS = {
    "launched again under the same key": (FIRST._replace(run_id="2"), REQUEST, True),
    "an automatic retry": (FIRST._replace(**AGAIN, tags={**LAUNCHED, "dagster/retry_number": "1"}), REQUEST, True),
    "by hand, again": (FIRST._replace(**AGAIN), REQUEST, False),
    "another key": (FIRST._replace(tags={**LAUNCHED, "dagster/run_key": "2026-03-02"}), REQUEST, False),
    "the same key of another sensor": (FIRST._replace(tags={**LAUNCHED, "dagster/sensor_name": "x"}), REQUEST, False),
    "another job": (FIRST._replace(job_name="weekly"), REQUEST, False),
    "another partition": (FIRST._replace(tags={**LAUNCHED, "dagster/partition": "p"}), REQUEST, False),
    "other models": (FIRST, replace(REQUEST, select=("items",)), False),
}


@pytest.mark.parametrize("case", RUNS)
def test_a_key_is_that_of_one_piece_of_work(case):
    run, request, is_same = RUNS[case]

    assert (key_of_run(run, request) == key_of_run(FIRST, REQUEST)) == is_same


def test_without_a_run_key_the_run_itself_is_the_piece_of_work():
    first = dg.DagsterRun(job_name="nightly", run_id="1", tags={})
    retried = first._replace(**AGAIN, tags={"dagster/retry_number": "1"})

    assert key_of_run(first, REQUEST) == key_of_run(retried, REQUEST)
    assert key_of_run(first, REQUEST) != key_of_run(first._replace(run_id="3"), REQUEST)


@pytest.mark.parametrize(("idempotency", "second"), [("run_key", "SkippedIdempotent"), ("none", "Success")])
def test_a_run_that_is_launched_twice_does_its_work_once_if_it_is_to(idempotency, second, project):
    ended = []

    @dg.asset
    def refreshed(context: dg.AssetExecutionContext, rocky: RockyResource):
        result = rocky.run("stg_observers")
        rocky.raise_for_retry(result, context)
        ended.append(result.status)

    for _ in range(2):
        rocky = RockyResource(project_dir=str(project), idempotency=idempotency)
        assert dg.materialize([refreshed], resources={"rocky": rocky}, tags=LAUNCHED).success

    assert ended == ["Success", second]


def test_outside_of_a_dagster_run_there_is_no_key(project):
    rocky = RockyResource(project_dir=str(project), idempotency="run_key")

    assert [rocky.run("stg_observers").status for _ in range(2)] == ["Success", "Success"]
