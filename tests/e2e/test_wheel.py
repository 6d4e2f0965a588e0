"""What is installed is all that is in the packages, and starts as a program."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("rocky_core", "dagster_rocky")

PROGRAM = """
import sys
import rocky_core
from rocky_core.cli.main import main
print(rocky_core.__file__, file=sys.stderr)
sys.exit(main())
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, since a build leaves files beside its sources."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGES, "pyproject.toml", "README.md", "LICENSE"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--no-index")
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "-w", out, source], check=True, cwd=out)
    (built,) = out.glob("*.whl")
    return source, built


def test_every_file_of_the_packages_is_in_the_wheel_and_no_other(wheel):
    source, built = wheel
    ours = {str(path.relative_to(source)) for name in PACKAGES for path in (source / name).rglob("*") if path.is_file()}

    with ZipFile(built) as archive:
        theirs = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert theirs == ours


def test_a_sample_project_is_written_and_run_by_what_was_unpacked(wheel, tmp_path):
    _, built = wheel
    with ZipFile(built) as archive:
        archive.extractall(tmp_path / "installed")

    def rocky(folder, *words):
        environment = {"PYTHONPATH": str(tmp_path / "installed"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        command = [sys.executable, "-P", "-c", PROGRAM, *words]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.stderr.startswith(str(tmp_path / "installed"))
        return done.returncode

    assert (rocky(tmp_path, "playground", "sample"), rocky(tmp_path / "sample", "run")) == (0, 0)
