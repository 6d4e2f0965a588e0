"""A setting that does nothing says so."""

import re

import pytest

from rocky_core.config.rocky_toml import parse_config
from rocky_core.execution.unheeded_settings import unheeded_settings

BASE = '[adapter]\ntype = "duckdb"\npath = "x.duckdb"\n[pipeline]\ntype = "transformation"\n'


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ("", []),
        ('[hook.on_pipeline_start]\ncommand = "true"\n', []),
        ("[budget]\nmax_usd = 1.0\n", []),
        ("[run]\nskip_unchanged = true\n", []),
        ("[run]\nlag_tolerance_seconds = 60\n", ["[run] lag_tolerance_seconds and skip_rowcount_fallback"]),
    ],
)
def test_what_a_run_does_not_act_upon_is_named(added, named):
    config = parse_config(BASE + added, "rocky.toml", {}).value

    assert [re.split(" (?:is|are) set", warning)[0] for warning in unheeded_settings(config)] == named
