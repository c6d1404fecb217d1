# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One round through all playbooks, each a job, from an empty project and back; and what each job must leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.support.playbooks import writes_of
from tests.support.runner.jobs import DIRECT, NEWEST, Job, leaks, prepare, run

TYPED_IN = """\
project: empty
vrack:
  name: demo
networks:
  - name: blue
    vlan_id: 42
    cidr: 192.168.42.0/24
    regions: [GRA11]
ssh_keys:
  - name: demo
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO0/0GC+BxmQYHmAyGOMvRDYMtLxYKSuz8Lr8DHkVvFo demo@example.org
instances:
  - name: web-1
    region: GRA11
    flavor: b3-8
    image: Debian 12
    ssh_key: demo
    public: true
    networks: [blue]
    user_data: "#cloud-config {password: the-users-own-secret}"
"""
TYPED_IN_LATER = TYPED_IN + "interfaces: [{instance: legacy-1, network: blue}]\n"
USERS_SECRET = "the-users-own-secret"


@dataclass(frozen=True)
class Step:
    """One job: its playbook, what was answered, how much it changes, and what it hands on."""

    playbook: str
    answers: dict[str, Any]
    changed: int
    check: bool = False
    status: str = "successful"
    hands_on: set[str] = field(default_factory=set)
    hosts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def described(text: str, **more: str) -> dict[str, str]:
    return {"topology_text": text, "topology_file": "", **more}


PLANNED = {"vrack_drift", "vrack_plan"}
BUILT = {"vrack_topology_result"}
VERIFIED = {"verify_failed", "verify_problems"}
# A machine that nobody reaches.
AWAY = {"web-1": {"ansible_host": "127.0.0.1", "ansible_port": 1, "ovh_networks": {}}}

# Numbers and truth values come as text, as from a survey; an answer that wasn't given comes as empty text.
ROUND = [
    Step("check", described(TYPED_IN), 1, check=True, status="failed", hands_on=PLANNED),
    Step("check", described(TYPED_IN, check_fail_on_drift="false"), 1, check=True, hands_on=PLANNED),
    Step("site", described(TYPED_IN, instance_wait_timeout="900"), 6, hands_on=BUILT),
    Step("site", described(TYPED_IN, instance_wait_timeout=""), 0, hands_on=BUILT),
    Step("check", described(TYPED_IN, check_fail_on_drift="true"), 0, check=True, hands_on=PLANNED),
    Step("attach", described(TYPED_IN_LATER), 1),
    Step("report", {"report_project": "", "report_vrack": "", **described(TYPED_IN)}, 1, hands_on={"vrack_report"}),
    # A job doesn't see the machines that it made; the next one does.
    Step("connect", described(TYPED_IN), 0, status="failed", hands_on=BUILT),
    Step(
        "connect",
        described(TYPED_IN, connect_timeout="1", connect_become="", instance_network_rollback_after=""),
        0,
        status="failed",
        hands_on=BUILT,
        hosts=AWAY,
    ),
    Step("verify", {"verify_hosts": "", "verify_become": ""}, 0, status="failed", hands_on=VERIFIED),
    Step("verify", {"verify_hosts": "all", "verify_dns_name": ""}, 0, status="failed", hands_on=VERIFIED, hosts=AWAY),
    Step("export", {"export_project": "empty"}, 1, hands_on={"vrack_topology"}),
    Step("teardown", described(TYPED_IN_LATER, teardown_confirm="yes"), 6),
    # What check hands on decides whether a workflow asks.
    Step("settled", {"vrack_drift": 6}, 0, status="failed"),
    Step("settled", {"vrack_drift": 0}, 0),
]


def take(
    simulator: Simulator,
    folder: Path,
    way: str = DIRECT,
    programs: Path = NEWEST,
    steps: Sequence[Step] = tuple(ROUND),
    collections: Path | None = None,
) -> Iterator[tuple[Step, Job, list[str]]]:
    """Each step, what came of it, and what is wrong with that."""
    simulator.reset(world="demo")
    for number, step in enumerate(steps):
        before = simulator.last()
        job_folder = prepare(folder / str(number), simulator, step.check, collections, step.hosts, **step.answers)
        job = run(job_folder, f"{step.playbook}.yml", way, programs)
        writes = writes_of(simulator.journal(before))
        yield step, job, list(problems(step, job, writes, secrets(simulator)))


def secrets(simulator: Simulator) -> list[str]:
    return [simulator.env["OVH_APPLICATION_SECRET"], simulator.env["OVH_CONSUMER_KEY"], USERS_SECRET]


def problems(step: Step, job: Job, writes: list[str], kept_secret: list[str]) -> Iterator[str]:
    if job.status != step.status:
        yield f"{job.status}, not {step.status}: {job.failures}\n{job.output}"
        return
    if job.changed != step.changed:
        yield f"{job.changed} tasks changed something, not {step.changed}"
    if writes and (step.check or not step.changed):
        yield f"it wrote: {writes}"
    if set(job.handed_on) != step.hands_on:
        yield f"it handed on {sorted(job.handed_on)}, not {sorted(step.hands_on)}"
    numbers = [event["counter"] for event in job.events]
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        yield f"events are missing: {numbers}"
    if [event for event in job.events if event["event"] == "error"]:
        yield "an event tells of an error of the display"
    if "errantly" in job.output or [
        event for event in job.events if event["event"] == "verbose" and not event["stdout"]
    ]:
        yield "something was displayed past Ansible's own way"
    yield from (f"a secret is to be read in {place}" for place in leaks(job, kept_secret))
