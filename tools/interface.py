# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users hold in their hands: each playbook, and options and returns of modules, roles, filters and inventory.

A release writes it to changelogs/interface.json; what then differs is either an addition, or breaks what somebody has.
`python -m tools.interface` prints it as it is now.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible.plugins.loader import fragment_loader, init_plugin_loader
from ansible.utils.plugin_docs import get_docstring

from tools.collection_tree import CHECKOUT, collection_tree

RELEASED = CHECKOUT / "changelogs" / "interface.json"
PLUGINS = {"modules": "module", "filter": "filter", "inventory": "inventory"}
WIDER = {"raw": {"str", "int", "float", "bool", "list", "dict", "path"}, "str": {"path"}, "float": {"int"}}
"""A type, and those from which one may come to it: all that was taken before is still taken."""

Interface = dict[str, Any]


def interface(checkout: Path = CHECKOUT) -> Interface:
    """As it is in this checkout."""
    found: Interface = {
        "playbooks": sorted(path.stem for path in (checkout / "playbooks").glob("*.yml")),
        "roles": {
            path.parts[-3]: role(path) for path in sorted((checkout / "roles").glob("*/meta/argument_specs.yml"))
        },
    }
    for folder, kind in PLUGINS.items():
        found[folder] = {}
        for path in sorted((checkout / "plugins" / folder).glob("*.py")):
            found[folder][path.stem] = plugin(path, kind)
    return found


def plugin(path: Path, kind: str) -> dict[str, Any]:
    doc, _examples, returned, _metadata = get_docstring(
        str(path), fragment_loader, collection_name="ovhcloud.vrack", plugin_type=kind
    )
    return {
        "positional": doc.get("positional", ""),
        "options": options(doc.get("options") or {}),
        "returns": returns(returned or {}),
    }


def role(path: Path) -> dict[str, Any]:
    specs = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]
    every: dict[str, Any] = {}
    for entry, spec in specs.items():
        every |= options(spec.get("options") or {}, "" if entry == "main" else f"{entry}: ")
    return {"options": every}


def options(documented: dict[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in documented.items():
        found[above + name] = {
            "type": one.get("type", "str"),
            "elements": one.get("elements"),
            "choices": sorted(map(str, one["choices"])) if one.get("choices") else None,
            "default": one.get("default"),
            "required": bool(one.get("required")),
            "aliases": sorted(one.get("aliases") or []),
        }
        found |= options(one.get("suboptions") or one.get("options") or {}, f"{above}{name}.")
    return found


def returns(documented: dict[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in documented.items():
        found[above + name] = one.get("type")
        found |= returns(one.get("contains") or {}, f"{above}{name}.")
    return found


# What breaks


def breaks(old: Interface, new: Interface) -> list[str]:
    """What a user of the old one may run into with the new one."""
    return list(_breaks(old, new))


def _breaks(old: Interface, new: Interface) -> Iterator[str]:
    yield from (f"playbook {name} is gone" for name in old["playbooks"] if name not in new["playbooks"])
    for kind in ("roles", *PLUGINS):
        for name, before in old[kind].items():
            where, now = f"{kind.rstrip('s')} {name}", new[kind].get(name)
            if now is None:
                yield f"{where} is gone"
                continue
            if not now.get("positional", "").startswith(before.get("positional", "")):
                yield f"{where} takes what has no name in another order"
            yield from _options_break(where, before["options"], now["options"])
            for returned, type_ in before.get("returns", {}).items():
                if returned not in now["returns"]:
                    yield f"{where} returns no {returned} any more"
                elif now["returns"][returned] != type_:
                    yield f"{where} returns {returned} as {now['returns'][returned]}, not {type_}"


def _options_break(where: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, now in new.items():
        parent = name.rpartition(".")[0]
        if now["required"] and not old.get(name, {}).get("required") and (name in old or not parent or parent in old):
            yield f"{where}: {name} is required now"
    for name, before in old.items():
        now = new.get(name)
        if now is None:
            yield f"{where}: {name} is gone"
            continue
        for field in ("type", "elements"):
            if now[field] != before[field] and before[field] not in WIDER.get(now[field] or "raw", ()):
                yield f"{where}: {name} has the {field} {now[field]}, not {before[field]}"
        if now["choices"] and not set(before["choices"] or [None]) <= set(now["choices"]):
            yield f"{where}: {name} has fewer choices"
        if now["default"] != before["default"] and not (before["required"] and not now["required"]):
            yield f"{where}: {name} is {now['default']!r} by itself, not {before['default']!r}"
        yield from (
            f"{where}: {name} isn't called {one} any more" for one in before["aliases"] if one not in now["aliases"]
        )


# Versions


def parts(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch


def may_break(last: str, version: str) -> bool:
    """Semantic versioning: a new major version may; while it is 0, a new minor one."""
    old, new = parts(last), parts(version)
    return new[0] > old[0] or (old[0] == 0 and new[:2] > old[:2])


def may_add(last: str, version: str) -> bool:
    return parts(version)[:2] > parts(last)[:2]


def last_release(checkout: Path = CHECKOUT) -> str | None:
    changelog = checkout / "changelogs" / "changelog.yaml"
    if not changelog.exists():
        return None
    releases = yaml.safe_load(changelog.read_text(encoding="utf-8")).get("releases") or {}
    return max(releases, key=parts, default=None)


def objections(version: str, last: str | None, old: Interface, new: Interface) -> list[str]:
    """Why what is there can't be released as this version."""
    if last is None:
        return []
    if parts(version) <= parts(last):
        return [f"{version} is not newer than {last}"]
    broken = breaks(old, new)
    if broken and not may_break(last, version):
        return [f"since {last}, {one}: {version} may not have that" for one in broken]
    if old != new and not may_add(last, version):
        return [f"options or returns were added since {last}: {version} only has the third number raised"]
    return []


def read_released(checkout: Path = CHECKOUT) -> Interface:
    path = checkout / RELEASED.relative_to(CHECKOUT)
    found: Interface = json.loads(path.read_text(encoding="utf-8"))
    return found


def written(found: Interface) -> str:
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    init_plugin_loader([str(collection_tree())])
    sys.stdout.write(written(interface()))
