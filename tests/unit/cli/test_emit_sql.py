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
