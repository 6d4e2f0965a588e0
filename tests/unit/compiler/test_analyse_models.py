"""Whatever the guess gets wrong is done again, after what it reads, and only then."""

from rocky_core.compiler.analyse_models import analyse_models
from rocky_core.compiler.reading_order import Readable
from rocky_core.ir.facts import ModelFacts

READS = {"orders": (), "a": ("orders",), "b": ("a",), "c": ("b",), "far": ()}
SQL = {"orders": "SELECT a, b", "a": "SELECT b FROM orders", "b": "SELECT c FROM a", "c": "FROM b", "far": "SELECT 1"}


def run(sql):
    calls = []

    def analyse_layer(names):
        calls.append(tuple(names))
        return {name: ModelFacts(name, reads_models=READS[name]) for name in names}

    facts = analyse_models([Readable(name, name, text) for name, text in sql.items()], analyse_layer)
    return calls, facts


def test_each_model_is_analysed_once_when_the_guess_is_right():
    calls, facts = run({name: " ".join(reads) for name, reads in READS.items()})

    assert calls == [("far", "orders"), ("a",), ("b",), ("c",)]
    assert list(facts) == list(READS)


def test_columns_named_like_models_cost_a_second_look_at_those_models_only():
    calls, _ = run(SQL)

    assert calls == [("far",), ("a", "b", "c", "orders"), ("a",), ("b",), ("c",)]
