# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium, driven by its DevTools protocol through two pipes: nothing to install beside the browser."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
]
PATIENCE = 30.0


class Page:
    """A tab.

    said: what it wrote to its console or was refused. requests: whatever it asked for, its own file too.
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self.browser = browser
        self.session = session
        self.said: list[str] = []
        self.requests: list[str] = []

    def do(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.do(method, params, self)

    def open(self, path: Path) -> None:
        self.said.clear()
        self.requests.clear()
        with self.left():
            self.do("Page.navigate", url=path.as_uri())

    @contextmanager
    def left(self) -> Iterator[None]:
        """For what leads to another page: ends when that is there."""
        self.browser.seen.clear()
        yield
        self.browser.until("Page.loadEventFired", self)

    def run(self, script: str) -> Any:
        """The value of an expression in the page, awaited where it is a promise."""
        answer = self.do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            codes = {"Tab": 9, "Enter": 13, "Escape": 27}
            code = codes.get(key, ord(text.upper()) if text else 0)
            self.do("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more)

    def type(self, text: str) -> None:
        self.do("Input.insertText", text=text)

    def size(self, width: int, height: int) -> None:
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name: str) -> None:
        """As a machine that is set to `light` or `dark` would show it."""
        self.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def names(self) -> list[tuple[str, str]]:
        """Role and accessible name of all that a screen reader meets."""
        nodes = self.do("Accessibility.getFullAXTree")["nodes"]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]

    def metrics(self) -> dict[str, float]:
        """What the browser has done for the page so far, by its own count."""
        return {one["name"]: one["value"] for one in self.do("Performance.getMetrics")["metrics"]}

    def printed(self) -> bytes:
        """A PDF of it, on the paper that it asks for."""
        options = {"printBackground": True, "preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69}
        return base64.b64decode(self.do("Page.printToPDF", **options)["data"])

    def picture(self) -> bytes:
        return base64.b64decode(self.do("Page.captureScreenshot", format="png")["data"])


class Browser:
    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._rest = b""
        self._number = 0
        self._pages: dict[str, Page] = {}
        self.seen: list[tuple[str, str]] = []

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Browser]:
        assert PROGRAM, "there is no chromium"
        to_read, commands = os.pipe()
        answers, to_write = os.pipe()
        pipes = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'  # where Chromium reads, and where it writes

        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            process = subprocess.Popen(
                ["bash", "-c", pipes, PROGRAM, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
                pass_fds=(to_read, to_write),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            os.close(to_read)
            os.close(to_write)
            try:
                yield cls(commands, answers)
            finally:
                os.close(commands)
                os.close(answers)
                process.terminate()
                process.wait(timeout=PATIENCE)

    def page(self) -> Page:
        target = self.do("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.do("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            page.do(f"{domain}.enable")
        return page

    def do(self, method: str, params: dict[str, Any], page: Page | None = None) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if page is not None:
            message["sessionId"] = page.session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                found: dict[str, Any] = answer["result"]
                return found

    def until(self, event: str, page: Page) -> None:
        while (page.session, event) not in self.seen:
            self._next()

    def _next(self) -> dict[str, Any]:
        """The next message; an event is noted with its page."""
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready = select.select([self._answers], [], [], max(0.0, end - time.monotonic()))[0]
            part = os.read(self._answers, 1 << 20) if ready else b""
            assert part, "the browser says nothing any more"
            self._rest += part
        one, _end, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(one)
        page = self._pages.get(message.get("sessionId", ""))
        if page is not None and "method" in message:
            self._note(page, message["method"], message["params"])
        return message

    def _note(self, page: Page, method: str, params: dict[str, Any]) -> None:
        self.seen.append((page.session, method))
        if method == "Network.requestWillBeSent":
            page.requests.append(params["request"]["url"])
        elif method == "Log.entryAdded":
            page.said.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            page.said.append(str(params["args"]))
        elif method == "Runtime.exceptionThrown":
            page.said.append(str(params["exceptionDetails"]))
        elif method == "Page.javascriptDialogOpening":
            page.said.append(f"a dialog: {params['message']}")
