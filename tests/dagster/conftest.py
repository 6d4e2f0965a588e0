"""A copy of a small project with its source tables loaded."""

import shutil
from pathlib import Path

import duckdb
import pytest

EXAMPLE = Path(__file__).with_name("birding")


@pytest.fixture
def project(tmp_path):
    copy = tmp_path / "birding"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns(".rocky", "*.duckdb*", ".rocky-state*"))
    with duckdb.connect(str(copy / "birding.duckdb")) as connection:
        connection.execute((copy / "data" / "seed.sql").read_text())
    return copy
