"""The projects that `init` and `playground` write work as they are."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.forked import run_rocky

STARTERS = [
    (("init", "p"), "customer_revenue.revenue", ("stg_orders.amount", "raw.orders.amount")),
    (("init", "p", "--template", "databricks-fivetran"), "customer_revenue.revenue", ("raw.orders.amount",)),
    (("init", "p", "--template", "snowflake"), "customer_revenue.revenue", ("raw.orders.amount",)),
    (("init", "p", "--template", "bigquery"), "customer_revenue.revenue", ("raw.orders.amount",)),
    (("playground", "p"), "daily_sales.revenue", ("raw.sales.quantity", "raw.products.price")),
    (("playground", "p", "--template", "shop"), "customer_value.tier", ("shop.order_items.unit_price",)),
    (("playground", "p", "--template", "all"), "station_balance.balance", ()),
]


def rocky(*arguments: str, cwd) -> subprocess.CompletedProcess[str]:
    return run_rocky(cwd, *arguments)


@pytest.mark.slow
@pytest.mark.parametrize(("start", "column", "sources"), STARTERS, ids=" ".join)
def test_a_starter_compiles_cleanly_passes_its_tests_and_shows_lineage(start, column, sources, tmp_path):
    assert rocky(*start, cwd=tmp_path).returncode == 0
    folder = tmp_path / "p"

    compiled = json.loads(rocky("compile", "--with-seed", cwd=folder).stdout)
    tested = json.loads(rocky("test", cwd=folder).stdout)
    ci = rocky("ci", cwd=folder)
    validated = json.loads(rocky("validate", cwd=folder).stdout)
    traced = json.loads(rocky("lineage", column, cwd=folder).stdout)["trace"]

    loud = [found for found in compiled["diagnostics"] if found["severity"] != "Info"]
    assert (compiled["has_errors"], loud) == (False, [])
    assert compiled["models"] == tested["total"] == tested["passed"] > 0
    assert tested["unit_tests"]["total"] == tested["unit_tests"]["passed"] > 0
    assert (tested["failures"], ci.returncode) == ([], 0)
    assert validated["valid"] is True
    assert {f"{edge['source']['model']}.{edge['source']['column']}".lower() for edge in traced} >= set(sources)


def test_the_types_of_a_starter_are_all_known_with_its_seed(tmp_path):
    rocky("playground", "p", cwd=tmp_path)

    compiled = json.loads(rocky("compile", "--with-seed", cwd=tmp_path / "p").stdout)

    assert [c for model in compiled["models_detail"] for c in model["columns"] if c["data_type"] is None] == []


@pytest.mark.parametrize("start", [("init", "p"), ("playground", "p")], ids=" ".join)
def test_nothing_is_ever_replaced(start, tmp_path):
    rocky(*start, cwd=tmp_path)
    before = {file: file.read_bytes() for file in (tmp_path / "p").rglob("*") if file.is_file()}

    again = rocky(*start, cwd=tmp_path)

    assert again.returncode == 1
    assert "already exists" in again.stderr
    assert {file: file.read_bytes() for file in (tmp_path / "p").rglob("*") if file.is_file()} == before


def test_init_refuses_a_folder_that_holds_one_of_its_files(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "seed.sql").write_text("SELECT 1")

    refused = rocky("init", cwd=tmp_path)

    assert refused.returncode == 1
    assert "seed.sql' already exists" in refused.stderr
    assert sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*")) == ["data", "data/seed.sql"]
