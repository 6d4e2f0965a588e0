"""Whether a project is well, for sensors, checks and people; and the suffix that keeps branch deployments apart."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import dagster as dg

from dagster_rocky.resource import RockyResource

_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class RockyHealth:
    """Everything that was looked at, with what is wrong with it; None where all is well."""

    findings: Mapping[str, str | None]

    @property
    def is_healthy(self) -> bool:
        return all(problem is None for problem in self.findings.values())

    @property
    def problems(self) -> Mapping[str, str]:
        return {name: problem for name, problem in self.findings.items() if problem is not None}


def rocky_healthcheck(rocky: RockyResource, *, strict: bool = False) -> RockyHealth:
    """Whether the project compiles, its warehouses answer and its state can be read.

    Raises:
        Failure: something is wrong, and `strict` was asked for.

    """
    health = RockyHealth(rocky.health())
    if strict and not health.is_healthy:
        raise dg.Failure(
            description="\n".join(f"{name}: {problem}" for name, problem in health.problems.items()),
            metadata={f"rocky/{name}": problem for name, problem in health.problems.items()},
            allow_retries=False,
        )
    return health


def state_health(rocky: RockyResource) -> RockyHealth:
    """What `rocky_healthcheck` says of the state alone."""
    return RockyHealth({name: found for name, found in rocky.health().items() if name.startswith("state")})


def branch_deploy_shadow_suffix(environment: Mapping[str, str] | None = None) -> str:
    """`__pr_12` or `__my_branch` in a branch deployment of Dagster+, and nothing elsewhere.

    With `schema = "marts${ROCKY_SUFFIX:-}"` in the files and `RockyProject(variables={"ROCKY_SUFFIX": …})` each branch
    writes tables of its own.
    """
    given = os.environ if environment is None else environment
    if given.get("DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT") != "1":
        return ""
    number = given.get("DAGSTER_CLOUD_PULL_REQUEST_ID")
    branch = given.get("DAGSTER_CLOUD_GIT_BRANCH") or given.get("DAGSTER_CLOUD_DEPLOYMENT_NAME") or "branch"
    name = f"pr_{number}" if number else branch
    return "__" + re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()[:_LONGEST]
