# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access rules that each module needs, as data: for looking, and for each thing that it may do.

The parts of a module's work are what it looks at (`look`), its actions, options that need rules of their own, and what
it reads only to warn (`neighbours`), which a task does without where it is refused.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Tuple

OWN_RULES = "GET /auth/currentCredential"
"""Lets a task compare the key's rules with what it needs. Without it the first call that is refused is named."""

PROJECT = ("GET /cloud/project", "GET /cloud/project/*")
VRACK = ("GET /vrack", "GET /vrack/*")
NEIGHBOURS = ("GET /vrack/*/cloudProject",)
ORDER = (
    "GET /me",
    "GET /order/cart",
    "POST /order/cart",
    "GET /order/cart/*",
    "POST /order/cart/*",
    "DELETE /order/cart/*",
    "GET /me/order",
    "GET /me/order/*",
    "POST /me/order/*",
    "GET /me/payment/method",
    "PUT /vrack/*",
)

RIGHTS: Dict[str, Dict[str, Tuple[str, ...]]] = {
    "ovh_vrack": {
        "look": PROJECT + VRACK,
        "create": ORDER,
        "update": ("PUT /vrack/*",),
        "delete": (
            "POST /vrack/*/terminate",
            "GET /me/notification/email/history",
            "GET /me/notification/email/history/*",
            "POST /vrack/*/confirmTermination",
        ),
    },
    "ovh_vrack_cloudproject": {
        "look": PROJECT + VRACK,
        "create": ("POST /vrack/*/cloudProject",),
        "replace": ("POST /vrack/*/cloudProject", "DELETE /vrack/*/cloudProject/*"),
        "delete": ("DELETE /vrack/*/cloudProject/*",),
    },
    "ovh_private_network": {
        "look": PROJECT,
        "neighbours": NEIGHBOURS,
        "create": ("POST /cloud/project/*/network/private",),
        "update": ("PUT /cloud/project/*/network/private/*", "POST /cloud/project/*/network/private/*/region"),
        "exact_regions": ("DELETE /cloud/project/*/region/*/network/*",),
        "delete": ("DELETE /cloud/project/*/network/private/*",),
    },
    "ovh_subnet": {
        "look": PROJECT,
        "neighbours": NEIGHBOURS,
        "dns_servers": ("POST /cloud/project/*/region/*/network/*/subnet",),
        "create": ("POST /cloud/project/*/network/private/*/subnet",),
        "replace": (
            "POST /cloud/project/*/network/private/*/subnet",
            "DELETE /cloud/project/*/network/private/*/subnet/*",
        ),
        "delete": ("DELETE /cloud/project/*/network/private/*/subnet/*",),
    },
    "ovh_region": {
        "look": PROJECT,
        "create": ("POST /cloud/project/*/region",),
    },
    "ovh_ssh_key": {
        "look": PROJECT,
        "create": ("POST /cloud/project/*/sshkey",),
        "update": ("POST /cloud/project/*/sshkey",),
        "replace": ("POST /cloud/project/*/sshkey", "DELETE /cloud/project/*/sshkey/*"),
        "delete": ("DELETE /cloud/project/*/sshkey/*",),
    },
    "ovh_instance": {
        "look": PROJECT,
        # Two jobs that run at once may make one each; the younger one is removed again.
        "create": ("POST /cloud/project/*/instance", "DELETE /cloud/project/*/instance/*"),
        "update": ("POST /cloud/project/*/instance/*/interface", "DELETE /cloud/project/*/instance/*"),
        "delete": ("DELETE /cloud/project/*/instance/*",),
    },
    "ovh_instance_interface": {
        "look": PROJECT,
        "create": ("POST /cloud/project/*/instance/*/interface",),
        "delete": ("DELETE /cloud/project/*/instance/*/interface/*",),
    },
    # An order that an earlier run has begun is looked for, where one would be made.
    "ovh_plan": {"look": (OWN_RULES,) + PROJECT + VRACK + tuple(rule for rule in ORDER if rule.startswith("GET"))},
    "ovh_vrack_info": {"look": VRACK},
    "ovh_vrack_contents_info": {"look": PROJECT + VRACK},
    "ovh_cloud_project_info": {"look": PROJECT},
    "ovh_private_network_info": {"look": PROJECT},
    "ovh_subnet_info": {"look": PROJECT},
    "ovh_instance_info": {"look": PROJECT},
    "ovh_flavor_info": {"look": PROJECT, "prices": ("GET /me",)},
    "ovh_image_info": {"look": PROJECT},
    "ovh_region_info": {"look": PROJECT},
    "ovh_topology_info": {"look": PROJECT},
    "ovh_instances": {"look": PROJECT},
}

ON_FAILURE = ("GET /cloud/project", "GET /cloud/project/*", "GET /vrack", "GET /vrack/*", "GET /me/order/*")
"""What a task may ask for that could not find something, to say what it is instead. It does without what is refused."""

OPTIONS = ("exact_regions", "dns_servers")
"""Options that need more than their module's actions do."""

PRESENT = ("look", "neighbours", "create", "update")
ABSENT = ("look", "delete")


def rules_for(module: str, parts: Iterable[str]) -> Tuple[str, ...]:
    """The rules that a module needs for these parts of its work."""
    known = RIGHTS[module]
    own = (OWN_RULES,) if {"create", "update", "delete"} & set(known) else ()
    return tuple(dict.fromkeys([*own, *(rule for part in parts for rule in known.get(part, ()))]))


def widened(rules: Iterable[str]) -> List[str]:
    """The rules with a star at the end only, where OVHcloud's documentation has it: they allow more."""
    found = dict.fromkeys(rule.partition("*")[0] + "*" if "*" in rule else rule for rule in rules)
    pairs = [rule.split(" ", 1) for rule in found]
    return [
        rule
        for rule in found
        if not any(rule != f"{method} {path}" and _covers(method, path, rule) for method, path in pairs)
    ]


def missing_rules(needed: Iterable[str], granted: Iterable[Mapping[str, Any]]) -> List[str]:
    """The needed rules that no granted one can cover. A star in the middle of a granted path fits one id or more."""
    have = [(str(rule.get("method")), str(rule.get("path"))) for rule in granted]
    return [rule for rule in needed if not any(_covers(method, path, rule) for method, path in have)]


def _covers(method: str, path: str, rule: str) -> bool:
    needed_method, needed_path = rule.split(" ", 1)
    return method == needed_method and _fits(path.split("/"), needed_path.split("/"))


def _fits(granted: List[str], needed: List[str]) -> bool:
    """Whether a call that *needed* describes may be among those that *granted* allows."""
    if not granted or not needed:
        return not granted and not needed
    first, rest = granted[0], granted[1:]
    if first.endswith("*") and not rest:
        return needed[0].startswith(first[:-1]) or needed[0] == "*"
    if first not in ("*", needed[0]) and needed[0] != "*":
        return False
    return _fits(rest, needed[1:]) or (first == "*" and _fits(granted, needed[1:]))
