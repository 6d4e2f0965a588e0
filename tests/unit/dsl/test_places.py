"""Whatever the SQL names, its place leads back to the same word in the `.rocky` file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rocky_core.diagnostics.diagnostic import Span
from rocky_core.dsl.lower import lower_pipeline

PAIRS = sorted((Path(__file__).parent / "pairs").glob("*.rocky"))
# Words that the lowering writes by itself.
OURS = re.compile(
    r"(SELECT|DISTINCT|FROM|WHERE|AND|OR|NOT|GROUP|BY|HAVING|QUALIFY|ORDER|LIMIT|AS|ON|USING|JOIN|LEFT"
    r"|FULL|CROSS|WITH|IS|NULL|NULLS|FIRST|LAST|DESC|CASE|WHEN|THEN|ELSE|END|OVER|PARTITION|ROWS|RANGE"
    r"|BETWEEN|UNBOUNDED|PRECEDING|FOLLOWING|CURRENT|ROW|DATE|TIMESTAMP|CAST|IN|LIKE|INTERVAL"
    r"|step_\d+|sort_\d+|c_id)$"
)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.stem)
def test_every_name_in_the_sql_leads_to_the_same_word_in_the_file(pair: Path):
    text = pair.read_text()
    lowered = lower_pipeline(text, pair.name, "m").value
    assert lowered is not None
    lines = text.split("\n")
    checked = 0
    for found in re.finditer(r"[A-Za-z_]\w*", lowered.sql):
        word = found.group()
        if OURS.match(word) or "'" in _literal_around(lowered.sql, found.start()):
            continue
        span = lowered.span_at(found.start(), len(word))
        written = lines[span.line - 1][span.col - 1 :][: len(word)]
        table = lowered.sql[found.end() : found.end() + 1] == "."
        # A table's name that we put before a column stands at the column, and the new name of a column that is
        # sorted by stands at the old name in the sort step.
        renamed = lowered.sql[: found.start()].endswith("ORDER BY ")
        assert written == word or table or renamed, (word, span, lowered.sql)
        checked += written == word
    assert checked >= 2


def _literal_around(sql: str, offset: int) -> str:
    """A quote, if the offset lies inside a text literal."""
    return "'" if sql.count("'", 0, offset) % 2 else ""


MISSPELLED = [
    ("from orders\nwhere\n  amuont > 1", "amuont", 3, 3),
    ("from orders\nderive { n: 1, x: amuont + n }\nwhere x > 1", "amuont", 2, 19),
    ("from orders as o\njoin customers as c on custmer_id", "custmer_id", 2, 24),
    ("from orders\nsort  amuont", "amuont", 2, 7),
    ("from ordrs", "ordrs", 1, 6),
    ("from orders\ngroup k { n: sum( amuont ) }", "amuont", 2, 19),
    ("from orders\nselect { a: match b { > 1 => amuont } }", "amuont", 2, 30),
    ("from orders\nselect { n: row_number() over (partition  amuont) }", "amuont", 2, 43),
    ('from orders\r\nwhere "ü" == amuont', "amuont", 2, 14),
]


@pytest.mark.parametrize(("text", "word", "line", "col"), MISSPELLED)
def test_a_finding_on_the_sql_lands_on_the_word(text, word, line, col):
    lowered = lower_pipeline(text, "m.rocky", "m").value
    assert lowered is not None
    places = {lowered.span_at(found.start(), len(word)) for found in re.finditer(word, lowered.sql)}
    assert places == {Span("m.rocky", line, col, len(word))}


def test_an_inlined_expression_leads_to_where_it_was_derived():
    lowered = lower_pipeline("from t\nderive { x: a + b }\nwhere x > 1\ntake 3", "m.rocky", "m").value
    assert lowered is not None
    at = lowered.sql.index("WHERE (a + b)")
    assert lowered.span_at(at + len("WHERE (")) == Span("m.rocky", 2, 13, 1)
    assert lowered.span_at(lowered.sql.index("> 1")) == Span("m.rocky", 3, 9, 1)
    assert lowered.span_at(lowered.sql.index("3")) == Span("m.rocky", 4, 6, 1)


def test_the_inside_of_a_text_leads_to_the_same_letter():
    lowered = lower_pipeline('from t\nwhere a == "north west"', "m.rocky", "m").value
    assert lowered is not None
    assert lowered.span_at(lowered.sql.index("west")) == Span("m.rocky", 2, 19, 1)
