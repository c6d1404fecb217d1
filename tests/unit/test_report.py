# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of a vRack: what is on it, how addresses are counted, and that names of others are only ever text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ovhcloud.vrack.plugins.filter.report import report
from ansible_collections.ovhcloud.vrack.plugins.plugin_utils._report.bars import UNITS, bar_of
from ansible_collections.ovhcloud.vrack.plugins.plugin_utils._report.picture import picture_of
from ansible_collections.ovhcloud.vrack.plugins.plugin_utils._report.render import FORMATS
from ansible_collections.ovhcloud.vrack.plugins.plugin_utils._report.texts import plain_text

from tests.support.pictures import contents, instance, large, network, planned, project, small, subnet

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    '" onmouseover="alert(3)',
    "' autofocus onfocus='alert(4)",
    "</style></title>",
    "{{ 7 * 191 }}{% raw %}",
    "a\u202egnp.exe\u2066",
    "]]><!--",
    "one\ntwo\x00\x1b[31m",
    'click a "javascript:alert(5)" %% %%{init: {}}%%',
]


def hostile_contents() -> dict[str, Any]:
    """Each of them wherever somebody may have put it."""
    projects = []
    for number, text in enumerate(HOSTILE, 1):
        vlan = 100 + number
        on = {"public": text, vlan: "10.0.0.5"}
        machine = instance(number, text, text, on, status=text, flavor=text, image=text)
        ranges = [subnet(text, vlan, text, text, text, text), subnet(text, vlan, text, "10.0.0.0/24", gateway=text)]
        projects.append(
            project(text, number, networks=[network(text, text, vlan, [text])], subnets=ranges, instances=[machine])
        )
        projects[-1].update(id=text, status=text)
    return {**contents(*projects, services=HOSTILE, name="".join(HOSTILE)), "warnings": HOSTILE}


def hostile_plan() -> dict[str, Any]:
    change = {"kind": "instance", "action": "update", "waits_for": []}
    changes = [
        {
            **change,
            "name": text,
            "reason": text,
            "before": {"id": text, "it": text},
            "after": {"id": text, "it": [text, {}]},
        }
        for text in HOSTILE
    ]
    return {"plan": {"changes": changes, "drift": HOSTILE, "left": HOSTILE}, "role_results": {}}


