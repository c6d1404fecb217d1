# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder makes of the collection: its requirements, and the image that has it."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from simulator.launch import Simulator
from tests.support.images import DEFINITION, builder, image_without_container
from tests.support.runner.jobs import DIRECT
from tests.support.runner.rounds import ROUND, take
from tools.collection_tree import CHECKOUT

GALAXY = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))
TARBALL = f"{GALAXY['namespace']}-{GALAXY['name']}-{GALAXY['version']}.tar.gz"


def test_an_image_gets_the_collection_of_this_version(tmp_path: Path) -> None:
    shutil.copy(DEFINITION, tmp_path)
    (tmp_path / TARBALL).write_bytes(b"stands for the collection")
    builder("create", "--output-filename", "Containerfile", folder=tmp_path)
    wanted = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert wanted == {"collections": [{"name": TARBALL, "type": "file"}]}
    assert (tmp_path / "context" / "_build" / TARBALL).is_file()
    steps = (tmp_path / "context" / "Containerfile").read_text(encoding="utf-8")
    assert "ansible-runner>=2.4.2,<3" in steps
    assert "ansible-galaxy collection install" in steps


def test_jobs_run_with_what_the_image_would_have(simulator: Simulator, tmp_path: Path) -> None:
    """Without a container: its Python and packages, the tarball and what that asks for, and nothing from here."""
    image = image_without_container(tmp_path)
    ran = []
    for step, job, problems in take(
        simulator, tmp_path / "jobs", DIRECT, image.programs, collections=image.collections
    ):
        assert problems == [], step
        tasks = {event["event_data"].get("task_path", "") for event in job.events if "event_data" in event}
        assert not any(path.startswith(str(CHECKOUT)) for path in tasks)
        ran.append((step.playbook, any(path.startswith(str(image.collections)) for path in tasks)))
    assert {playbook for playbook, from_there in ran if from_there} == {step.playbook for step in ROUND} - {"settled"}
