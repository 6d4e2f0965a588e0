"""`seed`: the CSV files of seeds/ become tables."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "seed.schema.json").read_text())
PROJECT = {
    "rocky.toml": '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n[pipeline.p]\ntype = "transformation"\n',
    "seeds/countries.csv": "code,name,members\nNO,Norway,\nDE,Germany,2026-01-01\n",
    "seeds/countries.toml": '[target]\ncatalog = "w"\nschema = "ref"\n',
    "seeds/zips.csv": "zip,place\n01067,Dresden\n",
    "seeds/zips.toml": '[column_types]\nzip = "VARCHAR"\n[target]\nschema = "ref"\ntable = "zip_codes"\n',
    "seeds/plain.tsv": "a\tb\n1\t2.5\n",
}


@pytest.fixture
def seed(rocky, write):
    """A function that writes files, loads the seeds, and gives the answer."""

    def load(files: dict[str, str], *arguments: str):
        write({**PROJECT, **files})
        ran = rocky("seed", "-o", "json", *arguments)
        if ran.out:
            jsonschema.validate(ran.json, SCHEMA)
        return ran

    return load


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        return connection.execute(query).fetchall()


def test_seeds_become_tables_with_the_types_that_are_declared_or_found(seed, tmp_path):
    ran = seed({})

    assert (ran.code, ran.err) == (0, "")
    assert [(one["name"], one["target"], one["rows"], one["columns"]) for one in ran.json["tables"]] == [
        ("countries", "w.ref.countries", 2, 3),
        ("plain", "plain", 1, 2),
        ("zips", "ref.zip_codes", 1, 2),
    ]
    described = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '{}' ORDER BY column_index"
    assert rows(tmp_path, described.format("countries")) == [
        ("code", "VARCHAR"),
        ("name", "VARCHAR"),
        ("members", "TIMESTAMP"),
    ]
    assert rows(tmp_path, described.format("plain")) == [("a", "BIGINT"), ("b", "DOUBLE")]
    assert rows(tmp_path, "SELECT * FROM ref.zip_codes") == [("01067", "Dresden")]


def test_seeding_again_replaces_the_tables(seed, tmp_path):
    seed({})
    assert seed({"seeds/zips.csv": "zip,place\n01069,Dresden\n01097,Dresden\n"}).code == 0
    assert rows(tmp_path, "SELECT zip FROM ref.zip_codes ORDER BY zip") == [("01069",), ("01097",)]


BROKEN = {
    "ragged": ("zip,place\n01067\n", "seeds/zips.csv: line 2: Expected Number of Columns: 2 Found: 1 (01067)"),
    "no header": ("", "seeds/zips.csv: seed 'seeds/zips.csv' is empty: it needs a header line"),
    "a column that is no name": ("zip code,place\n1,x\n", "'zip code', which is not a valid identifier"),
}


@pytest.mark.parametrize(("content", "told"), BROKEN.values(), ids=BROKEN)
def test_a_seed_that_fails_stops_no_other_and_leaves_its_table_as_it_was(content, told, seed, tmp_path):
    seed({})
    ran = seed({"seeds/zips.csv": content})

    (failed,) = (one for one in ran.json["tables"] if "error" in one)
    assert (ran.code, ran.json["tables_loaded"], ran.json["tables_failed"], failed["name"]) == (2, 2, 1, "zips")
    assert told in failed["error"]
    assert rows(tmp_path, "SELECT zip FROM ref.zip_codes") == [("01067",)]


def test_a_value_that_is_not_of_the_declared_type_is_told_with_its_line(seed):
    ran = seed({"seeds/plain.tsv": "a\tb\n1\tx\n", "seeds/plain.toml": '[column_types]\nb = "DOUBLE"\n'})

    (failed,) = (one for one in ran.json["tables"] if "error" in one)
    assert failed["error"].startswith('seeds/plain.tsv: line 2: Error when converting column "b". Could not convert')


def test_hooks_belong_to_the_transaction_of_their_seed(seed, tmp_path):
    hooks = PROJECT["seeds/zips.toml"].replace("[column", 'post_hook = ["{}"]\n[column')
    ran = seed({"seeds/zips.toml": hooks.format("INSERT INTO ref.zip_codes VALUES ('00000', 'nowhere')")})
    assert ran.json["tables"][2]["rows"] == 1
    assert rows(tmp_path, "SELECT COUNT(*) FROM ref.zip_codes") == [(2,)]

    assert seed({"seeds/zips.toml": hooks.format("SELECT * FROM nothing")}).code == 2
    assert rows(tmp_path, "SELECT COUNT(*) FROM ref.zip_codes") == [(2,)]


def test_which_warehouse_is_meant_must_be_clear(seed):
    two = (
        '[adapter.a]\ntype = "duckdb"\npath = "a.duckdb"\n[adapter.b]\ntype = "duckdb"\npath = "w.duckdb"\n'
        + "".join(
            f'[pipeline.{name}]\ntype = "transformation"\nmodels = "models/{name}/**"\n'
            f'[pipeline.{name}.target]\nadapter = "{name}"\n'
            for name in "ab"
        )
    )

    unclear = seed({"rocky.toml": two})
    chosen = seed({"rocky.toml": two}, "--pipeline", "b")

    assert "several warehouses: a, b" in json.loads(unclear.err)["message"]
    assert (unclear.code, chosen.code) == (1, 0)


def test_text_says_what_was_loaded_and_no_seeds_are_a_mistake(seed, rocky, tmp_path):
    seed({})
    assert "✓ zips -> ref.zip_codes  (1 row)" in rocky("seed", "-o", "table").out
    missing = rocky("seed", "--seeds", str(tmp_path / "nothing"))
    assert (missing.code, "no seeds found in" in missing.err) == (1, True)
