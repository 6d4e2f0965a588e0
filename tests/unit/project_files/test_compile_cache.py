"""The cache gives back what was stored, under the same setup only, and never stands in the way."""

import sqlite3

import pytest

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span
from rocky_core.errors import CacheUnreadable
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.ir.schema import Column
from rocky_core.ir.types import BIGINT, Decimal, Field, ListOf, StructOf
from rocky_core.project_files.compile_cache import CompileCache, Entry, Head
from rocky_core.project_files.facts_codec import decode_facts, encode_facts
from rocky_core.project_files.scan import FileStamp

FINDING = Diagnostic(Severity.WARNING, "W005", "no freshness", "a", Span("models/a.sql", 1, 2, 3), "declare it")
FACTS = ModelFacts(
    name="a",
    columns=(Column("id", BIGINT, nullable=False), Column("s", ListOf(StructOf((Field("x y", Decimal(9, 2)),))))),
    complete=True,
    reads_models=("b",),
    reads_tables=("raw.t",),
    has_star=True,
    star_models=("b",),
    edges=(Edge(ColumnRef("b", "id"), ColumnRef("a", "id"), "cast"),),
    diagnostics=(FINDING,),
    recipe_hash="abc",
)


def entry(name="a", diagnostics=()):
    file = f"models/{name}.sql"
    head = Head(file, name, (FileStamp(1, 2, 3),), b"i", ("c", "s", name), False, (), ("b",), (), b"k", 2, False, True)
    return Entry(head, FACTS, diagnostics, b'{"name":"a"}')


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".rocky" / "cache" / "compile.db"


@pytest.fixture
def cache(path):
    opened = CompileCache(path)
    yield opened
    opened.close()


def test_facts_survive_their_encoding():
    assert decode_facts(encode_facts(FACTS)) == FACTS


def test_what_was_stored_is_given_back(cache):
    cache.store(b"setup", [entry("a", (FINDING,)), entry("b")], (), (FINDING,))

    remembered = cache.remembered(b"setup")
    assert remembered.heads == {"models/a.sql": entry("a").head, "models/b.sql": entry("b").head}
    assert remembered.project_findings == (FINDING,)
    assert cache.facts("models/a.sql") == FACTS
    assert cache.all_diagnostics() == {"models/a.sql": (FINDING,)}
    assert cache.all_details() == {"models/a.sql": b'{"name":"a"}', "models/b.sql": b'{"name":"a"}'}


def test_another_setup_finds_nothing_and_replaces_everything(cache):
    cache.store(b"one", [entry("a"), entry("b")], (), ())

    assert cache.remembered(b"two") is None
    cache.store(b"two", [entry("a")], (), ())
    assert list(cache.remembered(b"two").heads) == ["models/a.sql"]


def test_files_that_are_gone_are_forgotten(cache):
    cache.store(b"setup", [entry("a"), entry("b")], (), ())
    cache.store(b"setup", [], ["models/a.sql"], ())

    assert list(cache.remembered(b"setup").heads) == ["models/b.sql"]


def test_a_file_that_is_no_database_is_replaced(path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 100)

    opened = CompileCache(path)
    opened.store(b"setup", [entry()], (), ())
    assert list(opened.remembered(b"setup").heads) == ["models/a.sql"]
    opened.close()


def test_a_damaged_row_is_reported_as_unreadable(path, cache):
    cache.store(b"setup", [entry()], (), ())
    with sqlite3.connect(path) as other:
        other.execute("UPDATE model SET facts = x'93', head = x'93'")
    other.close()

    with pytest.raises(CacheUnreadable):
        cache.facts("models/a.sql")
    with pytest.raises(CacheUnreadable):
        cache.remembered(b"setup")


def test_a_cache_of_another_format_is_emptied(path, cache):
    cache.store(b"setup", [entry()], (), ())
    cache.close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 999")
    other.close()

    reopened = CompileCache(path)
    assert reopened.remembered(b"setup") is None
    reopened.close()


def test_a_place_that_cannot_hold_a_cache_is_told_apart(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CacheUnreadable):
        CompileCache(tmp_path / "file" / "cache.db")
