"""Alerts reach a real webhook, sorted by who can do something about them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState, FreshnessStateChange

from dagster_rocky import AlertRoutes, build_rocky_assets, rocky_failure_sensor, rocky_freshness_sensor
from dagster_rocky.testing import in_memory_project

# Contexts for testing sensors are beta with what they are told of the repository.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")

MODELS = {"orders": "SELECT 1 AS id", "revenue": "SELECT id FROM orders", "people": "SELECT 2 AS id"}
OWNED = {
    "orders": '[meta.dagster]\nowners = ["team:shop"]\n',
    "revenue": '[meta.dagster]\nowners = ["team:finance"]\n',
    "people": '[meta.dagster]\nowners = ["team:shop"]\n',
}


@pytest.fixture
def webhooks():
    """A server, what it was told at each path, and the status that it answers with."""
    told: dict[str, list[str]] = {}
    answers = {"status": 200}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.setdefault(self.path, []).append(json.loads(body)["text"])
            self.send_response(answers["status"])
            self.end_headers()

        def log_message(self, *_): ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", told, answers
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def instance():
    with dg.DagsterInstance.local_temp() as made:
        yield made


def run_and_tell(folder, instance, routes, failures, *, partial=False):
    project = in_memory_project(folder, MODELS, sidecars=OWNED, failures=failures)
    assets = build_rocky_assets(project, on_partial_failure="continue" if partial else "fail")
    definitions = dg.Definitions(assets=assets)
    job = definitions.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    sensor = rocky_failure_sensor(routes, partial=partial)
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_success_event() if result.success else result.get_run_failure_event(),
        repository_def=definitions.get_repository_def(),
    )
    return sensor(context)


def test_each_owner_is_told_of_their_own_with_what_to_do(tmp_path, instance, webhooks):
    address, told, _ = webhooks
    routes = AlertRoutes(f"{address}/all", owners={"team:shop": f"{address}/shop", "team:finance": f"{address}/money"})

    run_and_tell(tmp_path, instance, routes, {"orders": ["query-rejected"]})

    assert sorted(told) == ["/money", "/shop"]
    assert "`memory/main/orders` orders: query-rejected: scripted failure" in told["/shop"][0]
    assert "→ repair the model's SQL" in told["/shop"][0]
    assert "revenue: blocked: it reads 'orders', which could not be built" in told["/money"][0]


def test_some_kinds_of_failure_go_elsewhere_whoever_owns_the_table(tmp_path, instance, webhooks):
    address, told, _ = webhooks
    routes = AlertRoutes(
        f"{address}/all", owners={"team:shop": f"{address}/shop"}, kinds={"auth-failed": f"{address}/platform"}
    )

    run_and_tell(tmp_path, instance, routes, {"orders": ["auth-failed"]})

    assert {path: len(texts) for path, texts in told.items()} == {"/platform": 1, "/all": 1}
    assert "orders: auth-failed" in told["/platform"][0]


def test_a_green_run_that_left_models_out_is_told_too(tmp_path, instance, webhooks):
    address, told, _ = webhooks

    run_and_tell(tmp_path, instance, AlertRoutes(f"{address}/all"), {"orders": ["not-found"]}, partial=True)

    assert told["/all"][0].startswith("*Partly built: run ")
    assert told["/all"][0].count("•") == 2


def test_an_alert_that_is_not_delivered_is_an_error_that_does_not_name_the_address(tmp_path, instance, webhooks):
    address, _, answers = webhooks
    answers["status"] = 500

    with pytest.raises(RuntimeError, match="the webhook answered 500") as refused:
        run_and_tell(tmp_path, instance, AlertRoutes(f"{address}/secret-token"), {"orders": ["not-found"]})
    assert "secret-token" not in str(refused.value)


def change(instance, key, before, after):
    instance._report_runless_asset_event(
        FreshnessStateChange(
            key=key, new_state=FreshnessState[after], previous_state=FreshnessState[before], state_change_timestamp=1.0
        )
    )


def test_freshness_is_told_to_owners_and_stale_tables_are_run_again(tmp_path, instance, webhooks):
    address, told, _ = webhooks
    project = in_memory_project(tmp_path, MODELS, sidecars=OWNED)
    routes = AlertRoutes(f"{address}/all", owners={"team:shop": f"{address}/shop"})
    sensor = rocky_freshness_sensor(routes, rebuild=True)
    definitions = dg.Definitions(assets=build_rocky_assets(project), sensors=[sensor])
    orders, revenue = dg.AssetKey(["memory", "main", "orders"]), dg.AssetKey(["memory", "main", "revenue"])

    def tick(cursor):
        with dg.build_sensor_context(instance=instance, cursor=cursor, definitions=definitions) as context:
            return sensor.evaluate_tick(context)

    change(instance, orders, "PASS", "FAIL")
    change(instance, revenue, "PASS", "WARN")
    first = tick(None)
    second = tick(first.cursor)
    change(instance, orders, "FAIL", "PASS")
    third = tick(first.cursor)

    assert [request.asset_selection for request in first.run_requests] == [[orders]]
    assert (second.skip_message, third.run_requests) == ("no asset has changed its freshness", [])
    assert told == {
        "/shop": [
            "*Freshness*\n• `memory/main/orders` is stale: its freshness policy is violated",
            "*Freshness*\n• `memory/main/orders` is fresh again",
        ],
        "/all": ["*Freshness*\n• `memory/main/revenue` is getting old"],
    }


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'slow' is no kind of failure"):
        AlertRoutes("http://127.0.0.1", kinds={"slow": "http://127.0.0.1"})
