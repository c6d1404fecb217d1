# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-builder, which makes the images of execution environments; and what would be in ours, without one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.environments import environment
from tests.support.playbooks import output_of
from tools.collection_tree import CHECKOUT

DEFINITION = CHECKOUT / "execution-environment.yml"


def builder(*arguments: str, folder: Path | None = None) -> str:
    """What one run prints; it must work."""
    program = str(Path(sys.executable).with_name("ansible-builder"))
    return output_of([program, *arguments], folder, dict(os.environ), timeout=60)


@dataclass(frozen=True)
class Image:
    """What the image of execution-environment.yml has, in folders of this machine."""

    programs: Path
    collections: Path


def image_without_container(folder: Path) -> Image:
    """The Python that it names, and in it ansible-core, ansible-runner, the built collection and what that asks for."""
    galaxy = str(Path(sys.executable).with_name("ansible-galaxy"))
    collections = folder / "collections"
    surroundings = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)}
    output_of([galaxy, "collection", "build", "--output-path", str(folder)], CHECKOUT, surroundings)
    definition: dict[str, Any] = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    [asked_for] = definition["dependencies"]["galaxy"]["collections"]
    tarball = str(folder / asked_for["name"])
    output_of([galaxy, "collection", "install", "--offline", "-p", str(collections), tarball], folder, surroundings)
    found = yaml.safe_load(builder("introspect", "--sanitize", str(collections)))
    assert not found["system"], "what the system's packages give isn't here"
    programs = environment(
        "execution environment",
        (definition["dependencies"]["python_interpreter"]["package_system"].removeprefix("python"),),
        definition["dependencies"]["ansible_core"]["package_pip"],
        definition["dependencies"]["ansible_runner"]["package_pip"],
        *(line.partition("#")[0].strip() for line in found["python"]),
    )
    return Image(programs, collections)
