"""Schemas are created once in a run."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rocky_core.execution.created_schemas import CreatedSchemas
from rocky_core.execution.run_step import Effect
from rocky_core.ir.plan import Step


def creates(schema: str) -> Step:
    return Step("create_schema", (f"CREATE SCHEMA IF NOT EXISTS {schema}",), is_atomic=False)


def test_a_schema_is_created_by_the_first_table_and_the_others_wait_for_it():
    schemas, made = CreatedSchemas(), []
    all_there = threading.Barrier(4)

    def table(_: int) -> Effect:
        all_there.wait()
        return schemas.make(creates("a"), lambda: made.append("a") or Effect(job_ids=("01",)))

    with ThreadPoolExecutor(4) as pool:
        effects = list(pool.map(table, range(4)))
    schemas.make(creates("b"), lambda: made.append("b") or Effect())

    assert made == ["a", "b"]
    assert sorted(effect.job_ids for effect in effects) == [(), (), (), ("01",)]


def test_one_that_failed_is_created_by_the_next_table():
    schemas = CreatedSchemas()

    def fails() -> Effect:
        raise ValueError("a network")

    with pytest.raises(ValueError, match="a network"):
        schemas.make(creates("a"), fails)

    assert schemas.make(creates("a"), lambda: Effect(job_ids=("02",))).job_ids == ("02",)
