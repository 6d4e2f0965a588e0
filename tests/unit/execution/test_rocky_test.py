"""Models are built in a local DuckDB under every name they can be read by; unit tests say what differs."""

from __future__ import annotations

import pytest

from rocky_core.api import ProjectOptions, open_project
from rocky_core.errors import ConfigInvalid

DEFAULTS = '[target]\ncatalog = "warehouse"\nschema = "silver"\n'
SEED = """
CREATE SCHEMA raw;
CREATE TABLE raw.orders AS SELECT 1 AS id, 'x' AS name;
CREATE TABLE rates AS SELECT 2.5 AS rate;
"""


@pytest.fixture
def report(tmp_path):
    """A function that writes a project and tests it."""

    def run(files: dict[str, str], *, seed: str | None = SEED, config: str | None = None, model: str | None = None):
        texts = {"models/_defaults.toml": DEFAULTS, **{f"models/{name}": text for name, text in files.items()}}
        if seed is not None:
            texts["data/seed.sql"] = seed
        if config is not None:
            texts["rocky.toml"] = config
        for name, text in texts.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        options = ProjectOptions(config_file=tmp_path / "rocky.toml", use_cache=False)
        return open_project(options).compile_for_tests().run_tests(model)

    return run


def outcomes(report) -> dict[str, str]:
    return {build.model: build.error or "built" for build in report.builds}


READS = [
    "orders_model",
    "silver.orders_model",
    "warehouse.silver.orders_model",
    "raw.orders",
    "RAW.Orders",
    "memory.raw.orders",
    "lake.raw.orders",
    "orders",
    "rates",
    "main.rates",
    "lake.main.rates",
]


@pytest.mark.parametrize("name", READS)
def test_a_table_can_be_read_by_one_two_or_three_parts(report, name):
    found = report({"orders_model.sql": "SELECT id, name FROM raw.orders", "reader.sql": f"SELECT * FROM {name}"})

    assert outcomes(found) == {"orders_model": "built", "reader": "built"}


def test_a_catalog_may_have_the_name_of_its_schema(report):
    found = report(
        {
            "m.sql": "SELECT 1 AS one",
            "m.toml": '[target]\ncatalog = "gold"\nschema = "gold"\n',
            "a.sql": "SELECT * FROM gold.gold.m",
            "b.sql": "SELECT * FROM gold.m",
        }
    )

    assert outcomes(found) == {"m": "built", "a": "built", "b": "built"}


def test_a_seeded_table_of_a_models_name_stays_reachable(report):
    found = report(
        {"orders.sql": "SELECT id FROM main.orders", "reader.sql": "SELECT id FROM orders"},
        seed="CREATE TABLE orders AS SELECT 1 AS id, 2 AS other",
    )

    assert outcomes(found) == {"orders": "built", "reader": "built"}


def test_a_failure_blocks_only_what_depends_on_it(report):
    found = report(
        {
            "bad.sql": "SELECT error('broken') AS x",
            "child.sql": "SELECT x FROM bad",
            "grandchild.sql": "SELECT x FROM child",
            "other.sql": "SELECT 1 AS one",
        }
    )

    errors = outcomes(found)
    assert "broken" in errors.pop("bad")
    assert errors == {
        "child": "not built: it reads 'bad', which could not be built",
        "grandchild": "not built: it reads 'child', which could not be built (because 'bad' failed)",
        "other": "built",
    }
    assert [build.blocked_by for build in found.builds if build.model == "grandchild"] == ["bad"]
    assert found.passed is False


def test_surrogate_keys_and_partition_windows_are_filled_in(report):
    found = report(
        {
            "m.sql": "SELECT 1 AS id, TIMESTAMP '2026-01-01' AS at WHERE TIMESTAMP '2026-01-01' >= @start_date "
            "AND TIMESTAMP '2026-01-01' < @end_date",
            "m.toml": '[strategy]\ntype = "time_interval"\ntime_column = "at"\ngranularity = "day"\n'
            '[[surrogate_key]]\nname = "key"\ncolumns = ["id"]\n',
            "reader.sql": "SELECT CASE WHEN MAX(key) = md5('1') THEN 1 ELSE error('no key') END AS n FROM m",
        }
    )

    assert outcomes(found) == {"m": "built", "reader": "built"}


