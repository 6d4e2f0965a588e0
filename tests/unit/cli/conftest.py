"""Runs commands in this process, in a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rocky_core.cli.run_command import run_command


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Rocky = Callable[..., Ran]


@pytest.fixture
def rocky(tmp_path, monkeypatch, capfd) -> Rocky:
    """A function that runs `rocky …` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        code = run_command(arguments)
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def write(tmp_path) -> Callable[[dict[str, str]], Path]:
    """A function that writes files by their relative names."""

    def write_files(texts: dict[str, str]) -> Path:
        for name, text in texts.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def playground(rocky, tmp_path, monkeypatch) -> Rocky:
    """The same function, in a freshly written sample project."""
    assert rocky("playground", "bakery").code == 0
    monkeypatch.chdir(tmp_path / "bakery")
    return rocky
