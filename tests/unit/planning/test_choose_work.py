"""Which models a selector means."""

import pytest
from workshop import compiled, model

from rocky_core.planning.choose_work import ChosenWork, UnknownSelector, choose_work

# raw -> stg_orders, stg_customers -> orders (both) -> report; lonely stands apart.
PROJECT = compiled(
    model("stg_orders", "SELECT 1 AS id", tags={"layer": "staging", "nightly": "true"}),
    model("stg_customers", "SELECT 1 AS id", tags={"layer": "staging"}),
    model("orders", "SELECT o.id FROM stg_orders AS o JOIN stg_customers AS c ON o.id = c.id", tags={"layer": "marts"}),
    model("report", "SELECT id FROM orders", tags={"nightly": "true"}),
    model("Lonely", "SELECT 1 AS id"),
)
ALL = ("Lonely", "stg_customers", "stg_orders", "orders", "report")

CASES = {
    "nothing said": ((), ALL),
    "a name": (("orders",), ("orders",)),
    "a name in another case": (("lonely",), ("Lonely",)),
    "what it reads": (("+orders",), ("stg_customers", "stg_orders", "orders")),
    "what reads it": (("stg_orders+",), ("stg_orders", "orders", "report")),
    "both": (("+orders+",), ("stg_customers", "stg_orders", "orders", "report")),
    "a tag": (("tag:nightly",), ("stg_orders", "report")),
    "a tag's value": (("tag:layer=staging",), ("stg_customers", "stg_orders")),
    "a tag and its readers": (("tag:layer=staging+",), ("stg_customers", "stg_orders", "orders", "report")),
    "repeated options are either": (("orders", "Lonely"), ("Lonely", "orders")),
    "blanks are either": (("orders  Lonely",), ("Lonely", "orders")),
    "a comma is both": (("stg_orders+,tag:nightly",), ("stg_orders", "report")),
}


@pytest.mark.parametrize(("selections", "expected"), CASES.values(), ids=list(CASES))
def test_a_selection_means_these_models_dependencies_first(selections, expected):
    found = choose_work(PROJECT, selections)
    assert not found.unknown
    assert sorted(found.models) == sorted(expected)
    assert list(found.models) == [name for name in PROJECT.order if name in expected]


UNKNOWN = {
    "ordres": "there is no model 'ordres' — did you mean 'orders'?",
    "+ordres+": "there is no model 'ordres' — did you mean 'orders'?",
    "tag:nightlu": "no model has the tag 'nightlu' — did you mean 'nightly'?",
    "tag:layer=mart": "no model has the tag 'layer' with the value 'mart' — did you mean 'marts'?",
    "zzzzzz": "there is no model 'zzzzzz'",
    "+": "the selector '+' names no model",
    "orders,Lonely": "no model is in all parts of 'orders,Lonely'",
}


@pytest.mark.parametrize("written", UNKNOWN)
def test_an_unknown_selector_is_a_finding(written):
    assert choose_work(PROJECT, (written,)) == ChosenWork((), (UnknownSelector(written, UNKNOWN[written]),))


def test_an_empty_selection_never_means_everything():
    assert choose_work(PROJECT, ("",)) == ChosenWork((), (UnknownSelector("", "an empty selection chooses no model"),))


def test_all_unknown_selectors_are_told_at_once_and_the_others_still_count():
    found = choose_work(PROJECT, ("orders nope", "orders,nope2"))
    assert [one.written for one in found.unknown] == ["nope", "nope2"]
    assert found.models == ("orders",)
