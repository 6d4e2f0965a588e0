"""Imported once by the fork server, so that the processes it forks have to import nothing; it opens nothing."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from collections.abc import Iterator

import duckdb  # noqa: F401 — connections are opened after the fork
import pytest  # noqa: F401 — a forked process imports the program that asked for it
import sqlglot.dialects.duckdb  # noqa: F401 — imported late by sqlglot
from pydantic import BaseModel

import rocky_core


def _models(parent: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in parent.__subclasses__():
        if model.__module__.startswith("rocky_core."):
            yield model
        yield from _models(model)


for _module in pkgutil.walk_packages(rocky_core.__path__, "rocky_core."):
    with contextlib.suppress(ImportError):  # Of a driver that is not installed.
        importlib.import_module(_module.name)
for _model in _models(BaseModel):
    _model.model_rebuild()  # Else every process would do so for itself.
