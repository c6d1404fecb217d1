# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real client over a socket to the simulator, with a clock that steps."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._api.client import Client
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api.credentials import Credentials
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.clock import Deadline
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Call

from tests.unit.support.clock import StepClock


def by_key(env: dict[str, str], **changes: str) -> Credentials:
    parts = ("application_key", "application_secret", "consumer_key")
    return Credentials(env["OVH_ENDPOINT"], **{**{part: env[f"OVH_{part.upper()}"] for part in parts}, **changes})


def by_oauth2(env: dict[str, str], **changes: str) -> Credentials:
    parts = ("client_id", "client_secret")
    return Credentials(
        env["OVH_ENDPOINT"], **{**{part: env[f"OVH_SIMULATOR_{part.upper()}"] for part in parts}, **changes}
    )


@contextmanager
def client_of(credentials: Credentials, clock: Any = None, seconds: float = 600.0, **options: Any) -> Iterator[Client]:
    clock = clock or StepClock()
    with ThreadPoolExecutor(4) as workers:
        yield Client(credentials, clock, Deadline(clock, seconds), workers, **options)


def call(method: str, *path: str, **body: Any) -> Call:
    return Call(method, path, f"{method} it", body or None)


class ClientApi:
    """The client in the form in which the loop's tests take an API."""

    def __init__(self, client: Client) -> None:
        self.reader = client.reader
        self.send = client.send
        self.clock = client.clock


class SimulatedClock(StepClock):
    """A clock that takes the simulator's with it."""

    def __init__(self, sim: Any) -> None:
        super().__init__()
        self._sim = sim

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        self._sim.advance(seconds)
