# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes from the API is looked at before it is believed: nothing else is taken for "there is none"."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import BadAnswer
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network import record as private_network
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.record import Network
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key import record as ssh_key
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet import record as subnets
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared import project, quota
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.answers import listed, texts
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.project import Project

P = Project("0" * 32, "p", "ok")
N = Network("pn-1_42", "blue", 42, "ACTIVE", ())
NO_LISTS = [None, {}, {"a": 1}, "", "pn-1", 0, 5, True, [None], [[]], [{}, "pn-1"], [1.5]]

READERS = {
    "networks": lambda read: private_network.list_networks(read, P),
    "users": lambda read: private_network.list_users(read, P),
    "subnets": lambda read: subnets.list_subnets(read, P, N),
    "name servers": lambda read: subnets.read_dns_servers(read, ("cloud",)),
    "keys": lambda read: ssh_key.list_keys(read, P),
    "region names": lambda read: project.region_names(read, P),
}


class _Always:
    """A reader that gets one answer whatever it asks."""

    def __init__(self, answer):
        self.answer = answer

    def get(self, *path, query=None, missing=None):
        return self.answer

    def get_many(self, paths, missing=None):
        return [self.answer for _path in paths]


@pytest.mark.parametrize("answer", [[], [{}], ["a", "b"], [1, 2], [{"a": 1}, {"b": 2}]], ids=repr)
def test_a_list_is_taken_as_it_is(answer):
    assert listed(answer, "things") == answer


@pytest.mark.parametrize("answer", NO_LISTS, ids=repr)
def test_what_is_no_list_is_not_taken_for_an_empty_one(answer):
    with pytest.raises(BadAnswer, match="a list of things was expected"):
        listed(answer, "things")


@pytest.mark.parametrize("answer", NO_LISTS, ids=repr)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_no_reader_of_a_list_takes_something_else_for_none(reader, answer):
    with pytest.raises(BadAnswer):
        reader(_Always(answer))


@pytest.mark.parametrize("answer", [one for one in NO_LISTS if one is not None], ids=repr)
def test_quotas_that_are_no_list_are_told_and_not_taken_for_no_limits(answer):
    quotas, [warning] = quota.read_quotas(_Always(answer), P)
    assert quotas == ()
    assert "the quotas of project 'p' cannot be read, and so were not compared" in warning


def test_a_field_of_texts():
    assert texts({"regions": ["A"]}, "regions", "key") == ("A",)
    assert texts({"regions": None}, "regions", "key") == texts({}, "regions", "key") == ()
    for wrong in ("GRA11", {"A": 1}, [None], [{}], 5):
        with pytest.raises(BadAnswer, match="key came without a proper 'regions'"):
            texts({"regions": wrong}, "regions", "key")
