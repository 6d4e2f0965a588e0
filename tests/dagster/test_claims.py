"""What integrations of SQL engines with Dagster are known to get wrong, one claim of ours for each.

Claims that have tests of their own elsewhere in this folder:

- A table that failed makes its run red, whatever the kind: `test_every_kind_has_its_budget_and_the_run_is_red_…`.
- Nothing is told as materialized that was not: `test_promises.py`.
- The kind of a failure decides what is tried again: `test_retries.py`. What succeeded is not: `test_resume.py`.
- What the documentation shows runs: `test_dagster_page.py`, `test_testing_page.py`.
- Tables of replications are copied one by one: `test_some_tables_are_copied_and_the_others_left_alone`.
- Daily models may start on different days: `test_two_daily_models_share_one_definition_from_the_earliest_start_on`.
- Checks that are declared are evaluated: `test_declared_and_evaluated_checks_are_the_same`.
- No process is started, not for lineage either: `test_no_other_process_is_started_to_load_or_to_run`.
- An interrupt stops statements and keeps what was done: `test_interrupts.py`.
- Definitions of another version are refused: `test_a_state_of_another_version_or_of_nonsense_is_refused`.
"""

import re
import threading
import time
from importlib.metadata import packages_distributions

import dagster as dg
import duckdb
import pytest

from dagster_rocky import build_rocky_assets, build_rocky_pipeline_assets
from tests.dagster.scripted import Script, scripted_project

PATIENCE_SECONDS = 60
WINDOWED = '[strategy]\ntype = "time_interval"\ntime_column = "moment"\ngranularity = "{}"\nfirst_partition = "{}"\n'
TWO_PIPELINES = """
[adapter]
type = "duckdb"
path = "w.duckdb"

[pipeline.copy]
type = "replication"
strategy = "full_refresh"

[pipeline.copy.source]
schema_pattern = { prefix = "src__", separator = "__", components = ["source"] }

[pipeline.copy.target]
catalog_template = "w"
schema_template = "staging__{source}"
governance = { auto_create_schemas = true }

[pipeline.marts]
type = "transformation"
models = "models/**"
"""


def attempts_under(policy_of, folder):
    """How often each model was tried, in a run whose step or job has a retry policy of Dagster."""
    script = Script(failures={"b": ["query-rejected"] * 9})
    assets = build_rocky_assets(scripted_project(folder, {"a": (), "b": ("a",), "c": ("b",)}, script))
    job = dg.define_asset_job("job", **policy_of)
    with dg.DagsterInstance.ephemeral() as instance:
        resolved = dg.Definitions(assets=assets, jobs=[job]).resolve_job_def("job")
        result = resolved.execute_in_process(instance=instance, raise_on_error=False)
    return result.success, dict(script.attempts)


def test_a_retry_policy_of_the_job_does_not_try_again_what_cannot_pass(tmp_path):
    policy = {"op_retry_policy": dg.RetryPolicy(max_retries=3)}

    assert attempts_under(policy, tmp_path / "p") == (False, {"a": 1, "b": 1})


def test_models_that_do_not_read_each_other_are_built_at_the_same_time(tmp_path):
    """Each of the two lasts until the other one has begun."""
    meeting = threading.Barrier(2, timeout=PATIENCE_SECONDS)
    script = Script(waiting={"a": meeting, "b": meeting})

    result = dg.materialize(build_rocky_assets(scripted_project(tmp_path / "p", {"a": (), "b": ()}, script)))

    assert (result.success, dict(script.built)) == (True, {"a": 1, "b": 1})


class ToldMeanwhile:
    """Lasts until Dagster's event log has a materialization of a model."""

    def __init__(self, instance, model):
        self._instance = instance
        self._model = model
        self.told = False

    def wait(self):
        until = time.monotonic() + PATIENCE_SECONDS
        while not self.told and time.monotonic() < until:
            (run,) = self._instance.get_runs()
            kind = dg.DagsterEventType.ASSET_MATERIALIZATION
            keys = self._instance.get_asset_keys_for_run(run.run_id, of_type=kind)
            self.told = any(key.path[-1] == self._model for key in keys)
            time.sleep(0.02)

    def set(self): ...


def test_what_is_built_is_told_while_the_rest_is_still_running(tmp_path):
    script = Script()
    assets = build_rocky_assets(scripted_project(tmp_path / "p", {"a": (), "b": ("a",)}, script))
    (tmp_path / "home").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as instance:
        script.waiting["b"] = meanwhile = ToldMeanwhile(instance, "a")
        result = dg.materialize(assets, instance=instance)

    assert (result.success, meanwhile.told) == (True, True)


