"""Who terminates a run stops its statements, and the pipeline is free for the next one."""

import _thread
import contextlib
import threading

import dagster as dg

from dagster_rocky import build_rocky_assets
from tests.dagster.scripted import Script, scripted_project


def test_an_interrupt_cancels_what_runs_gives_the_pipeline_back_and_keeps_what_was_done(tmp_path):
    script = Script(waiting={"b": threading.Event()})
    project = scripted_project(tmp_path / "p", {"a": (), "b": ("a",), "c": ("b",)}, script)

    def interrupt():
        script.is_waiting.wait()
        _thread.interrupt_main()

    threading.Thread(target=interrupt, daemon=True).start()
    with dg.DagsterInstance.ephemeral() as instance:
        job = dg.Definitions(assets=build_rocky_assets(project)).resolve_implicit_global_asset_job_def()
        with contextlib.suppress(KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            job.execute_in_process(instance=instance, raise_on_error=False)
        (run,) = instance.get_runs()
        told = instance.get_asset_keys_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)

    with_state = project.opened.site().read_state("scripted")
    assert (run.status in {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}, script.cancelled) == (True, True)
    assert ({key.path[-1] for key in told}, dict(script.built)) == ({"a"}, {"a": 1})
    assert with_state.leases() == ()
