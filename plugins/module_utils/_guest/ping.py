# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Echo requests to many addresses at the same time, of the sizes that are wanted and never in fragments."""

from __future__ import annotations

import os
import select
import socket
import struct
from contextlib import suppress
from typing import Dict, List, Sequence, Set, Tuple

from .._engine.clock import Clock, Deadline
from .._messages import error

Probe = Tuple[str, int]
"""An address, and the size of a whole IPv4 packet to it."""

HEADERS = 28
"""Bytes of IPv4 and ICMP before what an echo request carries."""
SMALL = 84
ROUNDS, PATIENCE = 3, 1.0
"""How often what is not answered is asked again, and seconds that each time is waited."""
ECHO, ECHO_REPLY = 8, 0
MTU_DISCOVER, DO_DISCOVER = 10, 2
"""Linux's numbers, which Python's socket has no names for: no packet is sent in fragments."""


def ask_all(probes: Sequence[Probe], clock: Clock) -> Set[Probe]:
    """Those that were answered."""
    with _socket() as connection:
        raw = connection.type == socket.SOCK_RAW
        connection.setsockopt(socket.IPPROTO_IP, MTU_DISCOVER, DO_DISCOVER)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        mark = os.urandom(8)
        waiting: Dict[int, Probe] = dict(enumerate(probes, 1))
        answered: Set[Probe] = set()
        for _round in range(ROUNDS):
            for number, (address, size) in waiting.items():
                with suppress(OSError):  # too large, or no way there: it is not answered
                    connection.sendto(packet(number, mark, size), (address, 0))
            deadline = Deadline(clock, PATIENCE)
            while waiting and not deadline.passed():
                if select.select([connection], [], [], deadline.left())[0]:
                    number = answer_in(connection.recv(65535), mark, raw)
                    answered.update([waiting.pop(number)] if number in waiting else ())
            if not waiting:
                break
        return answered


def _socket() -> socket.socket:
    """Where the kernel lets everybody ask, or as root."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        with suppress(PermissionError):
            return socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP)
    raise error("guest_no_ping")


def packet(number: int, mark: bytes, size: int) -> bytes:
    """An echo request. The mark says that an answer is to this run of ours."""
    load = mark + bytes(max(0, size - HEADERS - len(mark)))
    head = struct.pack("!BBHHH", ECHO, 0, 0, os.getpid() & 0xFFFF, number)
    return struct.pack("!BBHHH", ECHO, 0, checksum(head + load), os.getpid() & 0xFFFF, number) + load


def answer_in(data: bytes, mark: bytes, raw: bool) -> int:
    """The number of the request that it answers; 0 where it is none of ours. Raw sockets give the IPv4 header too."""
    message = data[(data[0] & 15) * 4 :] if raw and data else data
    if len(message) < 8 + len(mark) or message[0] != ECHO_REPLY or message[8 : 8 + len(mark)] != mark:
        return 0
    return int.from_bytes(message[6:8], "big")


def checksum(data: bytes) -> int:
    """The internet's: the ones' complement of the sum of all pairs of bytes."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def no_name_server(name: str) -> str:
    """What keeps a look-up of a name from being answered; empty where it is, also that there is no such name."""
    try:
        socket.getaddrinfo(name, None)
    except socket.gaierror as problem:
        return "" if problem.errno == socket.EAI_NONAME else str(problem.strerror)
    return ""


def sizes(addresses: Sequence[str], mtus: Dict[str, int]) -> List[Probe]:
    """A small and a full packet to each."""
    return [probe for address in addresses for probe in ((address, SMALL), (address, mtus[address]))]
