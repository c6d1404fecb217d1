# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs real ansible-inventory processes against a simulator, and says what they listed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulator.launch import Simulator
from tests.support.playbooks import clean_environment

PLUGIN = "ovhcloud.vrack.ovh_instances"


@dataclass(frozen=True)
class InventoryRun:
    """What one run of ansible-inventory --list printed and called."""

    code: int
    listed: dict[str, Any]
    output: str
    warnings: str
    journal: list[dict[str, Any]]

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.listed.get("_meta", {}).get("hostvars", {})
        return found

    @property
    def addresses(self) -> dict[str, str | None]:
        return {name: host.get("ansible_host") for name, host in self.hosts.items()}

    def group(self, name: str) -> list[str]:
        return sorted(self.listed.get(name, {}).get("hosts", []))

    @property
    def paths(self) -> list[str]:
        """What was asked for, without authentication and without the projects' ids."""
        paths = [entry["path"] for entry in self.journal if not entry["path"].startswith("/auth/")]
        return sorted("/".join(path.split("/")[4:]) or path for path in paths)


def write_inventory(folder: Path, name: str = "ovh.yml", **options: Any) -> Path:
    """An inventory file with these options."""
    path = folder / name
    path.write_text(yaml.safe_dump({"plugin": PLUGIN, **options}), encoding="utf-8")
    return path


def list_inventory(simulator: Simulator, path: Path, *arguments: str, **environment: str) -> InventoryRun:
    """One ansible-inventory process, with the interpreter that runs the tests."""
    before = simulator.last()
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(path), "--list", *arguments]
    done = subprocess.run(
        command,
        env={**clean_environment(simulator), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    printed = done.stdout[done.stdout.find("{\n") :] if "{\n" in done.stdout else "{}"
    return InventoryRun(
        done.returncode,
        json.loads(printed) if done.returncode == 0 else {},
        done.stdout + done.stderr,
        " ".join(done.stderr.split()),
        simulator.journal(before),
    )
