"""Models written in the `.rocky` language: findings stand in the language's own text, each of them once."""

from __future__ import annotations

from rocky_core.compiler.analyse_model import analyse_model
from rocky_core.compiler.catalog import Catalog
from rocky_core.diagnostics.diagnostic import Span
from rocky_core.dialects.registry import dialect_named
from rocky_core.dsl.lower import lower_pipeline
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.model import Model
from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column
from rocky_core.ir.source_text import SourceText
from rocky_core.ir.types import BIGINT, INTEGER

ORDERS = {("orders",): (Column("id", INTEGER, nullable=False), Column("amount", INTEGER))}


def facts_of(text: str) -> ModelFacts:
    dialect = dialect_named("duckdb")
    source = lower_pipeline(text, "m.rocky", "m").value or SourceText("m.rocky", "", text)
    model = Model("m", source, TargetName("", "main", "m"), is_dsl=True)
    return analyse_model(model, dialect, Catalog((), ORDERS, dialect))


def test_a_pipeline_has_the_columns_of_its_last_step():
    facts = facts_of("from orders\nderive { twice: id + id }\ngroup twice { n: count() }")
    assert facts.columns == (Column("twice", INTEGER, nullable=False), Column("n", BIGINT, nullable=False))


def test_a_misspelled_column_is_reported_at_its_word():
    facts = facts_of("from orders\nderive { net: id }\nwhere net > 1\n  and amuont > 2\nselect { id }")
    assert [(found.code, found.span) for found in facts.diagnostics] == [("E039", Span("m.rocky", 4, 7, 6))]


def test_a_pipeline_that_cannot_be_read_is_not_reported_again_for_lacking_sql():
    facts = facts_of("from orders\nwher id > 1")
    assert (facts.parsed, facts.diagnostics) == (False, ())
