"""Chromium without a window, driven through its DevTools protocol: pages as people see them, to read and to picture."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import requests
from websockets.sync.client import ClientConnection, connect

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
SIZE: Final = (1440, 900)


def chromium() -> str | None:
    """Where the browser is, if it is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Page:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)

    def goto(self, address: str) -> None:
        """Open a page; what it shows comes later, see `wait_for`."""
        self.send("Page.navigate", url=address)

    def wait_for(self, *texts: str, patience_seconds: float = 60) -> str:
        """The page's text, once it holds all of these. Raises TimeoutError with what it held instead."""
        give_up_at = time.monotonic() + patience_seconds
        while True:
            shown = self.text()
            if all(text in shown for text in texts):
                return shown
            if time.monotonic() > give_up_at:
                missing = [text for text in texts if text not in shown]
                raise TimeoutError(f"the page does not show {missing}; it shows:\n{shown[:3000]}")
            time.sleep(0.3)

    def text(self) -> str:
        """What is to be read on the page."""
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.send("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def picture(self, file: Path) -> None:
        """Write what is seen as PNG, once it no longer moves."""
        before = b""
        for _ in range(20):
            now = base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])
            if now == before:
                break
            before = now
            time.sleep(0.4)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(now)

    def send(self, method: str, **parameters: Any) -> Any:
        """One command of the protocol and its answer."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]


@contextmanager
def browser() -> Iterator[Page]:
    """A browser with one tab, gone with all of its files when the block ends."""
    program = chromium()
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    with tempfile.TemporaryDirectory(prefix="rocky-browser-", ignore_cleanup_errors=True) as profile:
        options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage")
        process = subprocess.Popen(  # noqa: S603 — a fixed command line
            [
                *(program, *options, "--no-first-run", "--disable-extensions", "--force-device-scale-factor=1"),
                *(f"--window-size={SIZE[0]},{SIZE[1]}", f"--user-data-dir={profile}", "--remote-debugging-port=0"),
                "about:blank",
            ],
            env={**os.environ, "HOME": profile},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with connect(_address(Path(profile), process), max_size=None, open_timeout=60) as socket:
                page = Page(socket)
                page.send("Page.enable")
                page.send(
                    "Emulation.setDeviceMetricsOverride",
                    width=SIZE[0],
                    height=SIZE[1],
                    deviceScaleFactor=1,
                    mobile=False,
                )
                yield page
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(profile: Path, process: subprocess.Popen[bytes], patience_seconds: float = 60) -> str:
    """Where the tab listens; the browser writes its port into its profile."""
    give_up_at = time.monotonic() + patience_seconds
    file = profile / "DevToolsActivePort"
    while time.monotonic() < give_up_at and process.poll() is None:
        if file.is_file() and (lines := file.read_text(encoding="utf-8").splitlines()):
            tabs = requests.get(f"http://127.0.0.1:{lines[0]}/json/list", timeout=30).json()
            pages = [tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"]
            if pages:
                return str(pages[0])
        time.sleep(0.2)
    raise RuntimeError("Chromium does not listen")
