"""Schema names taken apart, templates filled in."""

from __future__ import annotations

import pytest

from rocky_core.config.schema_pattern import (
    PatternMismatch,
    SchemaPattern,
    parse_schema_name,
    pattern_problems,
    render_template,
)


def pattern(*components, prefix="raw__", separator="__"):
    return SchemaPattern(prefix=prefix, separator=separator, components=components)


@pytest.mark.parametrize(
    ("components", "schema", "expected"),
    [
        (("source",), "raw__shop", {"source": ("shop",)}),
        (("tenant", "source"), "raw__acme__shop", {"tenant": ("acme",), "source": ("shop",)}),
        (
            ("tenant", "regions...", "source"),
            "raw__acme__eu__west__shop",
            {"tenant": ("acme",), "regions": ("eu", "west"), "source": ("shop",)},
        ),
        (("regions...",), "raw__eu__west", {"regions": ("eu", "west")}),
        (("source",), "raw__shop__surplus", {"source": ("shop",)}),
    ],
)
def test_a_schema_name_is_taken_apart(components, schema, expected):
    assert parse_schema_name(pattern(*components), schema) == expected


@pytest.mark.parametrize("schema", ["shop", "raw__", "raw__acme"])
def test_a_name_of_another_kind_does_not_match(schema):
    with pytest.raises(PatternMismatch):
        parse_schema_name(pattern("tenant", "source"), schema)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("s__{source}", "s__shop"),
        ("{regions}", "eu_west"),
        ("{regions:-}", "eu-west"),
        ("{regions:}", "euwest"),
        ("{unknown}_{source}", "{unknown}_shop"),
        ("{ }", "{ }"),
    ],
)
def test_a_template_is_filled_and_keeps_what_it_does_not_know(template, expected):
    assert render_template(template, {"source": ("shop",), "regions": ("eu", "west")}, "_") == expected


@pytest.mark.parametrize(
    ("components", "count"),
    [(("a",), 0), (("id",), 1), (("table...",), 1), (("a...", "b..."), 1), ((), 1), (("a", "a"), 1)],
)
def test_an_unusable_pattern_is_refused(components, count):
    assert len(pattern_problems(pattern(*components))) == count
