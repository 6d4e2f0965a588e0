"""What a model did is told as soon as it is done, in few events, in an order in which Dagster can follow it."""

import threading
from collections import Counter

import dagster as dg

from dagster_rocky import build_rocky_assets
from tests.dagster.scripted import Script, scripted_project

CHAIN = {"a": (), "b": ("a",), "c": ("b",)}


def test_a_model_is_told_of_while_the_next_is_still_being_built(tmp_path):
    """The writer of `b` waits until Dagster's event log shows `a`."""
    script = Script(waiting={"b": threading.Event()})
    seen = []
    with dg.DagsterInstance.ephemeral() as instance:

        def look():
            script.is_waiting.wait(60)
            key = dg.AssetKey(["db", "main", "a"])
            for _ in range(600):
                if instance.get_latest_materialization_event(key) is not None:
                    seen.append(dict(script.built))
                    break
                threading.Event().wait(0.05)
            script.waiting["b"].set()

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        result = dg.materialize(build_rocky_assets(scripted_project(tmp_path / "p", CHAIN, script)), instance=instance)
        looking.join(60)

    assert result.success
    assert seen == [{"a": 1}], "the log showed `a` only after more was built"


def test_a_model_makes_few_events_besides_one_for_each_check(tmp_path):
    script = Script()
    with dg.DagsterInstance.ephemeral() as instance:
        project = scripted_project(tmp_path / "p", CHAIN, script)
        run_id = dg.materialize(build_rocky_assets(project), instance=instance).run_id
        events = [entry.dagster_event for entry in instance.all_logs(run_id) if entry.dagster_event is not None]

    told = Counter(event.asset_key.path[-1] for event in events if event.is_step_materialization)
    observed = [event for event in events if event.event_type is dg.DagsterEventType.ASSET_OBSERVATION]
    assert (told, observed) == ({"a": 1, "b": 1, "c": 1}, [])
    own = Counter()
    for event in events:
        data = event.event_specific_data
        key = getattr(data, "asset_key", None) or event.asset_key
        if key is not None and "CHECK" not in event.event_type.value:
            own[key.path[-1]] += 1
        elif event.event_type is dg.DagsterEventType.STEP_OUTPUT and "not_null" not in data.output_name:
            own[data.output_name.split("__")[2].split("_")[0]] += "compile" not in data.output_name
    assert max(own.values()) <= 5
