"""It is looked twice for what was left running, and each statement is ended once."""

from __future__ import annotations

import pytest

from rocky_core.warehouses import left_running
from rocky_core.warehouses.left_running import end_all


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it was waited, which takes no time here."""
    pauses: list[float] = []
    monkeypatch.setattr(left_running.time, "sleep", pauses.append)
    return pauses


@pytest.mark.parametrize(
    ("looks", "ended"),
    [
        pytest.param(({}, {}), [], id="none"),
        pytest.param(({"1": "a"}, {}), ["a"], id="at once"),
        pytest.param(({}, {"1": "a"}), ["a"], id="late"),
        pytest.param(({"1": "a"}, {"1": "a", "2": "b"}), ["a", "b"], id="still listed though it has ended"),
    ],
)
def test_each_is_ended_once_whether_it_is_told_at_once_or_late(slept, looks, ended):
    told, seen = iter(looks), []

    count = end_all(lambda: next(told), seen.append, late_seconds=30.0)

    assert (count, seen) == (len(ended), ended)
    assert [round(pause) for pause in slept] == [30]


def test_what_cannot_be_ended_is_told(slept):
    def refuse(_statement: str) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        end_all(lambda: {"1": "a"}, refuse, late_seconds=30.0)

    assert slept == []
