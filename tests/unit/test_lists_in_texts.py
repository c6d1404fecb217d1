# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that come as text, where PyYAML is installed and where it is not, as beside a module on another machine."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._description import texts
from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.texts import NotReadable, list_of


@pytest.fixture(params=["with PyYAML", "without"])
def has_yaml(request, monkeypatch):
    if request.param == "without":
        monkeypatch.setattr(texts, "yaml", None)
    return request.param == "with PyYAML"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("GRA11, SBG5", ["GRA11", "SBG5"]),
        ("GRA11", ["GRA11"]),
        (" a-b ,c:d,", ["a-b", "c:d"]),
        ('["GRA11", "SBG5"]', ["GRA11", "SBG5"]),
        ('{"network": "blue"}', [{"network": "blue"}]),
        ("42, 43", ["42", "43"]),
        ("fd00::1, 10.0.0.1", ["fd00::1", "10.0.0.1"]),
    ],
)
@pytest.mark.usefixtures("has_yaml")
def test_names_and_json_are_read_everywhere(text, meant):
    assert list_of(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("- GRA11\n- SBG5", ["GRA11", "SBG5"]),
        ("[GRA11, SBG5]", ["GRA11", "SBG5"]),
        ("network: blue", [{"network": "blue"}]),
        ("network:\n  blue", [{"network": "blue"}]),
    ],
)
def test_other_yaml_is_never_taken_for_names(has_yaml, text, meant):
    if has_yaml:
        assert list_of(text) == meant
    else:
        with pytest.raises(NotReadable):
            list_of(text)
