"""The cost of an implicit cast orders overloads as DuckDB orders them."""

from __future__ import annotations

import itertools

import pytest
from duckdb_truth import TYPED, run, type_of

from rocky_core.dialects.duckdb.casts import cast_cost

# A union takes part through its members, which no catalogue function asks for.
_NAMES = {text: text[len("CAST(NULL AS ") : -1] for text in TYPED if "UNION" not in text}


@pytest.mark.parametrize("source", _NAMES, ids=_NAMES.values())
def test_of_two_overloads_the_one_with_the_cheaper_cast_is_chosen(source):
    wrong = []
    # JSON is left out: DuckDB's macros take anything as JSON, its functions do not.
    targets = [t for t in _NAMES if "JSON" not in t and cast_cost(TYPED[source], TYPED[t]) is not None]
    for left, right in itertools.combinations(targets, 2):
        run(f"CREATE OR REPLACE MACRO pick (a {_NAMES[left]}) AS true, (a {_NAMES[right]}) AS 's'")
        chosen = type_of(f"pick({source})")
        costs = (cast_cost(TYPED[source], TYPED[left]), cast_cost(TYPED[source], TYPED[right]))
        expected = None if costs[0] == costs[1] else "BOOLEAN" if costs[0] < costs[1] else "VARCHAR"
        if chosen != expected:
            wrong.append((left, right, costs, chosen))

    assert wrong == []


@pytest.mark.parametrize("source", _NAMES, ids=_NAMES.values())
def test_only_what_duckdb_casts_by_itself_has_a_cost(source):
    wrong = []
    for target, name in _NAMES.items():
        run(f"CREATE OR REPLACE MACRO pick (a {name}) AS true")
        accepted = type_of(f"pick({source})") is not None
        if accepted != (cast_cost(TYPED[source], TYPED[target]) is not None):
            wrong.append((target, accepted))

    assert wrong == []
