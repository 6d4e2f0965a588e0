"""What people see: the example in Dagster's web interface, materialized through GraphQL and read in a real browser."""

import pytest

from tools.browser import browser, chromium
from tools.example import copy_example
from tools.screenshots import look, play, views
from tools.served import served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="Chromium is not installed; `apt-get install chromium` has it"),
]


def test_graph_schema_lineage_a_failed_check_and_a_retried_run_are_to_be_seen(tmp_path):
    project = copy_example(tmp_path / "birding")
    with served(project, tmp_path / "home", {"BIRDING_FLAKY": "1"}) as server, browser() as page:
        run_id = play(server)
        shown = {view.name: look(page, server, view) for view in views(run_id)}
        status = server.status(run_id)

    assert status == "SUCCESS"
    assert "ada.finch@example.org" not in shown["failed-check"]
    assert "Traceback" not in "".join(shown.values())
