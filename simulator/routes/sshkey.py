# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys in OVHcloud's own store: one record a name, with the regions that know it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from simulator import cloud_rules as rules
from simulator.cloud_state import Project, SshKey
from simulator.cloud_views import ssh_key_json
from simulator.errors import bad_request, conflict
from simulator.routes.network import checked_name
from simulator.routing import Call, route

_KEY_TYPES = {
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
}


@route("GET", "/cloud/project/{serviceName}/sshkey")
def list_keys(call: Call) -> Any:
    region = call.query.get("region")
    return call.world.shuffled(
        _listed(call, key)
        for key in rules.project_of(call).ssh_keys.values()
        if region is None or region in key.regions
    )


def _listed(call: Call, key: SshKey) -> Any:
    return {**ssh_key_json(key), "regions": [name for name in key.regions if not rules.is_out(call.world, name)]}


@route("GET", "/cloud/project/{serviceName}/sshkey/{keyId}")
def get_key(call: Call) -> Any:
    return ssh_key_json(_key_of(call, rules.project_of(call)), detailed=True)


@route("DELETE", "/cloud/project/{serviceName}/sshkey/{keyId}")
def delete_key(call: Call) -> Any:
    project = rules.project_of(call)
    del project.ssh_keys[_key_of(call, project).id]


@route("POST", "/cloud/project/{serviceName}/sshkey")
def create_key(call: Call) -> Any:
    world, project = call.world, rules.project_of(call)
    region = call.given("region")
    wanted = [rules.enabled_region(world, project, region).name] if region else rules.listed_regions(world, project)
    key = add_key(world, project, call.body["name"], call.body["publicKey"], wanted)
    if not region and world.settings.ssh_key_without_region_fails:
        raise bad_request("Invalid region parameter")
    return ssh_key_json(key, detailed=True)


def _key_of(call: Call, project: Project) -> SshKey:
    key = project.ssh_keys.get(call.path["keyId"])
    if key is None:
        raise rules.object_not_found()
    return key


def key_id(name: str) -> str:
    """Return the id of a key: its name in base64, then in hexadecimal digits."""
    return base64.b64encode(name.encode()).hex()


def add_key(world: Any, project: Project, name: str, public_key: str, regions: list[str]) -> SshKey:
    checked_name(name)
    fingerprint = _fingerprint(public_key)
    key = project.ssh_keys.get(key_id(name))
    known = key.regions if key else []
    missing = [region for region in regions if region not in known]
    if key and (not missing or key.public_key != public_key):
        raise conflict(f"Key pair '{name}' already exists.")
    for region in missing:
        rules.refuse_over_quota(project, region, world.now(), keypair=1)
    if key is None:
        key = project.ssh_keys[key_id(name)] = SshKey(key_id(name), name, public_key, [], fingerprint)
    key.regions += missing
    return key


def _fingerprint(public_key: str) -> str:
    """Check an OpenSSH public key and return its MD5 fingerprint."""
    words = public_key.split()
    if len(words) < 2 or words[0] not in _KEY_TYPES:
        raise bad_request("Invalid public key")
    try:
        blob = base64.b64decode(words[1] + "=" * (-len(words[1]) % 4), validate=True)
    except binascii.Error:
        raise bad_request("Invalid public key") from None
    declared = words[0].encode()
    if blob[:4] != len(declared).to_bytes(4, "big") or blob[4 : 4 + len(declared)] != declared:
        raise bad_request("Invalid public key")
    return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")
