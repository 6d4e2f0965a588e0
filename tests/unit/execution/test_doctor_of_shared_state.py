"""`doctor` where the state is kept on a server: it is asked as a store, whatever keeps it."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from rocky_core.config.rocky_toml import parse_config
from rocky_core.errors import StateUnavailable
from rocky_core.execution.doctor.examine import examine
from rocky_core.execution.doctor.health import Health
from rocky_core.execution.doctor.patient import Patient, Space
from rocky_core.execution.system_clock import SystemClock
from rocky_core.ir.replace import replace
from rocky_core.ir.state import LeaseRequest
from rocky_core.state.open_state import open_state, open_state_for_reading
from rocky_core.state.process import this_process
from rocky_core.wiring import Places, open_site

STATE_CHECKS = ("state", "state_schema", "state_sync", "state_rw", "state_concurrency", "state_lock")
ROCKY_TOML = '[state]\nbackend = "valkey"\nvalkey_url = "redis://127.0.0.1:1/0"\n'


@pytest.fixture
def path(tmp_path):
    """Where the records are that the server is said to have."""
    store = open_state(tmp_path / "server.db", SystemClock()).store
    store.acquire_lease(LeaseRequest("shop", "run-1", this_process(), timedelta(seconds=60)))
    store.close()
    return tmp_path / "server.db"


@pytest.fixture
def patient(path):
    """A project whose server answers."""
    clock = SystemClock()
    config = parse_config(ROCKY_TOML, "rocky.toml", {}).value
    assert config is not None
    site = open_site(config, Places(path.parent, path.parent / "models"), lambda: pytest.fail("compiled"))
    site = replace(
        site,
        read_state=lambda pipeline: open_state_for_reading(path, clock),  # noqa: ARG005 — one state for all
        open_state=lambda pipeline: (open_state(path, clock).store, ()),  # noqa: ARG005 — same
    )
    return Patient(path.parent / "rocky.toml", clock, lambda _: Space(100, 50), config=config, site=site)


def test_a_server_that_answers_is_healthy_and_its_leases_are_named(patient):
    diagnosis = examine(patient, STATE_CHECKS)

    assert {one.name: one.health for one in diagnosis.findings} == dict.fromkeys(STATE_CHECKS, Health.HEALTHY)
    assert "pipeline 'shop' is being run by run run-1" in diagnosis.findings[-1].message


def test_damage_on_a_server_is_critical_and_names_the_table(patient, path):
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO run_history (scope, key, value) VALUES ('', 'r', '{')")

    (finding,) = examine(patient, ("state",)).findings

    assert (finding.health, "'run_history'" in finding.message) == (Health.CRITICAL, True)


def test_a_server_that_does_not_answer_is_critical_in_every_check_that_asks_it(patient):
    def refuse(_pipeline):
        raise StateUnavailable("nobody answers at 127.0.0.1:1")

    site = replace(patient.site, read_state=refuse, open_state=refuse)
    diagnosis = examine(replace(patient, site=site), STATE_CHECKS)

    critical = [one.name for one in diagnosis.findings if one.health is Health.CRITICAL]
    assert critical == ["state", "state_schema", "state_sync", "state_rw", "state_lock"]
    assert {one.message for one in diagnosis.findings if one.name in critical} == {"nobody answers at 127.0.0.1:1"}
