"""Feeding a run to its hooks: order, verdicts, what runs beside it, and that nothing is raised into it."""

from __future__ import annotations

import logging
import threading

import pytest

from rocky_core.errors import FailureKind
from rocky_core.hooks.beside import Beside
from rocky_core.hooks.dispatch import Dispatcher
from rocky_core.hooks.moments import ChecksStarting, ProjectCompiled
from rocky_core.ir.hooks import Abort, GoOn, HookStatus, Reach
from rocky_core.ir.replace import replace
from rocky_core.ir.run import ModelFailed, ModelStarted, ModelSucceeded, RunFinished, RunStarted, RunStatus
from tests.unit.hooks.conftest import NOW

STARTED = RunStarted("run-1", "daily", "transformation", NOW, ("orders",))
FINISHED = RunFinished("run-1", RunStatus.SUCCESS, NOW, 900)
BEFORE = ModelStarted("orders", NOW)
AFTER = ModelSucceeded("orders", ("orders",), "merge", NOW, 40)
FAILED = ModelFailed("orders", ("orders",), "no", FailureKind.UNKNOWN, 40)


def dispatcher(table, outside):
    return Dispatcher(table, outside, "daily")


def outcomes(running):
    return [(one.event, one.target, one.status.value) for one in running.results]


def test_a_run_without_hooks_goes_on(hooks, outside):
    running = dispatcher(hooks(""), outside)

    assert [running.feed(event) for event in (STARTED, BEFORE, AFTER, FINISHED)] == [GoOn()] * 4
    assert running.results == ()


def test_commands_fire_before_webhooks_each_in_the_order_of_the_file(hooks, outside, server):
    text = f"""
[[hook.webhooks.on_pipeline_start]]
url = "{server.url}/a"
[[hook.webhooks.on_pipeline_start]]
url = "{server.url}/b"
[[hook.on_pipeline_start]]
command = "echo 1 >> order"
[[hook.on_pipeline_start]]
command = "echo 2 >> order"
"""
    running = dispatcher(hooks(text), outside)

    assert running.feed(STARTED) == GoOn()
    assert outcomes(running) == [
        ("pipeline_start", "echo 1 >> order", "Succeeded"),
        ("pipeline_start", "echo 2 >> order", "Succeeded"),
        ("pipeline_start", f"{server.url}/a", "Succeeded"),
        ("pipeline_start", f"{server.url}/b", "Succeeded"),
    ]
    assert [one.path for one in server.received] == ["/a", "/b"]


@pytest.mark.parametrize(
    ("on_failure", "verdict"),
    [
        ("abort", Abort("pipeline_start", "hook on 'pipeline_start' failed: exit 7: exit code 7", Reach.RUN)),
        ("error", Abort("pipeline_start", "hook on 'pipeline_start' failed: exit 7: exit code 7", Reach.RUN)),
        ("warn", GoOn()),
        ("ignore", GoOn()),
    ],
)
def test_only_an_abort_stops_anything(hooks, outside, on_failure, verdict):
    text = f"""
[[hook.on_pipeline_start]]
command = "exit 7"
on_failure = "{on_failure}"
[[hook.on_pipeline_start]]
command = "true"
[[hook.webhooks.on_pipeline_start]]
url = "http://127.0.0.1:1/x"
on_failure = "ignore"
"""
    running = dispatcher(hooks(text), outside)

    assert running.feed(STARTED) == verdict
    rest = ["Skipped", "Skipped"] if isinstance(verdict, Abort) else ["Succeeded", "Failed"]
    assert [one.status.value for one in running.results] == ["Failed", *rest]


def test_a_webhook_may_abort_too(hooks, outside, server):
    server.script = [500]
    text = f'[hook.webhooks.on_before_model_run]\nurl = "{server.url}/x"\non_failure = "abort"\n'
    running = dispatcher(hooks(text), outside)
    running.feed(STARTED)

    reason = f"hook on 'before_model_run' failed: {server.url}/x: answered 500"
    assert running.feed(BEFORE) == Abort("before_model_run", reason, Reach.TABLE)


@pytest.mark.parametrize(
    ("key", "event", "reach"),
    [
        ("on_pipeline_start", STARTED, Reach.RUN),
        ("on_compile_complete", ProjectCompiled(1), Reach.RUN),
        ("on_before_model_run", BEFORE, Reach.TABLE),
        ("on_model_success", AFTER, Reach.TABLE),
        ("on_model_failure", FAILED, Reach.TABLE),
        ("on_before_checks", ChecksStarting(1), Reach.END),
        ("on_pipeline_end", FINISHED, Reach.END),
        ("on_pipeline_end", replace(FINISHED, status=RunStatus.FAILURE), Reach.END),
    ],
)
def test_an_abort_says_how_far_it_reaches(hooks, outside, key, event, reach):
    running = dispatcher(hooks(f'[hook.{key}]\ncommand = "false"\non_failure = "abort"\n'), outside)
    if event is not STARTED:
        running.feed(STARTED)

    verdict = running.feed(event)
    assert isinstance(verdict, Abort)
    assert verdict.reach is reach


