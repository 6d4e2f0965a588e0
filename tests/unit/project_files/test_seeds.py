"""Seeds and the types of their columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from rocky_core.api import ProjectOptions, open_project
from rocky_core.errors import UserError
from rocky_core.ir.names import TargetName
from rocky_core.ir.schema import Column
from rocky_core.ir.types import BIGINT, VARCHAR, Decimal
from rocky_core.project_files.seed_schemas import read_seed_schemas
from rocky_core.project_files.seeds import Seed, infer_types, read_seeds, seed_names


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["true", "FALSE"], "BOOLEAN"),
        (["1", "-2", "+3"], "BIGINT"),
        (["1", "2.5"], "DOUBLE"),
        (["1e3", ".5"], "DOUBLE"),
        (["99999999999999999999"], "DOUBLE"),
        (["2025-01-01", "2025-01-01T10:00:00Z"], "TIMESTAMP"),
        (["2025-1-1"], "STRING"),
        (["1", "true"], "STRING"),
        (["1", "x"], "STRING"),
        (["", "7", ""], "BIGINT"),
        (["", ""], "STRING"),
        ([], "STRING"),
    ],
)
def test_a_column_has_the_narrowest_type_that_fits_every_cell(cells, expected):
    assert infer_types(["c"], ([cell] for cell in cells)) == (("c", expected),)


def test_only_the_first_thousand_rows_are_looked_at():
    rows = [["1"]] * 1000 + [["x"]]

    assert infer_types(["c"], rows) == (("c", "BIGINT"),)


def test_a_seed_is_read_with_its_sidecar(project):
    root = project(
        {
            "seeds/countries.csv": "id,name\n1,Malta\n",
            "seeds/plain.tsv": "a\tb\n1\t2.5\n",
            "seeds/countries.toml": (
                'pre_hook = ["SELECT 1"]\n[target]\nschema = "raw"\n[column_types]\nid = "INTEGER"\n'
            ),
        }
    )
    read = read_seeds(root / "seeds", str(root))

    assert read.diagnostics == ()
    assert read.value == (
        Seed(
            "countries",
            "seeds/countries.csv",
            TargetName("", "raw", "countries"),
            (("id", "INTEGER"), ("name", "STRING")),
            pre_hook=("SELECT 1",),
            column_types={"id": "INTEGER"},
        ),
        Seed("plain", "seeds/plain.tsv", None, (("a", "BIGINT"), ("b", "DOUBLE"))),
    )
    assert seed_names(root / "seeds") == {"countries", "plain"}
    assert seed_names(root / "nowhere") == frozenset()


@pytest.mark.parametrize(
    ("files", "code", "text"),
    [
        ({"seeds/s.csv": ""}, "E050", "is empty"),
        ({"seeds/s.csv": "a,A\n"}, "E050", "twice"),
        ({"seeds/s.csv": "a b\n"}, "E050", "'a b'"),
        ({"seeds/s.csv": b"a\n\xff\n"}, "E054", "cannot be read"),
        ({"seeds/s.csv": 'a\n"x'}, "E054", "cannot be read"),
        ({"seeds/s.csv": "a\n", "seeds/s.toml": 'strategy = "append"\n'}, "E050", "'drop_and_recreate'"),
        ({"seeds/s.csv": "a\n", "seeds/s.toml": "[target]\n"}, "E050", "missing key 'schema'"),
        ({"seeds/s.csv": "a\n", "seeds/s.toml": "x = ["}, "E050", "not valid TOML"),
    ],
)
def test_a_broken_seed_is_a_finding(project, files, code, text):
    root = project(files)
    read = read_seeds(root / "seeds", str(root))

    assert read.value == ()
    assert [found.code for found in read.diagnostics] == [code]
    assert text in read.diagnostics[0].message
    assert read.diagnostics[0].span.file in files


def test_the_seed_script_types_tables_under_all_their_names(project):
    root = project(
        {
            "data/seed.sql": """
                CREATE SCHEMA raw;
                CREATE TABLE raw.Orders (id BIGINT NOT NULL, amount DECIMAL(10,2));
                CREATE VIEW plain AS SELECT 'x' AS t;
            """
        }
    )
    schemas = read_seed_schemas(root / "models")
    orders = (Column("id", BIGINT, nullable=False), Column("amount", Decimal(10, 2)))
    plain = (Column("t", VARCHAR),)

    assert dict(schemas) == {
        ("memory", "raw", "orders"): orders,
        ("raw", "orders"): orders,
        ("memory", "main", "plain"): plain,
        ("main", "plain"): plain,
        ("plain",): plain,
    }


@pytest.mark.parametrize(("files", "text"), [({}, "does not exist"), ({"data/seed.sql": "CREATE TABEL x"}, "failed")])
def test_a_seed_script_that_fails_ends_the_command(project, files, text):
    root = project(files)

    with pytest.raises(UserError, match=text):
        read_seed_schemas(Path(root, "models"))


def test_models_know_the_columns_of_seed_files_but_take_no_other_table_for_one(project):
    root = project(
        {
            "models/_defaults.toml": '[target]\ncatalog = "c"\nschema = "s"\n',
            "models/bare.sql": "SELECT * FROM countries",
            "models/named.sql": "SELECT code, pop FROM geo.places",
            "models/misspelled.sql": "SELECT cod FROM countries",
            "models/another.sql": "SELECT cod FROM raw.countries",
            "seeds/countries.csv": "code,pop,since\nNL,17,2020-01-01\n",
            "seeds/regions.csv": "code,pop\nNH,5\n",
            "seeds/regions.toml": (
                '[target]\nschema = "geo"\ntable = "places"\n[column_types]\npop = "DECIMAL(9,2)"\n'
            ),
        }
    )
    compilation = open_project(ProjectOptions(config_file=Path(root, "rocky.toml"))).compile()

    spell = compilation.dialect.spell_type
    assert {
        name: [(column.name, spell(column.data_type)) for column in compiled.facts.columns]
        for name, compiled in compilation.project.models.items()
    } == {
        "another": [("cod", None)],
        "bare": [("code", "VARCHAR"), ("pop", "BIGINT"), ("since", "TIMESTAMP")],
        "misspelled": [("cod", None)],
        "named": [("code", "VARCHAR"), ("pop", "DECIMAL(9,2)")],
    }
    assert [(found.code, found.model) for found in compilation.diagnostics if found.is_error] == [
        ("E039", "misspelled")
    ]
