"""The shared options may stand before or after the command."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        ("--models", "bakery/models", "-o", "json", "list", "models"),
        ("list", "models", "--models", "bakery/models", "-o", "json"),
        ("list", "--models", "bakery/models", "models", "--output=json"),
        ("-o", "table", "--models", "elsewhere", "list", "models", "-o", "json", "--models", "bakery/models"),
        ("-c", "bakery/rocky.toml", "list", "models"),
    ],
    ids=" ".join,
)
def test_an_option_counts_wherever_it_stands_and_the_last_one_wins(rocky, arguments):
    rocky("playground", "bakery")

    listed = rocky(*arguments)

    assert [model["name"] for model in listed.json["models"]] == [
        "best_sellers",
        "daily_sales",
        "stg_sales",
        "stg_shops",
    ]


def test_variables_add_up_and_the_later_one_wins(rocky, write):
    write(
        {
            "models/_defaults.toml": '[target]\ncatalog = "c"\nschema = "s"\n',
            "models/m.sql": "SELECT @var(a) AS a, @var(b) AS b",
        }
    )

    answer = rocky("--var", "a=1", "--var", "b=x", "compile", "--var", "b='two'=2")

    types = [column["data_type"] for column in answer.json["models_detail"][0]["columns"]]
    assert (answer.code, types) == (0, ["INTEGER", "BOOLEAN"])


@pytest.mark.parametrize("wrong", ["a", "=1", "a b=1"])
def test_a_variable_needs_a_name_and_a_value(rocky, wrong):
    failed = rocky("compile", "--var", wrong)

    assert failed.code == 1
    assert f"'{wrong}' is not of the form name=value" in failed.err


@pytest.mark.parametrize(("output", "start"), [("json", "{"), ("table", "  ✓"), ("markdown", "**Compiled:**")])
def test_each_format_can_be_asked_for(playground, output, start):
    assert playground("compile", "-o", output).out.startswith(start)
