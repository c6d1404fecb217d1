# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in as a context manager: a web server in a thread of this process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from tests.support.awx.api import TOKEN, Api
from tests.support.awx.installation import Installation

START_TIMEOUT = 20


class Awx:
    """A running stand-in: its objects, its requests, and the environment that leads awx.awx to it."""

    def __init__(self, api: Api, url: str) -> None:
        self.api = api
        self.installation = api.installation
        self.url = url
        self.env = {"CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": TOKEN}

    @property
    def writes(self) -> list[str]:
        """Every request that would change something, as "METHOD /path"; tokens left out."""
        return [
            f"{method} {path}"
            for method, path, _body in self.api.requests
            if method != "GET" and not path.startswith("/tokens/")
        ]


@contextlib.contextmanager
def running(repositories: dict[str, Path]) -> Iterator[Awx]:
    api = Api(Installation(repositories))
    ready = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list | None = None) -> None:
            await super().startup(sockets)
            ready.set()

    server = Server(uvicorn.Config(api.application(), port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not ready.wait(START_TIMEOUT):
        raise RuntimeError("the stand-in of AWX did not start")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Awx(api, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(START_TIMEOUT)