def test_dsl_models_are_built_too(report):
    found = report({"m.rocky": "from raw.orders\nselect { id }\n", "reader.sql": "SELECT id FROM m"})

    assert outcomes(found) == {"m": "built", "reader": "built"}


def test_a_project_for_another_warehouse_is_carried_over_to_duckdb(report):
    found = report(
        {"m.sql": "SELECT NVL(name, 'none') AS name, DATEADD(day, 1, DATE '2026-01-01') AS d FROM raw.orders"},
        config='[adapter]\ntype = "snowflake"\naccount = "a"\n[pipeline]\ntype = "transformation"\n',
    )

    assert outcomes(found) == {"m": "built"}


def test_a_seed_that_fails_is_the_only_failure(report):
    found = report({"m.sql": "SELECT id FROM raw.orders"}, seed="CREATE TABEL x")

    assert [failure.name for failure in found.failures] == ["seed"]
    assert "Parser Error" in found.failures[0].error
    assert found.builds == ()


@pytest.mark.parametrize("name", ["codes", "ref.codes", "lake.ref.codes"])
def test_a_seed_file_is_a_table_to_read(report, tmp_path, name):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "codes.csv").write_text('code,label,since\n1,"a, b",2026-01-02\n,c,\n')
    (tmp_path / "seeds" / "codes.toml").write_text('[target]\ncatalog = "lake"\nschema = "ref"\n')
    check = "SELECT CASE WHEN SUM(code) = 1 AND MIN(label) = 'a, b' THEN 1 ELSE error('wrong rows') END AS ok FROM "

    assert outcomes(report({"m.sql": check + name})) == {"m": "built"}


def test_a_seed_file_that_is_no_table_is_an_error_with_its_place(report, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "codes.csv").write_text("")

    with pytest.raises(ConfigInvalid, match="the seeds cannot be loaded") as failed:
        report({"m.sql": "SELECT 1 AS one"})
    assert [found.span.file for found in failed.value.diagnostics] == ["seeds/codes.csv"]


def test_nothing_is_built_while_the_project_has_errors(report):
    found = report({"m.sql": "SELECT FROM WHERE", "n.sql": "SELECT 1 AS one"})

    assert found.builds == ()
    assert [failure.name for failure in found.failures] == ["m"]


def test_one_model_is_tested_with_what_it_reads_and_reported_alone(report):
    files = {"a.sql": "SELECT 1 AS x", "b.sql": "SELECT x FROM a", "c.sql": "SELECT error('no') AS x"}

    assert outcomes(report(files, model="b")) == {"b": "built"}


MODEL = """
SELECT o.id, COUNT(*) AS n, MAX(o.day) AS day, list(o.tag ORDER BY o.tag) AS tags
FROM {source} AS o GROUP BY o.id ORDER BY o.id
"""
GIVEN = """
[[test]]
name = "t"
[[test.given]]
ref = "{ref}"
rows = [
    {{ id = 1, day = 2026-01-02, tag = "a" }},
    {{ id = 1, tag = "b" }},
    {{ id = 2, day = 2026-01-03, tag = "c" }},
]
[test.expect]
"""
REFS = ["upstream", "silver.upstream", "warehouse.silver.upstream", "raw.events", "lake.raw.events"]


@pytest.mark.parametrize("ref", REFS)
def test_any_table_a_model_reads_can_be_given(report, ref):
    rows = 'rows = [{ id = 2, n = 1 }, { id = 1, n = 2, day = 2026-01-02, tags = ["a", "b"] }]'
    # A value that only one row states is NULL in the other.
    rows = rows.replace("{ id = 2, n = 1 }", '{ id = 2, n = 1, day = 2026-01-03, tags = ["c"] }')
    files = {"m.sql": MODEL.format(source=ref), "m.toml": GIVEN.format(ref=ref) + rows}
    if "upstream" in ref:
        files["upstream.sql"] = "SELECT 1 AS id, DATE '2020-01-01' AS day, 'z' AS tag"

    found = report(
        files,
        seed=None
        if "upstream" in ref
        else "CREATE SCHEMA raw; CREATE TABLE raw.events AS SELECT 1 AS id, DATE '2020-01-01' AS day, 'z' AS tag",
    )

    assert [(test.passed, test.error, test.mismatches) for test in found.unit_tests] == [(True, None, ())]


