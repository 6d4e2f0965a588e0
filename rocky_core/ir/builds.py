"""What is known of the last build of a table: enough to prove later that building it again would change nothing."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class BuildRecord(Struct, frozen=True):
    """The last build of a table; one that was announced and never succeeded proves nothing.

    `inputs` says of everything the table was made from what it was then, by table; with an empty `recipe` that is
    not known as a whole.
    """

    run_id: str
    build_id: str = ""  # Names this one write; readers remember it.
    succeeded: bool = False
    recipe: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    checks_hold: bool = False  # Every check that decides was made of this build, and passed.


class BuildBasis(Struct, frozen=True):
    """What a table is about to be made from; None stands for a table of the same run, or one of which nothing is known.

    With `has_checks` the build only counts once its checks have passed.
    """

    recipe: str
    inputs: tuple[tuple[str, str | None], ...] = ()
    has_checks: bool = False


class Decision(StrEnum):
    """What becomes of a selected model; the spelling is the one on the wire."""

    BUILD = "build"
    SKIP = "skip"


class DecisionReason(StrEnum):
    """Why; the spelling is the one on the wire."""

    SKIPPED_UNCHANGED = "skipped_unchanged"
    NOT_ELIGIBLE = "not_eligible"
    NO_PRIOR_BUILD = "no_prior_build"
    TARGET_MISSING = "target_missing"
    TARGET_CHANGED = "target_changed"
    LAST_BUILD_NOT_SUCCESS = "last_build_not_success"
    NO_LOGIC_KEY = "no_logic_key"
    LOGIC_CHANGED = "logic_changed"
    WATERMARK_CHANGED = "watermark_changed"
    UPSTREAMS_NOT_ENUMERABLE = "upstreams_not_enumerable"
    UPSTREAM_CHANGED = "upstream_changed"
    CHECKS_NOT_PASSED = "checks_not_passed"


class WorkDecision(Struct, frozen=True):
    """Whether one selected model is built; `detail` says more for people."""

    name: str
    asset_key: tuple[str, ...]
    decision: Decision
    reason: DecisionReason
    detail: str = ""
