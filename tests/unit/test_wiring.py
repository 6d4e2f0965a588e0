"""From the keys of an adapter to what a warehouse is opened with."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core import wiring
from rocky_core.config.rocky_toml import RockyConfig, parse_config
from rocky_core.errors import UserError
from rocky_core.execution.pipeline_rules import database_of


def configured(text: str) -> RockyConfig:
    found = parse_config(text, "rocky.toml", {}).value
    assert found is not None
    return found


def lake(keys: str) -> RockyConfig:
    return configured(f'[adapter.lake]\ntype = "duckdb"\n{keys}\n[adapter.other]\ntype = "duckdb"\n')


def test_the_token_of_an_adapter_goes_to_the_driver_beside_the_path(monkeypatch):
    opened: list[object] = []
    monkeypatch.setattr(wiring, "_connect_duckdb", opened.append)  # MotherDuck itself cannot be asked here.
    wiring.open_warehouse(lake('path = "md:shop"\ntoken = "never-shown"'), "lake", Path("/root"), read_only=False)
    (options,) = opened

    assert (options.path, options.required) == ("md:shop", {"motherduck_token": "never-shown"})
    assert "never-shown" not in repr(options)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('token = "never-shown"', "an adapter of DuckDB has a `token`, and its `path` is none of MotherDuck"),
        ('path = "a.duckdb"\ntoken = "never-shown"', "an adapter of DuckDB has a `token`, and its `path` is none of"),
        (
            'path = "md:a?motherduck_token=never-shown"\ntoken = "never-shown"',
            "an adapter of DuckDB has a `token`, and its `path` holds another one",
        ),
    ],
)
def test_a_token_that_nobody_would_ask_for_is_refused(keys, told, tmp_path):
    with pytest.raises(UserError) as refused:
        wiring.open_warehouse(lake(keys), "lake", tmp_path, read_only=False)

    assert refused.value.message.startswith(told)
    assert "never-shown" not in f"{refused.value} {refused.value.hint}"


def test_a_database_of_another_account_is_not_attached(tmp_path):
    config = configured(
        '[adapter.own]\ntype = "duckdb"\npath = "own.duckdb"\n'
        '[adapter.lake]\ntype = "duckdb"\npath = "md:lake"\ntoken = "never-shown"\n'
    )
    warehouse = wiring.open_warehouse(config, "own", tmp_path, read_only=False)
    with pytest.raises(UserError, match="a connection has one token of MotherDuck") as refused:
        wiring.attach(config, tmp_path, warehouse, ("own", "lake"), "")
    warehouse.close()

    assert "never-shown" not in f"{refused.value} {refused.value.hint}"


def test_a_token_is_no_part_of_which_database_it_is():
    first, second = (lake(f'path = "md:shop?motherduck_token={token}"') for token in ("one", "two"))

    assert database_of(first, "lake") == database_of(second, "lake")
    assert "one" not in database_of(first, "lake").replace("None", "")
