"""The option that rewrites the reviewed statements, and the folder that holds them."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="rewrite tests/snapshots from what is rendered")


@pytest.fixture
def update_snapshots(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-snapshots", default=False))


@pytest.fixture(scope="session")
def snapshots() -> Path:
    return next(parent for parent in Path(__file__).parents if parent.name == "tests") / "snapshots"
