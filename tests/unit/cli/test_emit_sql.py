"""What `rocky emit-sql` makes of models that read ephemeral ones."""

from __future__ import annotations

EPHEMERAL = '[strategy]\ntype = "ephemeral"\n'


def test_an_ephemeral_model_and_what_it_reads_are_inlined_in_reading_order(playground, write):
    write(
        {
            "bakery/models/staging/first_one.sql": "SELECT 1 AS one",
            "bakery/models/staging/first_one.toml": EPHEMERAL,
            "bakery/models/staging/second_one.sql": "SELECT one FROM first_one;",
            "bakery/models/staging/second_one.toml": EPHEMERAL,
            "bakery/models/staging/reader.sql": "SELECT one FROM second_one",
        }
    )

    printed = playground("emit-sql", "--model", "reader")

    assert printed.out == (
        "-- model: reader\n"
        'CREATE OR REPLACE TABLE "playground"."staging"."reader" AS\n'
        'WITH "first_one" AS (\nSELECT 1 AS one\n),\n"second_one" AS (\nSELECT one FROM first_one\n)\n'
        "SELECT one FROM second_one;\n\n"
    )


MERGED = {
    "models/_defaults.toml": '[target]\ncatalog = "w"\nschema = "s"\n',
    "models/m.sql": "SELECT 1 AS id, 2 AS v",
    "models/m.toml": '[strategy]\ntype = "merge"\nunique_key = ["id"]\n[format_options]\ncluster_by = ["id"]\n',
}


def test_later_builds_are_printed_with_a_note_of_how_to_see_the_first(rocky, write):
    write(MERGED)

    later = rocky("emit-sql")

    note = later.out.splitlines()[1:4]
    assert note == [
        "-- NOTE: merge changes rows of a table that is there, and a run fills in each @name.",
        "-- These are the statements of every build but the first;",
        "-- `rocky emit-sql --first-build --model m` prints the one that creates the table.",
    ]
    assert "MERGE INTO" in later.out
    assert later.err == "left out: cluster_by of m — duckdb has no words for it\n"


def test_the_first_build_creates_the_table(rocky, write):
    write(MERGED)

    first = rocky("emit-sql", "--first-build", "--model", "m")

    assert (first.code, first.out) == (
        0,
        '-- model: m\nCREATE TABLE "w"."s"."m" AS\nSELECT 1 AS id, 2 AS v;\n\n',
    )


def test_a_model_that_is_read_by_its_name_is_written_with_its_target(rocky, write):
    write(
        {
            "models/_defaults.toml": '[target]\ncatalog = "w"\nschema = "s"\n',
            "models/a.sql": "SELECT 1 AS id",
            "models/a.toml": '[target]\nschema = "elsewhere"\n',
            "models/b.sql": "SELECT a.id -- of a\nFROM a",
        }
    )

    assert rocky("emit-sql", "--model", "b").out == (
        '-- model: b\nCREATE OR REPLACE TABLE "w"."s"."b" AS\nSELECT a.id -- of a\nFROM "w"."elsewhere"."a";\n\n'
    )
