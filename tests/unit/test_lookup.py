# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing by name or id: spelling that means nothing does not matter, and what was perhaps meant costs nothing."""

from __future__ import annotations

import difflib

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Ambiguous, NotFound
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.record import (
    Network,
    NetworkRegion,
    find_network,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared import lookup
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.project import find_project, unknown_region

from tests.unit.support.cloud import PROJECT, Cloud

ID = "0c7f2b3e-8a1d-4f6b-9e25-3d7c1a5b9f48"
BLUE = Network("pn-1100042_42", "blue", 42, "ACTIVE", (NetworkRegion("GRA11", "ACTIVE", ID),))


def find(ref, *things):
    return lookup.find_one("thing", ref, things, lambda thing: [thing[0]], lambda thing: thing[1])


@pytest.mark.parametrize("ref", [ID, ID.upper(), f" {ID}", f"{ID}\n", "web", " web ", "web\n"], ids=repr)
def test_case_of_an_id_and_blanks_do_not_matter(ref):
    assert find(ref, (ID, "web")) == (ID, "web")


def test_case_of_a_name_does():
    with pytest.raises(NotFound, match=r"no thing 'Web' \(did you mean web\?\)"):
        find("Web", (ID, "web"))


def test_letters_with_accents_are_one_however_they_are_written():
    assert find("cafe\u0301", (ID, "caf\u00e9")) == (ID, "caf\u00e9")
    assert find("caf\u00e9", (ID, "cafe\u0301 ")) == (ID, "cafe\u0301 ")


def test_two_names_that_differ_in_blanks_only_are_not_guessed_between():
    with pytest.raises(Ambiguous):
        find("web", (ID, "web "), ("2", "web"))


@pytest.mark.parametrize("ref", ["pn-1100042_42", "PN-1100042_42", ID.upper(), "blue", " blue", "42", " 42 "], ids=repr)
def test_a_network_in_any_spelling(ref):
    assert find_network(ref, [BLUE], "GRA11") == BLUE


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("pn-1_2", True),
        ("pn-1", True),
        ("PN-1_2", True),
        (ID.upper(), True),
        ("pn-1_2x", False),
        ("pn-1_2\nx", False),
        ("blue", False),
    ],
)
def test_what_is_never_a_name(ref, expected):
    assert lookup.is_id(ref) is expected


def test_digits_of_other_scripts_are_no_id():
    assert not lookup.is_id("pn-1_\u0662")


@pytest.mark.parametrize("ref", [PROJECT, PROJECT.upper(), f"{PROJECT}\n", "running", " running"], ids=repr)
def test_a_project_in_any_spelling(ref):
    assert find_project(Cloud(), ref).id == PROJECT


@pytest.mark.parametrize("ref", ["f" * 32, "runing"])
def test_a_project_that_is_not_there_is_not_found(ref):
    with pytest.raises(NotFound) as raised:
        find_project(Cloud(), ref)
    assert raised.value.facts()["code"] == "not_found"
    assert f"no project '{ref}' (" in raised.value.sentence()


def test_near_names_are_looked_for_only_when_they_are_told(monkeypatch):
    looked = []
    found = difflib.get_close_matches
    monkeypatch.setattr(
        difflib, "get_close_matches", lambda *args, **more: looked.append(args[0]) or found(*args, **more)
    )
    problems = [unknown_region("GRA12", ["GRA11"])]
    for ref in ("greem", "blu"):
        with pytest.raises(NotFound) as raised:
            find_network(ref, [BLUE], "GRA11")
        problems.append(raised.value)
    assert looked == []
    assert [problem.sentence() for problem in problems] == [
        "region GRA12 is not enabled in the project (did you mean GRA11?). "
        "Use one of GRA11, or enable the region in the control panel. In an outage OVHcloud does not list a region, "
        "nor what is in it: then wait until it is back, or go on without it by unlisted_regions: skip "
        "(for roles and playbooks by the variable vrack_unlisted_regions).",
        "no network 'greem' (there are: blue). Correct the reference, or make the network first.",
        "no network 'blu' (did you mean blue?). Correct the reference, or make the network first.",
    ]
    assert len(looked) == 3


def test_a_name_that_looks_like_an_id_is_found_however_it_is_written():
    """Capitals mean nothing in an id, and what is called so may be looked for as one."""
    called = "C31EB4C1E1F64EBA9798935BC78DE02C"
    assert find(called, (ID, called)) == (ID, called)
    assert lookup.same_name(called, lookup.normalised(called))
