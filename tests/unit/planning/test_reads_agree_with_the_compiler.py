"""The planner cuts queries at the very tables that the compiler has found in them."""

import re
from pathlib import Path

import pytest
from workshop import compiled, model

from rocky_core.planning.resolve_reads import find_reads

CORPUS = Path(__file__).parents[2] / "types" / "corpus"
NAMED_BY_A_TEXT = re.compile(r"\bquery_table\(")  # The compiler looks into the text; nothing can be put in its place.


def queries() -> list[str]:
    """Every statement of the type corpus."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(CORPUS.glob("*.sql")))
    return [part.strip() for text in texts for part in re.split(r";\s*\n", text) if part.strip()]


@pytest.mark.slow
def test_the_tables_of_every_query_in_the_corpus():
    compared = 0
    for sql in queries():
        facts = compiled(model("reader_of_all", sql)).models["reader_of_all"].facts
        if facts.parsed and not NAMED_BY_A_TEXT.search(sql):
            compared += 1
            found = {".".join(text for text, _ in place.parts).lower() for place in find_reads(sql, "duckdb").places}
            assert found == {name.replace('"', "").lower() for name in facts.reads_tables}, sql
    assert compared > 500
