"""What the commands print for people, and what they give back to a shell."""

from __future__ import annotations

import pytest

DEFAULTS = '[target]\ncatalog = "c"\nschema = "s"\n'


def test_lineage_of_a_column_is_a_tree(playground):
    shown = playground("lineage", "daily_sales.revenue", "-o", "table")

    assert shown.out == (
        "daily_sales.revenue\n"
        "  └─ stg_sales.revenue (aggregation: sum)\n"
        "     ├─ raw.sales.quantity (expression)\n"
        "     └─ raw.products.price (expression)\n"
    )


def test_lineage_downstream_shows_the_readers(playground):
    answer = playground("lineage", "stg_shops.CITY", "--downstream").json

    assert (answer["column"], answer["direction"]) == ("city", "downstream")
    assert answer["downstream_consumers"] == [{"model": "daily_sales", "column": "city"}]


def test_lineage_as_a_graph_wins_over_json(playground):
    drawn = playground("lineage", "stg_shops.city", "--format", "dot", "-o", "json")

    assert drawn.out == 'digraph lineage {\n  rankdir=LR;\n  "raw.shops.city" -> "stg_shops.city";\n}\n'


def test_lineage_of_an_unknown_column_is_empty_but_says_so(playground):
    shown = playground("lineage", "stg_shops.citty")

    assert (shown.code, shown.json["trace"]) == (0, [])
    assert "model 'stg_shops' has no column 'citty' — did you mean 'city'?" in shown.err


def test_lineage_of_a_model_names_its_neighbours_and_nodes(playground):
    answer = playground("lineage", "stg_sales", "--with-seed").json

    assert (answer["upstream"], answer["downstream"]) == ([], ["best_sellers", "daily_sales"])
    assert answer["columns"][0] == {"name": "sale_id", "data_type": "INT64"}
    assert answer["nodes"][0] == {"model": "stg_sales", "target_schema": "staging"}
    assert {"model": "raw.sales", "source_id": "raw.sales"} in answer["nodes"]


CI = [
    ({}, 0),
    ({"models/w.sql": "SELECT *, shop_id AS id FROM stg_shops", "models/w2.sql": "SELECT id FROM w"}, 4),
    ({"models/e.sql": "SELECT nothing FROM stg_shops"}, 1),
    ({"models/f.sql": "SELECT error('at run time') AS x"}, 1),
]


@pytest.mark.parametrize(("files", "code"), CI, ids=["well", "warnings", "compile error", "failed build"])
def test_ci_exits_with_the_code_in_its_json(playground, write, files, code):
    defaults = {"bakery/models/_defaults.toml": DEFAULTS}
    write(defaults | {f"bakery/{name}": text for name, text in files.items()})

    done = playground("ci")

    assert (done.code, done.json["exit_code"]) == (code, code)


def test_emit_sql_prints_statements_in_reading_order(playground):
    printed = playground("emit-sql")

    assert printed.code == 0
    names = [line.removeprefix("-- model: ") for line in printed.out.splitlines() if line.startswith("-- model: ")]
    assert names == ["stg_sales", "best_sellers", "stg_shops", "daily_sales"]
    assert 'CREATE OR REPLACE TABLE "playground"."staging"."stg_shops" AS\nSELECT' in printed.out


def test_emit_sql_writes_one_file_per_model_and_names_what_it_leaves_out(playground, write, tmp_path):
    write(
        {
            "bakery/models/staging/e.sql": "SELECT 1 AS one",
            "bakery/models/staging/e.toml": '[strategy]\ntype = "ephemeral"\n',
        }
    )

    done = playground("emit-sql", "--out-dir", "sql")

    assert (done.code, done.out) == (0, "4 files written to sql\n")
    assert "left out: e — ephemeral" in done.err
    assert sorted(file.name for file in (tmp_path / "bakery" / "sql").iterdir()) == [
        "best_sellers.sql",
        "daily_sales.sql",
        "stg_sales.sql",
        "stg_shops.sql",
    ]


def test_emit_sql_writes_a_surrogate_key_once(rocky, write):
    sidecar = '[strategy]\ntype = "merge"\nunique_key = ["k"]\n[[surrogate_key]]\nname = "k"\ncolumns = ["id"]\n'
    write({"models/_defaults.toml": DEFAULTS, "models/m.sql": "SELECT 1 AS id, 2 AS v", "models/m.toml": sidecar})

    printed = rocky("emit-sql", "--model", "m")

    assert printed.code == 0
    assert 'INSERT ("id", "v", "k") VALUES (s."id", s."v", s."k")' in printed.out


def test_emit_sql_refuses_a_project_with_errors(playground, write):
    write({"bakery/models/staging/bad.sql": "SELECT nothing FROM stg_shops"})

    refused = playground("emit-sql")

    assert (refused.code, refused.out) == (1, "")
    assert "E039" in refused.err


def test_fmt_lays_out_dsl_files_and_check_only_looks(rocky, write, tmp_path):
    write({"models/m.rocky": "from a\nselect {\nx }\n\n\n\n\n", "models/n.rocky": "from a\nselect { x }\n"})
    before = (tmp_path / "models" / "m.rocky").read_text()

    looked = rocky("fmt", "--check")
    assert (looked.code, looked.err) == (1, "would reformat: models/m.rocky\n2 files looked at, 1 would change\n")
    assert (tmp_path / "models" / "m.rocky").read_text() == before

    done = rocky("fmt", "models")
    assert (done.code, done.out) == (0, "reformatted: models/m.rocky\n2 files looked at, 1 changed\n")
    assert rocky("fmt", "--check").code == 0