@pytest.mark.parametrize(
    ("grain", "key", "window"),
    [
        ("hour", "2026-04-08T23", ("2026-04-08 23:00:00", "2026-04-09 00:00:00")),
        ("month", "2025-12", ("2025-12-01 00:00:00", "2026-01-01 00:00:00")),
        ("year", "2025", ("2025-01-01 00:00:00", "2026-01-01 00:00:00")),
    ],
)
def test_a_partition_of_dagster_is_the_engines_of_the_same_name(grain, key, window, tmp_path):
    first = {"hour": "2026-04-08T13", "month": "2025-11", "year": "2024"}[grain]
    script = Script()
    project = scripted_project(tmp_path / "p", {"a": ()}, script, sidecar={"a": WINDOWED.format(grain, first)})
    (tmp_path / "p" / "models" / "a.sql").write_text(
        "SELECT id, moment FROM raw.events WHERE moment >= @start_date AND moment < @end_date"
    )

    result = dg.materialize(build_rocky_assets(project), partition_key=key)

    (inserted,) = [one for one in script.statements if one.startswith("INSERT")]
    bounds = re.findall(r"moment (?:>=|<) (?:DATE |TIMESTAMP )?'([^']+)'", inserted)
    assert result.success
    assert tuple(bounds[:2]) == window
    assert [event.partition for event in result.get_asset_materialization_events()] == [key]


def execute(folder, *statements):
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
        return rows


def test_a_model_that_is_asked_for_alone_copies_no_source_and_builds_no_other_model(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "rocky.toml").write_text(TWO_PIPELINES)
    (tmp_path / "models" / "_defaults.toml").write_text('[target]\ncatalog = "w"\nschema = "main"\n')
    (tmp_path / "models" / "ids.sql").write_text("SELECT id FROM staging__shop.orders\n")
    (tmp_path / "models" / "others.sql").write_text("SELECT id FROM staging__shop.orders\n")
    execute(tmp_path, "CREATE SCHEMA src__shop", "CREATE TABLE src__shop.orders AS SELECT 1 AS id")
    copied = build_rocky_pipeline_assets(tmp_path, discover=True)
    models = build_rocky_assets(tmp_path)
    assert dg.materialize(copied).success
    execute(tmp_path, "INSERT INTO src__shop.orders VALUES (2)")

    result = dg.materialize([*copied, *models], selection=["w/main/ids"])

    assert result.success
    assert [event.asset_key.path[-1] for event in result.get_asset_materialization_events()] == ["ids"]
    assert execute(tmp_path, "SELECT id FROM main.ids") == [(1,)], "the source was copied though nobody asked"
    assert execute(tmp_path, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'") == [("ids",)]


def test_runs_of_different_projects_need_no_common_queue(tmp_path):
    """Each run lasts until the other one is writing too; neither waits for a lock of the other."""
    meeting = threading.Barrier(2, timeout=PATIENCE_SECONDS)
    built = {}

    def run(name):
        script = Script(waiting={"a": meeting})
        assets = build_rocky_assets(scripted_project(tmp_path / name, {"a": ()}, script))
        built[name] = (dg.materialize(assets).success, dict(script.built))

    both = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(2 * PATIENCE_SECONDS)

    assert built == {"one": (True, {"a": 1}), "two": (True, {"a": 1})}


def test_a_statement_that_takes_too_long_is_stopped_alone(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "rocky.toml").write_text(
        '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\ntimeout_secs = 1\n\n'
        "[adapter.retry]\nmax_retries = 0\n\n"
        '[pipeline.marts]\ntype = "transformation"\n'
    )
    (tmp_path / "models" / "_defaults.toml").write_text('[target]\ncatalog = "w"\nschema = "main"\n')
    (tmp_path / "models" / "long.sql").write_text(
        "SELECT COUNT(*) AS n FROM range(100000) AS a CROSS JOIN range(100000) AS b WHERE hash(a.range, b.range) = 0"
    )
    (tmp_path / "models" / "short.sql").write_text("SELECT 1 AS n")
    assets = build_rocky_assets(tmp_path, retries={"transient": {"retries": 0}})

    result = dg.materialize(assets, raise_on_error=False)

    (failed,) = [event for event in result.all_events if event.is_step_failure]
    (told,) = failed.step_failure_data.user_failure_data.metadata["rocky/failures"].value
    assert [event.asset_key.path[-1] for event in result.get_asset_materialization_events()] == ["short"]
    assert (told["model"], told["failure_kind"]) == ("long", "transient"), told
    assert "longer than its timeout of 1 s" in str(told)


def test_engine_and_integration_come_as_one_version():
    homes = packages_distributions()

    assert set(homes["rocky_core"]) == set(homes["dagster_rocky"]) == {"dagster-rocky"}
