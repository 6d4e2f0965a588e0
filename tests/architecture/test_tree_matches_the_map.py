"""ARCHITECTURE.md tells a newcomer where things are; a room it does not name is a room nobody finds."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_room_of_the_core_is_on_the_map():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [path.name for path in sorted((ROOT / "rocky_core").iterdir()) if (path / "__init__.py").exists()]

    assert [room for room in rooms if f"`{room}/`" not in text] == []


def test_every_module_of_the_compiler_is_on_the_map():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = [
        path.name for path in sorted((ROOT / "rocky_core" / "compiler").glob("*.py")) if path.name != "__init__.py"
    ]

    assert [module for module in modules if module.removesuffix(".py") not in text] == []


def test_the_readme_names_the_targets_of_the_makefile():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [target for target in ("demo", "test", "check", "bench") if f"make {target}" not in readme] == []
