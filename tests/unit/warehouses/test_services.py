"""Services are opened without a question, and say what is missing before anybody is asked."""

from __future__ import annotations

import pytest

from rocky_core import cloud_warehouses
from rocky_core.cloud_warehouses import SERVICES, open_service
from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError


def adapter(kind: str, **settings: object) -> Adapter:
    return Adapter.model_validate({"type": kind, **settings})


@pytest.mark.parametrize("kind", SERVICES)
def test_a_driver_that_is_not_installed_is_named_with_its_extra(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(cloud_warehouses, "find_spec", lambda _name: None)

    with pytest.raises(UserError) as raised:
        open_service("prod", adapter(kind), tmp_path)

    service = SERVICES[kind]
    assert raised.value.message == f"adapter 'prod' cannot be used: the package '{service.package}' is not installed"
    assert raised.value.hint == f"pip install 'dagster-rocky[{service.extra}]'"


def test_a_type_without_an_adapter_says_what_still_works(tmp_path):
    with pytest.raises(UserError, match="pipelines are run on bigquery, ") as raised:
        open_service("prod", adapter("trino"), tmp_path)

    assert "rocky compile" in str(raised.value.hint)


def test_nothing_is_asked_of_a_service_before_there_is_work(tmp_path):
    nobody = adapter("snowflake", account="acme", host="http://127.0.0.1:9", pat="p")

    warehouse = open_service("prod", nobody, tmp_path)

    assert warehouse.dialect_name == "snowflake"
    warehouse.close()
