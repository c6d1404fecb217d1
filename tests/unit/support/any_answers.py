# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader that gets whatever the API may answer to whatever it asks: each answer is drawn from its route's type."""

from __future__ import annotations

import functools
from itertools import zip_longest
from typing import Any

from hypothesis import strategies as st

from simulator import routing
from simulator.routes import register_all
from tests.unit.support.answers import answer_to, spoilt
from tests.unit.support.cloud import OTHER_PROJECT, PROJECT, public_key

IDS = ("6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13", "0d8b4f6a-2c1e-4975-b3a0-6e5d7c9f1b24")
NETWORKS = ("pn-1_42", "pn-1_0")
VRACKS = ("pn-1", "pn-2")
# Real values first: a look at noise alone would end at the first thing that isn't found.
FIELDS = {
    "id": st.sampled_from([*IDS, *NETWORKS, *VRACKS]),
    "project_id": st.sampled_from([PROJECT, PROJECT, OTHER_PROJECT]),
    "project": st.sampled_from([PROJECT, OTHER_PROJECT]),
    "targetDomain": st.sampled_from([PROJECT, None]),
    "serviceName": st.sampled_from(VRACKS),
    "description": st.sampled_from(["running", "running", "prod", ""]),
    "name": st.sampled_from(["blue", "prod", "web-1", "ci", "GRA11", "Debian 12", "b3-8", "instance", "é", ""]),
    "region": st.sampled_from(["GRA11", "SBG5", ""]),
    "ip": st.sampled_from(["10.0.0.5", "203.0.113.7", "2001:db8::7"]),
    "start": st.sampled_from(["10.0.0.2", "10.0.0.40", "fd00::2"]),
    "end": st.sampled_from(["10.0.0.30", "10.0.0.60", "fd00::ff"]),
    "cidr": st.sampled_from(["10.0.0.0/24", "10.0.1.0/24", "fd00::/64"]),
    "networkId": st.sampled_from([*NETWORKS, *IDS, ""]),
    "openstackId": st.sampled_from([*IDS, None]),
    "publicKey": st.sampled_from([public_key(), public_key("two"), "ssh-rsa", ""]),
    "flavorId": st.sampled_from(IDS),
    "imageId": st.sampled_from([*IDS, None]),
    "planCode": st.sampled_from(["vrack", "vrack", "other"]),
    "code": st.sampled_from(["vrack", "other"]),
    "duration": st.sampled_from(["P1M", "P1M", None]),
    "pricingMode": st.sampled_from(["default", "default", "other"]),
    "domain": st.sampled_from([*VRACKS, "*001", ""]),
}
ID_LISTS = {
    "GET /cloud/project": [PROJECT, OTHER_PROJECT],
    "GET /vrack": list(VRACKS),
    "GET /vrack/{serviceName}/cloudProject": [PROJECT, OTHER_PROJECT],
    "GET /cloud/project/{serviceName}/region": ["GRA11", "SBG5", "RBX-A"],
    "GET /order/cart": list(IDS),
}
ITEM_ROUTES = {"GET /cloud/project": "GET /cloud/project/{serviceName}", "GET /vrack": "GET /vrack/{serviceName}"}
RAISE: Any = object()


@functools.cache
def _answers(route: str) -> st.SearchStrategy[Any]:
    if route in ID_LISTS:
        return st.lists(st.sampled_from(ID_LISTS[route]), unique=True)
    return answer_to(route, **FIELDS)


def _address(path: tuple[str, ...]) -> str:
    return "/" + "/".join(map(str, path))


class AnyAnswers:
    """Answers drawn once for each path; with `spoil`, of about every fourth one field is not as its type says."""

    def __init__(self, data: st.DataObject, spoil: bool = False) -> None:
        register_all()
        self._data = data
        self._spoil = spoil
        self._known: dict[str, Any] = {}
        self._missing: dict[str, bool] = {}

    def now(self) -> float:
        return 1_787_000_000.0

    def today(self) -> float:
        return self.now()

    def get(self, *path: str, query: Any = None, missing: Any = RAISE) -> Any:
        key = f"{_address(path)} {query}"
        if key not in self._known:
            self._known[key] = self._drawn(self._route(path))
        return self._known[key] if missing is RAISE or self._found(key) else missing

    def _found(self, key: str) -> bool:
        """Whether there is something at all at a path that is read as one that may be missing."""
        if key not in self._missing:
            self._missing[key] = self._data.draw(st.integers(0, 3)) == 0
        return not self._missing[key]

    def ahead(self, *paths: Any, query: Any = None) -> None:
        """Nothing is slow here."""

    def will_write(self) -> None:
        """Nothing is checked here."""

    def get_many(self, paths: Any, missing: Any = RAISE, queries: Any = None) -> list[Any]:
        return [self.get(*path, query=one, missing=missing) for path, one in zip_longest(paths, queries or ())]

    def get_objects(self, *path: str, query: Any = None) -> list[Any]:
        key = f"{_address(path)} {query} objects"
        if key not in self._known:
            route = ITEM_ROUTES[self._route(path)]
            self._known[key] = [self._drawn(route) for _number in range(self._data.draw(st.integers(0, 3)))]
        return list(self._known[key])

    @staticmethod
    def _route(path: tuple[str, ...]) -> str:
        found = routing.find("GET", _address(path))
        assert found is not None, f"the API has no GET {_address(path)}"
        return f"GET {found[0]}"

    def _drawn(self, route: str) -> Any:
        answers = _answers(route)
        if self._spoil and self._data.draw(st.integers(0, 3)) == 0:
            answers = spoilt(answers)
        return self._data.draw(answers)
