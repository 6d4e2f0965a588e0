"""A run that is terminated in Dagster's web interface stops its statement, and leaves everything as it says."""

import time

import duckdb
import pytest

from dagster_rocky import RockyProject
from tools.served import served

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 120
ENDLESS = "SELECT sum(a.range * b.range) AS total FROM quick, range(1000000) AS a, range(10000000) AS b\n"
FILES = {
    "rocky.toml": '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.marts]\ntype = "transformation"\n',
    "models/_defaults.toml": '[target]\ncatalog = "w"\nschema = "main"\n',
    "models/quick.sql": "SELECT 1 AS id\n",
    "models/endless.sql": ENDLESS,
    "models/last.sql": "SELECT total FROM endless\n",
    "definitions.py": (
        "from pathlib import Path\nimport dagster as dg\nfrom dagster_rocky import build_rocky_assets\n"
        "defs = dg.Definitions(assets=build_rocky_assets(Path(__file__).parent), jobs=[dg.define_asset_job('all')])\n"
    ),
}


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def announced(project):
    """The tables to which a write is announced in the state, and the leases that are held."""
    store = RockyProject(project).opened.site().read_state("marts")
    if store is None:
        return set(), ()
    try:
        return {one.table.rpartition(".")[2] for one in store.open_intents("marts")}, store.leases()
    finally:
        store.close()


def tables(project):
    with duckdb.connect(str(project / "w.duckdb")) as connection:  # Which nobody else has open.
        return {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def test_terminating_a_run_cancels_its_statement_and_the_next_run_goes_on(project, tmp_path):
    with served(project, tmp_path / "home") as server:
        run_id = server.launch("all")
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while announced(project)[0] != {"endless"}:
            assert time.monotonic() < give_up_at, server.status(run_id)
            time.sleep(0.2)
        server.terminate(run_id)
        server.await_end(run_id)

        assert server.status(run_id) == "CANCELED"
        assert tables(project) == {"quick"}
        assert announced(project)[1] == ()

        (project / "models/endless.sql").write_text("SELECT 2 AS total FROM quick\n")
        assert server.status(server.run("all")) == "SUCCESS"

    assert tables(project) == {"quick", "endless", "last"}
    assert announced(project) == (set(), ())
