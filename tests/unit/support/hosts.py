# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of a few lines that misbehave below HTTP, or as no API would: on loopback, one thread a connection."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import trustme

Respond = Callable[["Connection", str, str, dict[str, str]], None]


class Connection:
    """What one client sent, and ways to answer it. *raw* is the socket below the encryption."""

    def __init__(self, raw: socket.socket, context: ssl.SSLContext | None) -> None:
        self.raw = raw
        self.stream = context.wrap_socket(raw, server_side=True) if context else raw
        self.open = True

    def request(self) -> tuple[str, str, dict[str, str]] | None:
        """Method, target and headers of the next request, its body read."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = self.stream.recv(65536)
            if not part:
                return None
            data += part
        head, _end, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += self.stream.recv(65536)
        method, target = first.split(" ")[:2]
        return method, target, headers

    def answer(self, body: str, status: str = "200 OK", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.stream.sendall("\r\n".join([*lines, "", body]).encode())

    def break_encryption(self) -> None:
        """Bytes that are no record of TLS, as a broken middlebox sends them."""
        os.write(self.stream.fileno(), b"\x17\x03\x03\x00\x20" + b"x" * 32)
        self.open = False


class Host:
    """Counts what it is asked. *asked*: method, target and headers of each request."""

    def __init__(self, respond: Respond, certificate: Any = None) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self._respond = respond
        self._context = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def methods(self, method: str) -> int:
        return sum(asked[0] == method for asked in self.asked)

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                raw, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError), raw:
            connection = Connection(raw, self._context)
            while connection.open:
                request = connection.request()
                if request is None:
                    break
                self.asked.append(request)
                self._respond(connection, *request)
            connection.stream.close()


@contextmanager
def host(respond: Respond, certificate: Any = None) -> Iterator[Host]:
    made = Host(respond, certificate)
    try:
        yield made
    finally:
        made.close()


def authority(folder: Any) -> tuple[Any, Any, str]:
    """A certificate authority of our own, a certificate for loopback by it, and the file that trusts it."""
    own = trustme.CA()
    bundle = folder / "authority.pem"
    own.cert_pem.write_to_path(str(bundle))
    return own, own.issue_cert("localhost", "127.0.0.1"), str(bundle)


def unused_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