def test_dag_joins_seeds_pipelines_models_and_tests(rocky, write):
    write(
        {
            "rocky.toml": '[adapter]\ntype = "duckdb"\n'
            '[pipeline.copy]\ntype = "replication"\nstrategy = "full_refresh"\n'
            '[pipeline.copy.source.schema_pattern]\nprefix = "raw__"\nseparator = "__"\ncomponents = ["source"]\n'
            '[pipeline.copy.target]\ncatalog_template = "c"\nschema_template = "s"\n'
            '[pipeline.models]\ntype = "transformation"\ndepends_on = ["copy"]\n',
            "seeds/codes.csv": "code,name\n1,one\n",
            "models/_defaults.toml": DEFAULTS,
            "models/first.sql": "SELECT code FROM codes",
            "models/first.toml": '[[tests]]\ntype = "not_null"\ncolumn = "code"\n',
            "models/second.sql": "WITH f AS (SELECT code FROM first) SELECT code FROM f",
        }
    )

    answer = rocky("dag").json

    assert {(edge["from"], edge["to"], edge["edge_type"]) for edge in answer["edges"]} == {
        ("source:copy", "load:copy", "data"),
        ("load:copy", "transformation:first", "data"),
        ("seed:codes", "transformation:first", "data"),
        ("transformation:first", "transformation:second", "data"),
        ("transformation:first", "test:first::not_null_code", "check"),
    }
    assert answer["execution_layers"][0] == ["seed:codes", "source:copy"]
    assert answer["summary"]["counts_by_kind"] == {"seed": 1, "source": 1, "load": 1, "transformation": 2, "test": 1}


PIPELINES = (
    '[adapter]\ntype = "duckdb"\n[pipeline.a]\ntype = "transformation"\n{a}[pipeline.b]\ntype = "transformation"\n{b}'
)
NO_GRAPH = [
    (
        {"a": 'models = "models/**"\n', "b": 'models = "models/m*.sql"\n'},
        "model 'm' is claimed by the pipelines a and b",
    ),
    (
        {"a": 'models = "models/x/**"\ndepends_on = ["b"]\n', "b": 'models = "models/*"\ndepends_on = ["a"]\n'},
        "the graph has a circle through transformation:m, transformation:n",
    ),
]


@pytest.mark.parametrize(("pipelines", "message"), NO_GRAPH, ids=[case[1] for case in NO_GRAPH])
def test_dag_says_why_there_is_no_graph(rocky, write, pipelines, message):
    write(
        {
            "rocky.toml": PIPELINES.format(**pipelines),
            "models/_defaults.toml": DEFAULTS,
            "models/x/_defaults.toml": DEFAULTS,
            "models/m.sql": "SELECT 1 AS one",
            "models/x/n.sql": "SELECT 1 AS one",
        }
    )

    refused = rocky("dag")

    assert (refused.code, refused.out) == (1, "")
    assert message in refused.err


def test_lists_say_what_the_project_consists_of(playground):
    assert playground("list", "adapters").json["adapters"] == [{"name": "default", "adapter_type": "duckdb"}]
    assert playground("list", "pipelines").json["pipelines"] == [
        {
            "name": "default",
            "pipeline_type": "transformation",
            "target_adapter": "default",
            "depends_on": [],
            "concurrency": "adaptive",
        }
    ]
    assert playground("list", "models").json["models"][1] == {
        "name": "daily_sales",
        "target": "playground.marts.daily_sales",
        "strategy": "full_refresh",
        "depends_on": ["stg_sales", "stg_shops"],
        "has_contract": True,
    }
    assert playground("list", "sources", "-o", "table").out == "  (none)\n"


def test_compile_of_one_model_reports_that_model_alone(playground, write):
    write({"bakery/models/marts/bad.sql": "SELECT nothing FROM stg_shops"})

    assert playground("compile").code == 1
    alone = playground("compile", "--model", "stg_shops")
    assert (alone.code, alone.json["models"], [one["name"] for one in alone.json["models_detail"]]) == (
        0,
        1,
        ["stg_shops"],
    )


def test_a_target_dialect_reports_what_it_does_not_know(playground, write):
    write({"bakery/models/marts/p.sql": "SELECT shop_id FROM stg_shops WHERE shop_name ILIKE 'm%'"})

    found = playground("compile", "--target-dialect", "bq").json["diagnostics"]

    assert [one["code"] for one in found if one["severity"] == "Error"] == ["P001"]


def test_macros_are_refused_in_words(playground):
    refused = playground("compile", "--expand-macros")

    assert refused.code == 1
    assert "--expand-macros is not supported" in refused.err


def test_unit_test_failures_are_shown_row_by_row(playground, tmp_path):
    sidecar = tmp_path / "bakery" / "models" / "staging" / "stg_sales.toml"
    sidecar.write_text(sidecar.read_text().replace("revenue = 12.60", "revenue = 12.00"))

    failed = playground("test", "-o", "table")

    assert failed.code == 1
    assert "  ✗ stg_sales · revenue_is_quantity_times_price" in failed.out
    assert "row 1 is missing: {sale_id: 1, sale_date: DATE '2026-03-01', revenue: 12.00}" in failed.out
    assert "unexpected row: {sale_id: 1, sale_date: DATE '2026-03-01', revenue: 12.60}" in failed.out


def test_compile_shows_the_first_of_many_like_findings_and_counts_the_others(rocky, write):
    dated = {f"models/m{number}.sql": "SELECT DATE '2024-01-01' AS day" for number in range(8)}
    write({"models/_defaults.toml": DEFAULTS, **dated})

    short = rocky("-o", "table", "compile").out
    assert short.count("warning[W005]") == 5
    assert "  … and 3 more W005; `rocky compile --all` shows them\n" in short
    assert "0 errors, 8 warnings" in short

    everything = rocky("-o", "table", "compile", "--all").out
    assert everything.count("warning[W005]") == 8
    assert "more W005" not in everything
