"""Projects written to a directory of their own."""

from __future__ import annotations

import pytest


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A function that writes files and makes their directory the current one."""

    def write(files):
        root = tmp_path / "project"
        for name, content in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        root.mkdir(exist_ok=True)
        monkeypatch.chdir(root)
        return root

    return write
