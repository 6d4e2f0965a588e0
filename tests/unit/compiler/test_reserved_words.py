"""A word that DuckDB does not take for a name is refused, and no other is."""

import duckdb
import pytest

from rocky_core.compiler.parse import SqlFault, parse_model_sql
from rocky_core.dialects.duckdb.keywords import RESERVED
from rocky_core.dialects.registry import dialect_named
from tests.unit.compiler.analysing import analyse, findings

VALUES = {"true", "false", "null", "default"}
# Where the grammar with which we read begins a clause instead of reading a name, and misses that the rest is wrong.
MISREAD = {
    ("SELECT {word} FROM orders", "except"),
    ("SELECT {word} FROM orders", "intersect"),
    ("SELECT {word} FROM orders", "union"),
    ("SELECT amount FROM {word}", "select"),
    ("SELECT amount FROM {word}.orders", "from"),
    ("SELECT amount FROM {word}.orders", "lateral"),
    ("SELECT amount FROM {word}.orders", "only"),
    ("SELECT amount FROM {word}.orders", "summarize"),
}
OURS = "is a word of the language"


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def words(duck):
    query = "SELECT keyword_name, list(keyword_category) FROM duckdb_keywords() GROUP BY ALL ORDER BY ALL"
    return {word: set(kinds) for word, kinds in duck.execute(query).fetchall() if word not in VALUES}


def test_the_words_are_those_of_this_duckdb(words):
    assert {word for word, kinds in words.items() if kinds <= {"reserved", "type_function"}} == RESERVED


@pytest.mark.parametrize(
    "form",
    [
        "SELECT {word} FROM orders",
        "SELECT {word}.amount FROM orders",
        "SELECT orders.{word} FROM orders",
        "SELECT amount AS {word} FROM orders",
        "SELECT amount FROM {word}",
        "SELECT amount FROM {word}.orders",
        "SELECT amount FROM orders AS {word}",
        "SELECT amount FROM (SELECT 1 AS amount) AS {word}",
        "WITH {word} AS (SELECT 1 AS x) SELECT 1 AS y",
    ],
)
def test_a_name_is_refused_exactly_where_duckdb_refuses_it(form, duck, words):
    wrong = []
    for word in words:
        sql = form.format(word=word)
        try:
            duck.extract_statements(sql)
            is_valid = True
        except duckdb.ParserException:
            is_valid = False
        parsed = parse_model_sql(sql, dialect_named("duckdb"))
        if isinstance(parsed, SqlFault):
            continue  # What the grammar refuses is another test's matter.
        found = any(OURS in finding for finding in findings(sql))
        if found == is_valid and (form, word) not in MISREAD:
            wrong.append((word, "refused" if found else "accepted"))

    assert wrong == []


def test_the_finding_names_the_word_its_place_and_the_way_out():
    (finding,) = findings("SELECT order_id, at FROM orders")

    assert finding == (
        "E000 1:18+2 failed to parse: 'at' is a word of the language and no name"
        ' | write "at" in double quotes, or choose another name'
    )
    assert findings('SELECT "at", orders.at, amount AS at FROM orders') == []
    assert [column.name for column in analyse('SELECT "at" FROM orders').columns] == ["at"]
