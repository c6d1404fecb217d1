# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""uvicorn, with a protocol that lets the application break its connection."""

from __future__ import annotations

import socket

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "simulator.transport"
KEEP_ALIVE = 75


class BreakableProtocol(H11Protocol):
    """Hands the application its own transport, so that faults can drop the connection."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        inner = self.app

        async def with_transport(scope, receive, send):
            scope.setdefault("extensions", {})[TRANSPORT] = self.transport
            await inner(scope, receive, send)

        self.app = with_transport

    def connection_made(self, transport):
        """Without delay: an answer goes out in two writes, which the client would wait 40 ms for."""
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)


class Server(uvicorn.Server):
    """Calls `when_ready` as soon as the sockets are listening."""

    def __init__(self, app, when_ready, certificate=None, key=None):
        config = uvicorn.Config(
            app,
            http=BreakableProtocol,
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            proxy_headers=False,
            server_header=False,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets=None):
        await super().startup(sockets)
        if self.started:
            self._when_ready()