EXPECTATIONS = [
    ("rows = [{ id = 1, n = 2 }, { id = 2, n = 1 }]", []),
    ("rows = [{ id = 2, n = 1 }, { id = 1, n = 2 }]\nordered = true", ["value_diff", "value_diff"]),
    ("rows = [{ id = 1, n = 2 }, { id = 2, n = 1 }]\nordered = true", []),
    ("rows = [{ id = 1, n = 2 }]", ["extra"]),
    ("rows = [{ id = 1, n = 2 }, { id = 2, n = 1 }, { id = 3, n = 1 }]", ["missing"]),
    ("rows = [{ id = 1, n = 2.4 }, { id = 2, n = 1 }]", ["missing", "extra"]),
    ("rows = []", ["extra", "extra"]),
    ('rows = [{ day = "2026-01-02" }, { day = 2026-01-03 }]', []),
]


@pytest.mark.parametrize(("expect", "kinds"), EXPECTATIONS, ids=[case[0] for case in EXPECTATIONS])
def test_expected_rows_are_compared_exactly(report, expect, kinds):
    files = {
        "upstream.sql": "SELECT 1 AS id, DATE '2020-01-01' AS day, 'z' AS tag",
        "m.sql": MODEL.format(source="upstream"),
        "m.toml": GIVEN.format(ref="upstream") + expect,
    }

    (test,) = report(files, seed=None).unit_tests

    assert (test.error, [mismatch.kind for mismatch in test.mismatches]) == (None, kinds)
    assert test.passed is (not kinds)


def test_a_text_is_read_as_the_columns_type(report):
    files = {
        "m.sql": "SELECT TIMESTAMP '2026-01-02 00:00:00' AS at, ['a'] AS tags, [DATE '2026-01-02'] AS days",
        "m.toml": '[[test]]\nname = "t"\n[test.expect]\n'
        'rows = [{ at = "2026-01-02", tags = ["a"], days = ["2026-01-02"] }]\n',
    }

    (test,) = report(files, seed=None).unit_tests

    assert (test.passed, test.error, test.mismatches) == (True, None, ())


UNUSABLE = [
    (
        '[[test]]\nname = "t"\n[test.expect]\nrows = [{ id = 1 }]',
        "the model reads 'upstream', which the test does not give",
    ),
    (
        GIVEN.format(ref="upstream") + "rows = [{ idd = 1 }]",
        "expects a column 'idd', which the model does not give — did you mean 'id'?",
    ),
    (GIVEN.format(ref="a.b.c.d") + "rows = [{ id = 1 }]", "'a.b.c.d' is not a table's name"),
]


@pytest.mark.parametrize(("sidecar", "message"), UNUSABLE, ids=[case[1] for case in UNUSABLE])
def test_a_test_that_cannot_be_carried_out_says_what_to_change(report, sidecar, message):
    files = {
        "upstream.sql": "SELECT 1 AS id, DATE '2020-01-01' AS day, 'z' AS tag",
        "m.sql": MODEL.format(source="upstream"),
        "m.toml": sidecar,
    }

    (test,) = report(files, seed=None).unit_tests

    assert test.passed is False
    assert message in test.error


def test_a_given_table_without_rows_is_empty_when_its_columns_are_known(report):
    sidecar = '[[test]]\nname = "t"\n[[test.given]]\nref = "upstream"\nrows = []\n[test.expect]\nrows = []\n'
    files = {
        "upstream.sql": "SELECT 1 AS id, DATE '2020-01-01' AS day, 'z' AS tag",
        "m.sql": MODEL.format(source="upstream"),
        "m.toml": sidecar,
    }

    (test,) = report(files, seed=None).unit_tests

    assert (test.passed, test.error) == (True, None)
