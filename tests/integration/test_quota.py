# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What does not fit the project's quota is refused before anything is made, all of it at once."""

from __future__ import annotations

from simulator.launch import Simulator
from tests.support.keys import KEY
from tests.support.modules import run_modules


def instance(name: str, region: str) -> dict[str, str]:
    return {"name": name, "region": region, "flavor": "b2-7", "image": "Debian 12"}


def test_instances_cores_memory_and_keys_in_every_region(simulator: Simulator) -> None:
    simulator.make("quota", project="running", region="SBG5", instance=1)
    simulator.make("quota", project="running", region="BHS5", cores=3)
    simulator.make("quota", project="running", region="DE1", ram=7000)
    simulator.make("quota", project="running", region="UK1", keypair=2)
    listed = [instance(f"{region}-{number}", region) for region in ("SBG5", "BHS5", "DE1", "UK1") for number in (1, 2)]
    keys = [{"name": f"key-{number}", "public_key": KEY} for number in (1, 2, 3)]
    run = run_modules(
        simulator,
        [
            {"name": "instances", "ovhcloud.vrack.ovh_instance": {"project": "running", "instances": listed}},
            {"name": "keys", "ovhcloud.vrack.ovh_ssh_key": {"project": "running", "ssh_keys": keys}},
            {"name": "fits", "ovhcloud.vrack.ovh_instance": {"project": "running", "instances": listed[6:]}},
        ],
    )
    refused = run["instances"]
    assert refused.failed
    assert refused.writes == []
    assert "SBG5: 2 instances more are asked for, and 0 of 1 are left" in refused.msg
    assert "BHS5: 4 cores more are asked for, and 3 of 3 are left" in refused.msg
    assert "DE1: 14000 MB of memory more are asked for, and 7000 of 7000 are left" in refused.msg
    assert "UK1" not in refused.msg
    assert run["keys"].failed
    assert run["keys"].writes == []
    assert "UK1: 3 ssh keys more are asked for" in run["keys"].msg
    assert not run["fits"].failed, run["fits"].msg
    assert run["fits"].changed


def test_nothing_is_taken_away_that_could_not_be_made_again(simulator: Simulator) -> None:
    """What is replaced goes first, and where the quota was lowered since there is no room for the new one."""
    simulator.make("quota", project="running", region="GRA11", subnet=0)
    simulator.make("quota", project="running", region="SBG5", keypair=0)
    subnet = {"project": "running", "network": "prod-net", "region": "GRA11", "cidr": "10.200.0.0/16", "force": True}
    key = {"project": "running", "name": "prod-key", "public_key": KEY, "force": True}
    run = run_modules(
        simulator,
        [
            {"name": "subnet", "ovhcloud.vrack.ovh_subnet": subnet},
            {"name": "key", "ovhcloud.vrack.ovh_ssh_key": key},
        ],
    )
    assert run.writes == []
    assert "GRA11: 1 subnets are there and 0 are allowed" in run["subnet"].msg
    assert "SBG5: 1 ssh keys are there and 0 are allowed" in run["key"].msg
