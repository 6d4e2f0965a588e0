"""Where the state is: as asked for, else the namespace's, else beside the models."""

from pathlib import Path

import pytest

from rocky_core.errors import UserError
from rocky_core.state.locate import LocatedState, StatePlace, locate_state

HERE, BESIDE = ".rocky-state.db", "models/.rocky-state.db"

# Files and directories that are there; what was asked for; the state file and what is said about it.
PLACES = {
    "beside the models": (("models/",), {}, BESIDE, ()),
    "here, without models": ((), {}, HERE, ()),
    "here, where it was, as long as there are no models": ((HERE,), {}, HERE, ()),
    "here, where it was before there were models": (
        ("models/", HERE),
        {},
        HERE,
        ("the state is in {here}; its place is {beside}, please move it there",),
    ),
    "here, though there are two": (
        ("models/", HERE, BESIDE),
        {},
        HERE,
        ("there are two state files: {here} is used, {beside} is not",),
    ),
    "as asked for": (("models/", HERE), {"explicit_path": Path("x.db")}, "x.db", ()),
    "as asked for, whatever the namespace": (
        ("models/",),
        {"explicit_path": Path("x.db"), "namespace": "a/b"},
        "x.db",
        (),
    ),
    "the namespace's": (("models/", HERE), {"namespace": "team_1"}, "models/.rocky-state/team_1.db", ()),
    "the shared one, when the namespace cannot have a directory": (
        ("models/", "models/.rocky-state"),
        {"namespace": "team_1"},
        BESIDE,
        ("the state of namespace 'team_1' is kept in {beside}: {beside_directory}: File exists",),
    ),
}


@pytest.mark.parametrize(("there", "asked", "expected", "warnings"), PLACES.values(), ids=PLACES)
def test_the_place_of_the_state(tmp_path, there, asked, expected, warnings):
    for name in there:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).touch()
    if "explicit_path" in asked:
        asked = {**asked, "explicit_path": tmp_path / asked["explicit_path"]}
    names = {
        "here": tmp_path / HERE,
        "beside": tmp_path / BESIDE,
        "beside_directory": tmp_path / "models" / ".rocky-state",
    }

    found = locate_state(StatePlace(tmp_path / "models", tmp_path, **asked))

    assert found == LocatedState(tmp_path / expected, tuple(text.format(**names) for text in warnings))


def test_looking_for_a_namespace_makes_nothing(tmp_path):
    (tmp_path / "models").mkdir()

    locate_state(StatePlace(tmp_path / "models", tmp_path, namespace="team_1"))

    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("namespace", ["", "../up", "a/b", "a.b", "a b", "é"])
def test_a_namespace_is_an_identifier(tmp_path, namespace):
    with pytest.raises(UserError, match="cannot be a state namespace"):
        locate_state(StatePlace(tmp_path / "models", tmp_path, namespace=namespace))

    assert list(tmp_path.iterdir()) == []
