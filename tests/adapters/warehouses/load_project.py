"""A project that loads what lies in `data`, on a service in tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.run_and_die import DIED, SUCCEEDED, run_to_end

_CONFIG = """\
[adapter]
{settings}

[pipeline.inbox]
type = "load"
source_dir = "data"

[pipeline.inbox.target]
catalog = "{catalog}"
schema = "inbox"
"""
_CONTRACT = """
[pipeline.inbox.contract]
required_columns = [{ name = "id", type = "BIGINT", nullable = false }]
"""


def write_load_project(folder: Path, settings: str, catalog: str) -> None:
    (folder / "rocky.toml").write_text(_CONFIG.format(settings=settings, catalog=catalog))
    (folder / "data").mkdir()
    (folder / "models").mkdir()


def failures(told: dict[str, Any]) -> list[str]:
    return [one["error"] for one in told["files"] if "error" in one]


def write(name: str, text: str) -> Path:
    file = Path("data") / name
    file.write_text(text, encoding="utf-8")
    return file


def all_into(table: str, *, truncates: bool = False) -> None:
    """Have all files go into one table, which may be emptied first."""
    config = Path("rocky.toml")
    options = f"[pipeline.inbox.options]\ntruncate_first = {str(truncates).lower()}\n"
    config.write_text(f"{config.read_text()}table = '{table}'\n{options}")


def want_ids() -> None:
    """Under a contract each file has an `id`, a number in each row."""
    config = Path("rocky.toml")
    config.write_text(config.read_text() + _CONTRACT)


def write_good_and_bad() -> dict[str, list[tuple[str, str]]]:
    """Files that keep to that contract and ones that do not, and in what."""
    write("bad.csv", "id,n\n1,x\n,y\n")
    write("good.csv", "id,n\n1,x\n")
    write("worse.csv", "id,n\n1,x\nmany,y\n")
    return {"bad.csv": [("nullable", "id")], "good.csv": [], "worse.csv": [("type", "id")]}


def breaches(told: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What was found by each file's contract, which has judged all of them."""
    assert all("contract" in one for one in told["files"]), told
    return {
        Path(one["file"]).name: [(found["rule"], found["column"]) for found in one["contract"]["violations"]]
        for one in told["files"]
    }


def plain(value: object) -> object:
    """A value of a driver's, so that equal ones are equal."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return bytes(value) if isinstance(value, bytearray) else value


def kill_loads(
    look: Callable[[str, list[tuple[int, str | None]]], None],
    *,
    truncates: bool,
    stride: int,
    is_fresh: bool = False,
    after_a_kill: Callable[[], None] = lambda: None,
) -> int:
    """Kill a load before each call to the outside and run the next one; how many calls there are.

    `look` is told what is to be in the table `all_rows`, after each of them.
    """
    all_into("all_rows", truncates=truncates)
    write("00.csv", "id,note\n0,first\n")
    call, ended, wanted = 1, DIED, [(0, "first")]
    while ended == DIED:
        # Where the table is emptied its second file is always another one, else there is one more.
        name = "news.csv" if truncates else f"{call:02}.csv"
        news = [(2 * call, 'a "b"'), (2 * call + 1, None)]
        write(name, f'id,note\n{2 * call},"a ""b"""\n{2 * call + 1},\n')
        wanted = [*(wanted[:1] if truncates else wanted), *news]
        ended = run_to_end(Path.cwd(), kill_at=call, key=f"killed {call}", is_fresh=is_fresh)
        after_a_kill()

        assert run_to_end(Path.cwd(), key=f"next {call}", is_fresh=is_fresh) == SUCCEEDED

        look(f"killed before call {call}", wanted)
        call += stride
    print(f"killed before {call // stride - 1} of {call - stride} calls")
    return call