def test_an_alias_fires_once_for_each_of_its_events(hooks, outside):
    running = dispatcher(hooks('[hook.on_model_success]\ncommand = "true"\n'), outside)
    for event in (STARTED, AFTER, FINISHED):
        running.feed(event)

    assert outcomes(running) == [("after_model_run", "true", "Succeeded")]


def test_asynchronous_webhooks_hold_nothing_up_and_are_awaited_at_the_end(hooks, outside, server):
    arrived = threading.Event()

    def answer_when_released(handler):
        arrived.wait(20)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.script = [answer_when_released]
    text = f'[hook.webhooks.on_model_success]\nurl = "{server.url}/x"\nasync = true\n'
    running = dispatcher(hooks(text), outside)
    running.feed(STARTED)
    for _ in range(6):
        assert running.feed(AFTER) == GoOn()
    assert running.results == ()

    arrived.set()
    running.feed(FINISHED)
    assert outcomes(running) == [("after_model_run", f"{server.url}/x", "Succeeded")] * 6


def test_an_asynchronous_failure_is_a_result_and_no_abort(hooks, outside, server):
    server.script = [500]
    text = f'[hook.webhooks.on_pipeline_start]\nurl = "{server.url}/x"\nasync = true\non_failure = "abort"\n'
    running = dispatcher(hooks(text), outside)

    assert [running.feed(STARTED), running.feed(FINISHED)] == [GoOn(), GoOn()]
    assert outcomes(running) == [("pipeline_start", f"{server.url}/x", "Failed")]


def test_what_is_not_delivered_in_time_is_said_to_be_so(hooks, outside, server):
    server.script = [lambda _handler: server.released.wait(30)]
    running = dispatcher(hooks(f'[hook.webhooks.on_pipeline_start]\nurl = "{server.url}/x"\nasync = true\n'), outside)
    running.feed(STARTED)

    (result,) = running._beside.wait(0.2)
    assert (result.status, result.error) == (HookStatus.FAILED, "not known to be delivered when the run ended")


def test_what_is_not_begun_in_time_is_never_begun():
    beside, gate, begun = Beside(), threading.Event(), []

    def work():
        begun.append(1)
        gate.wait(20)
        return "done"

    for _ in range(10):
        beside.add(work, "late")
    assert beside.wait(0.3) == ("late",) * 10
    count = len(begun)
    gate.set()
    beside.add(lambda: "again", "late")

    assert beside.wait(20) == ("again",)
    assert (count, len(begun)) == (4, 4)


def test_tables_do_not_wait_for_the_hooks_of_other_tables(hooks, outside):
    """Both hooks end only when the other has begun."""
    text = """
[hook.on_before_model_run]
command = '''
name=$(sed -n 's/.*"model": "\\(.*\\)",/\\1/p'); : > "$name.here"
while [ ! -e a.here ] || [ ! -e b.here ]; do sleep 0.02; done
'''
timeout_ms = 20000
"""
    running = dispatcher(hooks(text), outside)
    running.feed(STARTED)
    threads = [threading.Thread(target=running.feed, args=(ModelStarted(name, NOW),)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one.status for one in running.results] == [HookStatus.SUCCEEDED] * 2


def test_a_fault_of_the_machinery_is_a_failed_hook_with_its_secret_covered(hooks, outside):
    class Broken:
        def run(self, command):
            raise RuntimeError(f"cannot {command.line}")

    text = '[hook.on_pipeline_start]\ncommand = "say ${PASS_PHRASE}"\non_failure = "abort"\n'
    running = dispatcher(hooks(text, {"PASS_PHRASE": "hush-hush"}), replace(outside, runner=Broken()))

    verdict = running.feed(STARTED)
    shown = "say ${PASS_PHRASE}: could not be fired (RuntimeError): cannot say ***"
    assert verdict == Abort("pipeline_start", f"hook on 'pipeline_start' failed: {shown}", Reach.RUN)


def test_nothing_is_raised_into_the_run(hooks, outside, caplog):
    class NoClock:
        def now(self):
            raise RuntimeError("no time")

        def monotonic(self):
            raise RuntimeError("no time")

    running = dispatcher(hooks('[hook.on_pipeline_start]\ncommand = "true"\n'), replace(outside, clock=NoClock()))

    assert [running.feed(STARTED), running.feed(object()), running.feed(FINISHED)] == [GoOn()] * 3
    assert "hook.dispatch_failed event=RunStarted" in caplog.text


def test_failures_are_logged_as_loudly_as_they_matter(hooks, outside, caplog):
    caplog.set_level(logging.DEBUG)
    text = "".join(
        f'[[hook.on_pipeline_start]]\ncommand = "exit {code}"\non_failure = "{on_failure}"\n'
        for code, on_failure in ((1, "ignore"), (2, "warn"), (3, "abort"))
    )
    dispatcher(hooks(text), outside).feed(STARTED)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("DEBUG", "hook on 'pipeline_start' failed: exit 1: exit code 1"),
        ("WARNING", "hook on 'pipeline_start' failed: exit 2: exit code 2"),
        ("ERROR", "hook on 'pipeline_start' failed: exit 3: exit code 3"),
    ]
