# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as AWX starts them: ansible-runner on a folder with the project, the answers and the environment of the keys."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Template

from simulator.launch import Simulator
from tests.support.playbooks import SITE
from tools.collection_tree import CHECKOUT, collection_tree

NEWEST = Path(sys.executable).parent
DIRECT, STREAMED = "run", "transmit | worker | process"
AWX_INVENTORY = "#!/usr/bin/env python3\nprint(%r)\n"
SAID_BY_AWX = {"awx_job_id": 7, "awx_job_launch_type": "manual", "awx_user_name": "admin", "tower_job_id": 7}


class Answers(yaml.SafeDumper):
    """Writes each text as AWX writes a survey's answers: never templated, and read as if it had no quotes."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("!unsafe", data, style="'")


Answers.add_representer(str, Answers.represent_str)


class Unsafe(yaml.SafeLoader):
    """Reads a text that is marked as not to be templated as that text."""


Unsafe.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@dataclass(frozen=True)
class Job:
    """What is left of a job: its folder with the artifacts, and what came over the wire."""

    status: str
    code: int
    seconds: float
    artifacts: Path
    stream: bytes

    @property
    def output(self) -> str:
        return (self.artifacts / "stdout").read_text(encoding="utf-8")

    @property
    def events(self) -> list[dict[str, Any]]:
        """In the order in which AWX shows them."""
        files = (self.artifacts / "job_events").glob("*.json")
        read = [json.loads(path.read_text(encoding="utf-8")) for path in files]
        return sorted(read, key=lambda event: int(event["counter"]))

    @property
    def stats(self) -> dict[str, Any]:
        """The counts of the recap by host, and under artifact_data what goes to the next node of a workflow."""
        for event in reversed(self.events):
            if event["event"] == "playbook_on_stats":
                data: dict[str, Any] = event["event_data"]
                return data
        return {}

    @property
    def handed_on(self) -> dict[str, Any]:
        found: dict[str, Any] = self.stats.get("artifact_data", {})
        return found

    @property
    def changed(self) -> int:
        return sum(self.stats.get("changed", {}).values())

    @property
    def failures(self) -> list[str]:
        return [
            str(event["event_data"]["res"].get("msg", ""))
            for event in self.events
            if event["event"] == "runner_on_failed" and not event["event_data"].get("ignore_errors")
        ]

    def told(self) -> Iterator[tuple[str, str]]:
        """Everything that is kept and shown, by name: events, output, facts, and what came back over the wire.

        Without the environment that ansible-runner itself notes down for whoever gave it; AWX masks that.
        """
        for path in sorted(self.artifacts.rglob("*")):
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                name = str(path.relative_to(self.artifacts))
                yield name, without_environment(text) if name == "command" else text
        for line in self.stream.decode().splitlines():
            yield "stream", without_environment(line) if line.startswith("{") else ""


def without_environment(text: str) -> str:
    said = json.loads(text)
    said.pop("env", None)
    return json.dumps(said)


def injected(simulator: Simulator) -> dict[str, str]:
    """The environment that our credential type makes of the simulator's keys; what was not filled in is empty."""
    written = yaml.load((CHECKOUT / "playbooks" / "vars" / "awx.yml").read_text(encoding="utf-8"), Loader=Unsafe)
    names = {field["id"] for field in written["awx_credential_type_inputs"]["fields"]}
    filled_in = {name: simulator.env.get(f"OVH_{name.upper()}", "") for name in names if name[:6] != "client"}
    injectors: dict[str, str] = written["awx_credential_type_injectors"]["env"]
    return {variable: Template(text).render(filled_in) for variable, text in injectors.items()}


def prepare(
    folder: Path,
    simulator: Simulator,
    check: bool = False,
    collections: Path | None = None,
    hosts: Mapping[str, Mapping[str, Any]] | None = None,
    **answers: Any,
) -> Path:
    """The folder that AWX makes for a job, and nothing in it but what AWX puts there. *hosts* are in its inventory."""
    shutil.copytree(CHECKOUT / "awx", folder / "project", dirs_exist_ok=True)
    (folder / "env").mkdir()
    (folder / "inventory").mkdir()
    environment = {
        **injected(simulator),
        "ANSIBLE_COLLECTIONS_PATH": str(collections or collection_tree()),
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_FORCE_COLOR": "False",
        "ANSIBLE_NOCOLOR": "True",
    }
    (folder / "env" / "envvars").write_text(yaml.safe_dump(environment), encoding="utf-8")
    (folder / "env" / "cmdline").write_text("--check" if check else "", encoding="utf-8")
    text = yaml.safe_dump(SAID_BY_AWX) + yaml.dump(answers, Dumper=Answers, default_flow_style=False)
    (folder / "env" / "extravars").write_text(text if answers else yaml.safe_dump(SAID_BY_AWX), encoding="utf-8")
    inventory = folder / "inventory" / "hosts"
    listed = {"all": {"hosts": list(hosts or {})}, "_meta": {"hostvars": hosts or {}}}
    inventory.write_text(AWX_INVENTORY % json.dumps(listed), encoding="utf-8")
    inventory.chmod(0o700)
    return folder


def environment(programs: Path, temporary: Path) -> dict[str, str]:
    """Hardly any, and a place for files that go with the job: what a container has."""
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
        "LANG": "C.UTF-8",
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(SITE),
    }


def run(folder: Path, playbook: str, way: str = DIRECT, programs: Path = NEWEST) -> Job:
    """Run a prepared job with the ansible-runner and the ansible-core of *programs*, here or through a worker."""

    # Not in pytest's folder: ansible-core makes a socket there, and the path of one must be short.
    with tempfile.TemporaryDirectory(prefix="job-") as temporary:
        surroundings = environment(programs, Path(temporary))

        def runner(*arguments: str | Path, given: bytes = b"") -> bytes:
            """Its exit code is the playbook's, which the artifacts tell too."""
            command = [programs / "ansible-runner", *arguments]
            done = subprocess.run(
                command, input=given, env=surroundings, stdout=subprocess.PIPE, timeout=300, check=False
            )
            return done.stdout

        started = time.monotonic()
        what = ["-p", playbook, "--ident", "job"]
        if way == DIRECT:
            home, stream = folder, b""
            runner("run", folder, *what, "--quiet")
        else:
            home = folder.with_name(f"{folder.name}-processed")
            sent = runner("transmit", folder, *what)
            stream = runner("worker", "--private-data-dir", folder.with_name(f"{folder.name}-worker"), given=sent)
            runner("process", home, "--ident", "job", given=stream)
        seconds = time.monotonic() - started
    artifacts = home / "artifacts" / "job"
    status = (artifacts / "status").read_text(encoding="utf-8")
    return Job(status, int((artifacts / "rc").read_text(encoding="utf-8")), seconds, artifacts, stream)


def leaks(job: Job, secrets: list[str]) -> list[str]:
    """Where one of these texts is to be read."""
    return [name for name, text in job.told() for secret in secrets if secret in text]
