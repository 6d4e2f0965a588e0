"""How a run behaves: the command line's word first, then the pipeline's, then the project's."""

import pytest

from rocky_core.config.rocky_toml import parse_config
from rocky_core.execution.choose_pipeline import choose_pipeline
from rocky_core.execution.run_options import RunOptions
from rocky_core.execution.run_settings import settings_of

BASE = '[adapter]\ntype = "duckdb"\n[pipeline.p]\ntype = "transformation"\n'


@pytest.mark.parametrize(
    ("added", "most"),
    [
        ("", 2),
        ("[resilience]\ntransient_max_retries = 5\n", 5),
        ("[execution]\ntable_retries = 0\n", 0),
        ("[execution]\ntable_retries = 7\n[pipeline.p.execution]\ntable_retries = 3\n", 3),
        ("[resilience]\nenabled = false\n[execution]\ntable_retries = 7\n", 0),
    ],
)
def test_how_often_a_table_is_tried_again_whose_failure_may_pass(added, most):
    config = parse_config(BASE + added, "rocky.toml", {}).value

    assert settings_of(config, choose_pipeline(config, "p"), RunOptions()).retry.max_retries == most
