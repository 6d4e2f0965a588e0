"""A module has one reason to change; past 400 lines it has a second one, or it stands here with its reason."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 400

LONGER_WITH_A_REASON: dict[str, str] = {}


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def modules() -> dict[str, int]:
    return {
        path.relative_to(ROOT).as_posix(): line_count(path)
        for package in ("rocky_core", "dagster_rocky")
        for path in (ROOT / package).rglob("*.py")
    }


def test_no_module_is_longer_than_the_limit_without_a_reason():
    too_long = {name: lines for name, lines in modules().items() if lines > LIMIT and name not in LONGER_WITH_A_REASON}

    assert too_long == {}


def test_every_listed_exception_is_still_needed():
    measured = modules()

    assert {name for name in LONGER_WITH_A_REASON if measured.get(name, 0) <= LIMIT} == set()


def test_there_are_no_bags():
    bags = {"utils", "util", "helpers", "helper", "common", "misc"}

    assert [name for name in modules() if Path(name).stem in bags] == []
