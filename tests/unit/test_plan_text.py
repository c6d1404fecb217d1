# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan to be read: as one block of text, and as Markdown."""

from __future__ import annotations

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER, Action
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.lines import WIDTH
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.model import Item, Plan
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.text import BRIEF, as_markdown, as_text, in_brief

PORT = {"id": LATER, "type": "private", "network": "blue", "ip": "10.0.0.7", "mac": LATER}
PLAN = Plan(
    "present",
    "p",
    (
        Item("ssh key", "ssh key 'me'", Action.NONE),
        Item(
            "private network",
            "private network 'blue'",
            Action.UPDATE,
            {"id": "pn-1_4", "project": "9c5f", "name": "blu", "regions": ["GRA11"]},
            {"id": "pn-1_4", "project": "9c5f", "name": "blue", "regions": ["GRA11", "SBG5"]},
        ),
        Item(
            "instance",
            "instance 'web'",
            Action.CREATE,
            None,
            {"id": LATER, "project": "9c5f", "name": "web", "image": None, "interfaces": [PORT]},
            waits_for=("private network 'blue'",),
            drift=("instance 'web' is small",),
        ),
        Item("subnet", "subnet of 'blue'", Action.REPLACE, {"dhcp": True}, {"dhcp": False}, reason="force"),
        Item("ssh key", "ssh key 'old'", Action.DELETE, {"id": "abc", "name": "old"}),
        Item("instance", "instance 'db'", Action.NONE, waiting="instance 'db' is BUILD"),
    ),
    left=("network 'red' (VLAN 9)",),
)


def test_as_text() -> None:
    assert as_text(PLAN).splitlines() == [
        "  ~ private network 'blue'",
        "      name: blu -> blue",
        "      regions: GRA11 -> GRA11, SBG5",
        "",
        "  + instance 'web'",
        "      name: web",
        "      interfaces: blue 10.0.0.7",
        "      (known after apply): id",
        "      waits for: private network 'blue'",
        "",
        "  -/+ subnet of 'blue' (force)",
        "      dhcp: true -> false",
        "",
        "  - ssh key 'old'",
        "      id: abc",
        "",
        "  … instance 'db': instance 'db' is BUILD",
        "  ! instance 'web' is small",
        "  = network 'red' (VLAN 9) is not described and stays",
        "Plan: 1 made, 1 changed, 1 replaced, 1 removed, 2 as they are",
    ]


def test_as_markdown() -> None:
    assert as_markdown(PLAN).splitlines()[:6] == [
        "**Plan:** 1 made, 1 changed, 1 replaced, 1 removed, 2 as they are",
        "",
        "| | what | how | waits for |",
        "| --- | --- | --- | --- |",
        "| ~ | private network 'blue' | name: blu -&gt; blue<br>regions: GRA11 -&gt; GRA11, SBG5 |  |",
        "| + | instance 'web' | name: web<br>interfaces: blue 10.0.0.7<br>(known after apply): id "
        "| private network 'blue' |",
    ]
    assert as_markdown(PLAN).endswith("- network 'red' (VLAN 9) is not described and stays\n")


def test_names_are_text_and_no_markup() -> None:
    hostile = Item("ssh key", "ssh key '<b>|`*_\\'", Action.CREATE, None, {"name": "<img>|\nx<br>"})
    row = as_markdown(Plan("present", "p", (hostile,))).splitlines()[4]
    assert row == "| + | ssh key '&lt;b&gt;\\|\\`\\*\\_\\\\' | name: &lt;img&gt;\\| x&lt;br&gt; |  |"


def test_nothing_to_do_is_one_line() -> None:
    nothing = Plan("present", "p", (Item("ssh key", "ssh key 'me'", Action.NONE),))
    assert as_text(nothing) == "Plan: 0 made, 0 changed, 1 as they are"
    assert "|" not in as_markdown(nothing)


def test_in_brief() -> None:
    """Each thing by its name, in lines that fit, and no more things than are read in seconds."""
    assert in_brief(PLAN) == [
        "~ private network 'blue'",
        "+ instance 'web'",
        "-/+ subnet of 'blue' (force)",
        "- ssh key 'old'",
        "… instance 'db': instance 'db' is BUILD",
        "! instance 'web' is small",
        "= network 'red' (VLAN 9) is not described and stays",
    ]
    keys = [Item("ssh key", f"ssh key 'key-{number}'", Action.CREATE) for number in range(BRIEF + 1)]
    assert len(in_brief(Plan("present", "p", tuple(keys)))) == BRIEF + 1
    many = in_brief(Plan("present", "p", (*keys, Item("ssh key", "ssh key 'last'", Action.CREATE))))
    assert (len(many), many[-1]) == (BRIEF + 1, "… and 2 more, which --diff shows")
    stays = in_brief(
        Plan("absent", "p", (*keys, *keys), left=tuple(f"ssh key 'other-{number}'" for number in range(50)))
    )
    assert stays[BRIEF : BRIEF + 2] == [
        f"… and {BRIEF + 2} more, which --diff shows",
        "= ssh key 'other-0' is not described and stays",
    ]
    assert (len(stays), stays[-1]) == (2 * BRIEF + 2, "… and 10 more, which --diff shows")
    long = in_brief(Plan("present", "p", (Item("ssh key", f"ssh key '{'name ' * 30}'", Action.CREATE),)))
    assert len(long) == 3
    assert max(map(len, long)) <= WIDTH
