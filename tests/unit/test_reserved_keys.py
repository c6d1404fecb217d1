# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No module returns a key that Ansible keeps for itself with another meaning."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.constants import RESTRICTED_RESULT_KEYS

from tests.support.reserved_keys import MEANT_SO, RESERVED, misused
from tools.collection_tree import CHECKOUT

MODULES = sorted((CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))


def returned(path: Path) -> dict[str, Any]:
    source = path.read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(source.split('RETURN = r"""')[1].split('"""')[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_what_a_module_documents(path: Path) -> None:
    documented = returned(path)
    assert misused(documented) == []
    if "results" in documented:
        assert (documented["results"]["type"], documented["results"]["elements"]) == ("list", "dict")
        assert misused(documented["results"].get("contains") or {}) == []


def test_the_list_has_all_that_this_core_reads() -> None:
    """ansible-core 2.21 has them in one place; a newer one may read more."""
    task = pytest.importorskip("ansible._internal._task")
    if not hasattr(task, "UnifiedTaskResult"):
        pytest.skip("this ansible-core reads results in many places")
    fields = dataclasses.fields(task.UnifiedTaskResult)
    read = [(entry, entry.metadata["ansible"]) for entry in fields if "ansible" in entry.metadata]
    keys = [setting.key or entry.name for entry, setting in read if setting.source is not None]
    known = {*RESERVED, *MEANT_SO}
    assert {"skipped", "unreachable", "rc"} <= set(keys)
    assert [
        key for key in {*keys, *RESTRICTED_RESULT_KEYS} if key not in known and not key.startswith("_ansible")
    ] == []


@pytest.mark.parametrize("key", ["skipped", "unreachable", "rc", "ansible_facts", "_ansible_no_log", "ansible_loop"])
def test_such_a_key_would_be_seen(key: str) -> None:
    assert misused({"topology": {}, "changed": True, key: []}) == [key]
