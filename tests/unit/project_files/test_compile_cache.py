"""The cache gives back what was stored, under the same setup only, and never stands in the way."""

import sqlite3

import pytest

from rocky_core.diagnostics.diagnostic import Diagnostic, Severity, Span
from rocky_core.errors import CacheUnreadable
from rocky_core.ir.facts import ModelFacts
from rocky_core.ir.lineage import ColumnRef, Edge
from rocky_core.ir.replace import replace
from rocky_core.ir.schema import Column
from rocky_core.ir.types import BIGINT, Decimal, Field, ListOf, StructOf
from rocky_core.project_files.compile_cache import CompileCache, Entry, Head, SharedFindings, Update
from rocky_core.project_files.compiled_row import CompiledRow
from rocky_core.project_files.facts_codec import decode_facts, encode_diagnostics, encode_facts
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


SETUP = b"setup"


def entry(name="a", diagnostics=b""):
    file = f"models/{name}.sql"
    head = Head(
        file=file,
        name=name,
        stamps=(FileStamp(1, 2, 3),),
        input_key=b"i",
        target=("c", "s", name),
        declared=(),
        reads_models=("b",),
        reads_tables=(),
        schema_key=b"k",
        column_count=2,
        is_ephemeral=False,
        has_star=True,
        has_cost_budget=False,
    )
    row = CompiledRow(
        name=name,
        reads_models=("b",),
        reads_tables=(),
        schema_key=b"k",
        column_count=2,
        has_errors=False,
        has_star=True,
        schema=b"schema",
        facts=encode_facts(FACTS),
        diagnostics=diagnostics or None,
        detail=b'{"name":"a"}',
    )
    return Entry(head, row)


def update(*entries, gone=(), shared=None, accepted=None, environment=None):
    return Update(entries, gone, shared or {}, accepted or {}, environment or {})


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
    shared = {"models": SharedFindings((FileStamp(4, 5, 6),), (FINDING,))}
    cache.store(
        SETUP,
        update(entry("a", encode_diagnostics((FINDING,))), entry("b"), shared=shared, accepted={"a": b"schema"}),
    )

    remembered = cache.remembered(SETUP, {})
    assert remembered.heads == {"models/a.sql": entry("a").head, "models/b.sql": entry("b").head}
    assert remembered.shared == shared
    assert cache.facts("models/a.sql") == FACTS
    assert cache.schema("models/a.sql") == b"schema"
    assert cache.accepted_schemas() == {"a": b"schema"}
    assert cache.all_diagnostics() == {"models/a.sql": (FINDING,)}
    assert cache.all_details() == {"models/a.sql": b'{"name":"a"}', "models/b.sql": b'{"name":"a"}'}


def test_another_setup_finds_nothing_and_replaces_everything_but_what_was_accepted(cache):
    cache.store(b"one", update(entry("a"), entry("b"), accepted={"a": b"schema"}))

    assert cache.remembered(b"two", {}) is None
    cache.store(b"two", update(entry("a")))
    assert list(cache.remembered(b"two", {}).heads) == ["models/a.sql"]
    assert cache.accepted_schemas() == {"a": b"schema"}


@pytest.mark.parametrize("now", [{"REGION": "us"}, {}])
def test_a_variable_that_was_read_and_has_another_value_now_makes_the_memory_useless(cache, now):
    cache.store(SETUP, update(entry("a"), environment={"REGION": "eu", "UNSET": None}))

    assert cache.remembered(SETUP, {"REGION": "eu", "OTHER": "x"}) is not None
    assert cache.remembered(SETUP, now) is None
    assert cache.remembered(SETUP, {"REGION": "eu", "UNSET": "set now"}) is None


def test_values_of_variables_are_not_kept(path, cache):
    cache.store(SETUP, update(environment={"TOKEN": "s3cret-value"}))
    cache.close()

    assert b"s3cret-value" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_files_that_are_gone_are_forgotten(cache):
    cache.store(SETUP, update(entry("a"), entry("b")))
    cache.store(SETUP, update(gone=("models/a.sql",)))

    assert list(cache.remembered(SETUP, {}).heads) == ["models/b.sql"]


def test_a_touched_file_keeps_its_row_under_its_new_stamps(cache):
    cache.store(SETUP, update(entry("a")))
    touched = replace(entry("a").head, stamps=(FileStamp(9, 9, 9),))
    cache.store(SETUP, update(Entry(touched, None)))

    assert cache.remembered(SETUP, {}).heads == {"models/a.sql": touched}
    assert cache.facts("models/a.sql") == FACTS


def test_a_file_that_is_no_database_is_replaced(path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 100)

    opened = CompileCache(path)
    opened.store(SETUP, update(entry()))
    assert list(opened.remembered(SETUP, {}).heads) == ["models/a.sql"]
    opened.close()


def test_a_damaged_row_is_reported_as_unreadable(path, cache):
    cache.store(SETUP, update(entry()))
    with sqlite3.connect(path) as other:
        other.execute("UPDATE model SET facts = x'93', head = x'93'")
    other.close()

    with pytest.raises(CacheUnreadable):
        cache.facts("models/a.sql")
    with pytest.raises(CacheUnreadable):
        cache.remembered(SETUP, {})
    cache.forget()
    assert cache.remembered(SETUP, {}) is None


def test_a_cache_of_another_format_is_emptied(path, cache):
    cache.store(SETUP, update(entry()))
    cache.close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 999")
    other.close()

    reopened = CompileCache(path)
    assert reopened.remembered(SETUP, {}) is None
    reopened.close()


def test_a_place_that_cannot_hold_a_cache_is_told_apart(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CacheUnreadable):
        CompileCache(tmp_path / "file" / "cache.db")
