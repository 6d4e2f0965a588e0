"""Who sits at this machine, as the environment, git's settings or the system say."""

from __future__ import annotations

import configparser
import getpass
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from rocky_core.ir.approval import Approver


def who_approves(root: Path) -> Approver:
    """The e-mail address by which allowed signers are known: `ROCKY_APPROVER_EMAIL`, git's, else user@host."""
    host = socket.gethostname()
    user = system_user()
    email = os.environ.get("ROCKY_APPROVER_EMAIL") or os.environ.get("GIT_AUTHOR_EMAIL")
    name = os.environ.get("ROCKY_APPROVER_NAME") or os.environ.get("GIT_AUTHOR_NAME")
    for file in _git_settings(root):
        if email and name:
            break
        settings = _user_section(file)
        email, name = email or settings.get("email"), name or settings.get("name")
    source = "ci_oidc" if os.environ.get("ROCKY_APPROVER_SOURCE") == "ci_oidc" else "local"
    return Approver(email or f"{user or 'unknown'}@{host}", host, name or user or None, source)


def system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # There are machines on which nobody has a name.
        return ""


def _git_settings(root: Path) -> Iterator[Path]:
    """Of the repository first, then of the person."""
    for place in (root, *root.parents):
        if (place / ".git" / "config").is_file():
            yield place / ".git" / "config"
            break
    home = os.environ.get("HOME")
    if home:
        yield from (Path(home, ".gitconfig"), Path(home, ".config", "git", "config"))


def _user_section(file: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):  # git understands more than this parser.
        return {}
    section = parser["user"] if parser.has_section("user") else {}
    return {key: value.strip().strip('"') for key, value in section.items() if value}
