# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User data that keeps the default route on the first interface, beside whatever the user's own says."""

from __future__ import annotations

import email
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.ovhcloud.vrack.plugins.filter.guest_user_data import guest_user_data
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.managers import (
    HOOK_FOLDER,
    KEYFILE_FOLDER,
    NETWORKD_FOLDER,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.user_data import FIRST, script

OURS = ["sh", "-c", script(FIRST, "virtio_net")]
SCRIPT = "#!/bin/sh\necho 'ä' > /run/ready\n"


def parts(user_data: str) -> list[tuple[str, str]]:
    message = email.message_from_string(user_data)
    assert message.is_multipart()
    found = []
    for part in message.walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found.append((part.get_content_type(), content.decode()))
    return found


def bootcmd(cloud_config: str) -> Any:
    assert cloud_config.startswith("#cloud-config\n")
    return yaml.safe_load(cloud_config)["bootcmd"]


@pytest.mark.parametrize("nothing", ["", "  \n", None])
def test_without_any_it_is_one_command(nothing: Any) -> None:
    assert bootcmd(guest_user_data(nothing)) == [OURS]


def test_a_cloud_config_keeps_all_that_it_says() -> None:
    mine = {"packages": ["nginx"], "bootcmd": ["first"], "write_files": [{"path": "/a", "permissions": "0644"}]}
    merged = guest_user_data("#cloud-config\n" + yaml.safe_dump(mine))
    assert yaml.safe_load(merged) == {**mine, "bootcmd": [OURS, "first"]}


@pytest.mark.parametrize(
    "own",
    [
        SCRIPT,
        "#include\nhttps://example.org/more\n",
        "## template: jinja\n#cloud-config\nruncmd: [echo {{ v1.region }}]\n",
        "#cloud-config\nmerge_how: 'dict()+list(append)+str()'\nbootcmd: [first]\n",
        "#cloud-config\nbootcmd: no list\n",
        "#cloud-config\nwritten: 2026-01-01\n",
        "#cloud-config\n{not: [yaml\n",
        "#cloud-config-archive\n- '#!/bin/sh'\n",
    ],
)
def test_what_can_not_be_written_anew_is_a_part_of_its_own(own: str) -> None:
    """cloud-init sees by the first line what a part of text/plain is, so that has to stay the first one."""
    (plain, kept), (kind, added) = parts(guest_user_data(own))
    assert (plain, kept) == ("text/plain", own)
    assert kind == "text/cloud-config"
    assert bootcmd(added) == [OURS]
    assert yaml.safe_load(added)["merge_how"][0] == {"name": "list", "settings": ["append"]}


def test_a_multipart_message_gets_a_part_more() -> None:
    first = guest_user_data(SCRIPT)
    kinds = [kind for kind, _text in parts(guest_user_data(first))]
    assert kinds == ["text/plain", "text/cloud-config", "text/cloud-config"]


def test_the_same_is_said_every_time() -> None:
    assert guest_user_data(SCRIPT) == guest_user_data(SCRIPT)


@pytest.mark.parametrize("other", [{"ignition": {}}, ["a"], '{"ignition": {}}', "Content-Type: multipart/mixed"])
def test_what_is_not_for_cloud_init_is_refused(other: Any) -> None:
    with pytest.raises(AnsibleFilterError):
        guest_user_data(other)


def test_names_and_driver_are_those_that_are_given() -> None:
    said = guest_user_data("", ["wan0"], "")
    command = json.loads(said.partition("\n")[2])["bootcmd"][0][2]
    assert "Name=!wan0\n" in command
    assert "Driver=" not in command
    with pytest.raises(AnsibleFilterError):
        guest_user_data("", "wan0")


# The command, run for real with stand-ins for what it calls


def run_command(folder: Path, active: str) -> list[str]:
    """What the command calls where *active* runs and ens4 has a default route. What it writes lands in *folder*."""
    programs, calls = folder / "bin", folder / "calls"
    programs.mkdir(exist_ok=True)
    calls.write_text("", encoding="utf-8")
    answers = {
        "systemctl": f'case "$*" in *is-active*|*is-enabled*) case "$*" in *{active}) exit 0;; esac; exit 3;; esac',
        "ip": 'case "$*" in *route*ens4*|*address*ens4*) echo default;; *link*ens3*) ;; *link*) exit 1;; esac',
        "nmcli": "",
        "ifup": "",
        "ifdown": "",
    }
    for name, answer in answers.items():
        program = programs / name
        program.write_text(f'#!/bin/sh\necho {name} "$@" >> {calls}\n{answer}\n', encoding="utf-8")
        program.chmod(0o755)
    devices = folder / "dev"
    devices.write_text("Inter-| Receive\n face |bytes\n    lo: 0 0\n  ens3: 0 0\n  ens4: 0 0\n", encoding="utf-8")
    command = script(FIRST, None).replace("/proc/net/dev", str(devices))
    command = re.sub(r"(?<=[ \[])/etc/", f"{folder}/etc/", command)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", command], env=environment, check=True, capture_output=True)
    return [
        line for line in calls.read_text(encoding="utf-8").splitlines() if not line.startswith(("systemctl --q", "ip"))
    ]


@pytest.mark.parametrize(
    ("active", "folder", "calls"),
    [
        ("systemd-networkd", NETWORKD_FOLDER, ["systemctl restart systemd-networkd"]),
        ("NetworkManager", KEYFILE_FOLDER, ["nmcli connection load", "nmcli --wait 10 connection up uuid"]),
        ("nothing", HOOK_FOLDER, ["ifdown --force ens4", "ifup ens4", "ifdown --force ens3", "ifup ens3"]),
    ],
)
def test_the_command_writes_one_file_has_it_read_and_is_done(
    tmp_path: Path, active: str, folder: str, calls: list[str]
) -> None:
    called = run_command(tmp_path, active)
    assert len(called) == len(calls)
    assert all(line.startswith(begin) for line, begin in zip(called, calls, strict=True))
    [written] = [path for path in (tmp_path / "etc").rglob("*") if path.is_file()]
    assert str(written.parent) == f"{tmp_path}{folder}"
    assert run_command(tmp_path, active) == [], "at the next boot nothing is left to do"