class Tags(HTMLParser):
    """What a page has of elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            self.values += [value or ""] if name in ("href", "src", "action", "style") else []


def tags(page: str) -> Tags:
    found = Tags()
    found.feed(page)
    found.close()
    return found


@pytest.mark.parametrize("plan", [None, hostile_plan(), {"failed": True, "msg": HOSTILE[0], "problems": []}])
def test_names_of_others_make_no_element_and_no_attribute(plan: Any) -> None:
    """The page of hostile names has the elements of one of friendly names."""
    page = report(hostile_contents(), planned=plan)
    found = tags(page)
    assert found.elements.count("script") == found.elements.count("style") == 1
    assert found.elements.count("img") == 0
    assert {one for one in found.attributes if one.startswith("on") or one == "autofocus"} == set()
    assert [one for one in found.values if not re.fullmatch(r"#[\w-]*", one)] == []
    for text in ("<script>alert", "<img", "\u202e", "\u2066", "\x1b", "1337"):
        assert text not in page, text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "a⟨U+202E⟩gnp.exe⟨U+2066⟩" in page


def test_nothing_but_the_page_itself_is_allowed_to_it() -> None:
    page = report(small(), planned=planned())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]
    assert (
        re.findall(r"https?://[^\s\"']+", page.replace("http://www.w3.org/2000/svg", ""))
        == ["https://www.gnu.org/licenses/gpl-3.0.txt)"] * 2
    )
    assert {"src", "style", "onclick"} & tags(page).attributes == set()


def test_the_drawing_is_xml_whatever_the_names_are() -> None:
    for plan in (None, hostile_plan()):
        drawn = ElementTree.fromstring(report(hostile_contents(), "svg", plan))
        names = {one.tag.rpartition("}")[2] for one in drawn.iter()}
        assert names == {"svg", "title", "desc", "style", "rect", "text", "line", "path", "g"} - (
            {"path"} - {one.tag.rpartition("}")[2] for one in drawn.iter()}
        )
        assert {name for one in drawn.iter() for name in one.attrib if name.startswith("on")} == set()


def test_a_label_of_the_graph_ends_where_it_should() -> None:
    """Each line is one of the forms that the template has, so no name is read as more than a label."""
    word = r"[\w .:/,·#;-]*"
    text = rf'"{word}(<br/>{word})*"'
    forms = [
        r"flowchart LR",
        rf"  n\w+\(\[{text}\]\)(:::\w+)?",
        rf"  subgraph r\d+\[{text}\]",
        rf"    i\d+\[{text}\](:::\w+)?",
        rf'  i\d+ ---(\|"{word}"\|)? n\w+',
        r"  end",
        r"  classDef \w+ [\w#:,-]+( \d+)?",
    ]
    for plan in (None, hostile_plan()):
        lines = report(hostile_contents(), "mermaid", plan).splitlines()
        assert [line for line in lines if not any(re.fullmatch(form, line) for form in forms)] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_cannot_be_seen_is_written_out(text: str) -> None:
    assert plain_text(text).isprintable()


def test_of_what_is_described_and_what_is_there() -> None:
    picture = picture_of(small(), planned())
    assert picture.counts() == {"missing": 3, "different": 2, "not described": 3}
    assert {one.name: one.drift for one in picture.machines} == {
        "web-1": "different",
        "web-2": "different",
        "db-1": "not described",
        "db-2": "missing",
    }
    assert {one.label: [network.drift for network in one.networks] for one in picture.lines} == {
        "Public network": [],
        "VLAN 42": [""],
        "VLAN 70": ["not described"],
        "VLAN 80": ["missing"],
    }
    used = picture_of(small(), planned(), {"existing": {"networks": ["storage"]}})
    assert next(one for one in used.lines if one.vlan == 70).networks[0].drift == ""
    assert picture_of(small()).counts() == {}


def test_projects_share_a_line_where_their_vlan_is_the_same() -> None:
    """In a vRack a VLAN is one network, whatever each project calls it; only the described one is compared."""
    other = project("other", 2, networks=[{**network("other", "azure", 42, ["GRA11"]), "id": "elsewhere"}])
    picture = picture_of(contents(small()["projects"][0], other), planned())
    line = next(one for one in picture.lines if one.vlan == 42)
    assert [(one.name, one.drift) for one in line.networks] == [("blue", ""), ("azure", "")]


@pytest.mark.parametrize(
    ("pools", "gateway", "here", "elsewhere", "counts"),
    [
        ([("10.0.0.2", "10.0.0.254")], None, [], [], (256, 0, 253, 3)),
        ([("10.0.0.2", "10.0.0.254")], "10.0.0.2", ["10.0.0.3"], [], (256, 1, 251, 4)),
        ([("10.0.0.2", "10.0.0.9")], None, ["10.0.0.3", "10.0.0.200", "10.1.0.1"], [], (256, 2, 7, 247)),
        ([("10.0.0.2", "10.0.0.9"), ("10.0.0.8", "10.0.0.19")], None, [], ["10.0.0.8"], (256, 0, 17, 239)),
        ([], None, ["2001:db8::1", "10.0.0.1"], [], (256, 1, 0, 255)),
        ([("10.0.0.9", "10.0.0.2"), ("x", "y")], None, [], [], (256, 0, 0, 256)),
    ],
)
def test_addresses_are_counted_once(
    pools: list[tuple[str, str]], gateway: str | None, here: list[str], elsewhere: list[str], counts: tuple[int, ...]
) -> None:
    found = bar_of("10.0.0.0/24", [{"start": one, "end": end} for one, end in pools], gateway, here, elsewhere)
    assert found is not None
    assert (found.total, found.used, found.free, found.reserved) == counts
    assert all(part.start >= 0 and part.start + part.length <= UNITS for part in found.parts)


def test_what_is_no_range_has_no_bar() -> None:
    assert bar_of("2001:db8::/64", [], None, []) is None
    assert bar_of("nonsense", [], None, []) is None
    tiny = bar_of("10.0.0.0/32", [{"start": "10.0.0.0", "end": "10.0.0.0"}], None, ["10.0.0.0"])
    assert tiny is not None
    assert (tiny.used, tiny.free, tiny.reserved) == (1, 0, 0)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_is_written_twice_and_large_ones_stay_small(format_: str) -> None:
    assert report(large(), format_) == report(large(), format_)
    assert len(report(large(), format_).encode()) < {"html": 1_000_000, "svg": 500_000, "mermaid": 50_000}[format_]


def test_a_graph_of_many_has_their_number() -> None:
    graph = report(large(), "mermaid")
    assert re.search(r'c\d+r\d+\["\d+ on Public network"\]', graph)
    assert "web-1" not in graph


def test_an_empty_project_is_a_picture_too() -> None:
    bare = {**contents(project("bare")), "vrack": None}
    for format_ in FORMATS:
        assert "bare" in report(bare, format_) or format_ == "mermaid"
    assert "There are no networks yet" in report(bare)


def test_what_is_no_vrack_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="there is no format 'pdf'; there are html, svg, mermaid"):
        report(small(), "pdf")
    with pytest.raises(AnsibleFilterError, match="ovh_vrack_contents_info"):
        report({"topology": {}})
